// A real 32-bit Linux on v86 in the page's worker, and what the model says of the same machine.
import { parseHandoff } from '../../arch/x86/boot/handoff.ts';
import { runBoard } from '../../board/board.ts';
import { earlyBoot } from '../../boot/early.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import { judgedCommandLine } from '../../judge/command-line.ts';
import { bootEmulated, emulatedSpec, readBzImage32 } from '../../judge/emulated.ts';
import { judgeInitramfs } from '../../judge/initramfs.ts';
import { memoryLines } from '../../kernels/memory_lines.ts';
import { kernelNamed } from '../../kernels/named.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { toBoardConfig } from '../../machine/spec/to-board.ts';
import type { Answer, LinuxRequest } from '../protocol.ts';
import { fetchFile, fetchImages } from './images.ts';
import { machineOf } from './source.ts';

const DEADLINE_MS = 20 * 60_000;
/** The page ends a worker that is silent for longer; a kernel is, now and then. */
const ALIVE_MS = 5000;
/** Characters travel in parcels. */
const PARCEL_MS = 100;

/** Tells the model's memory lines, then the console of the real kernel as it comes. */
export async function answerLinux(request: LinuxRequest, post: (answer: Answer) => void): Promise<void> {
  const { id, source, append, kernel, name } = request;
  const image = readBzImage32(kernel, name);
  const described = await machineOf(source);
  const cmdline = judgedCommandLine([described.cmdline, append].filter((part) => part !== '').join(' '));
  const base = self.location.href;
  const [images, loader, init] = await Promise.all([
    fetchImages(base),
    fetchFile('linux.bin', base),
    fetchFile('init-32', base),
  ]);
  const initrd = judgeInitramfs(init);
  const spec = emulatedSpec(described, image, initrd.length, cmdline);
  post({ type: 'phase', id, text: 'The model predicts …' });
  const { handoff } = await runBoard(toBoardConfig(spec, { cmdline }), {
    images,
    now: () => performance.now(),
  });
  post({ type: 'linux-model', id, ...(await predict(spec, handoff, image.release)) });
  const started = performance.now();
  const alive = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000);
    post({ type: 'phase', id, text: `${image.release} runs on v86 for ${seconds} s …` });
  }, ALIVE_MS);
  let text = '';
  const send = (): void => {
    if (text !== '') post({ type: 'linux-text', id, text });
    text = '';
  };
  const parcels = setInterval(send, PARCEL_MS);
  try {
    const { end } = await bootEmulated(
      spec,
      { v86: images.v86, loader },
      { image, initrd, cmdline, deadlineMs: DEADLINE_MS, onText: (piece) => (text += piece) },
    );
    send();
    post({ type: 'linux-end', id, end });
  } finally {
    clearInterval(alive);
    clearInterval(parcels);
  }
}

/** The model's memory lines with the built-in 32-bit kernel of the same kind. */
async function predict(
  spec: MachineSpec,
  handoff: Uint8Array,
  release: string,
): Promise<{ readonly kernel: string; readonly lines: readonly string[] }> {
  const profile = await kernelNamed(release.endsWith('-pae') ? '6.1-686-pae' : '6.1-686');
  const early = earlyBoot(parseHandoff(handoff), { machine: spec.name, profile });
  const { logLines } = bootSimulated(early, spec);
  return {
    kernel: profile.name,
    lines: memoryLines(logLines.map(({ text }) => text)).map(({ text }) => text),
  };
}

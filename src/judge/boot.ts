// Boots a guest for real: its files in a temporary folder, QEMU's arguments, and what its end means.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../board/package_file.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { parseGuestFiles, type GuestFiles } from './guest-files.ts';
import type { Guest } from './prepare.ts';
import type { Accel } from './qemu-memory.ts';
import { runGuest, type GuestEnd, type AtEnd } from './qemu.ts';
import type { StructLayout } from './trace/layout.ts';
import { traceGuest, type Trace } from './trace/trace.ts';

/** QEMU's status where init ended the machine, and where the loader gave up (firmware/layout.inc, SIGNAL_*: 2 * code + 1). */
const STATUS_DONE = 0x10 * 2 + 1;
const STATUS_GAVE_UP = 0x11 * 2 + 1;
const LOADER_WORDS = 'earlyboot: cannot boot: ';

/** How guests are run. */
export interface RunOptions {
  readonly qemu: string;
  readonly accel: Accel;
  /** For the whole boot; null for one that grows with CPUs and memory. */
  readonly deadlineMs: number | null;
  /** Called with what is going on: the kernel's log, line by line. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For what must not outlive the process: QEMU and its files. */
  readonly atEnd?: AtEnd | undefined;
}

/** What a real kernel left. */
export interface RealBoot {
  /** From "Linux version" on, without line ends. */
  readonly log: readonly string[];
  readonly files: GuestFiles;
  /** The deadline was reached. */
  readonly late: boolean;
}

/**
 * Boots the guest under QEMU, to its init or to a panic.
 * @throws InputError where QEMU or the loader cannot run it
 */
export async function bootReal(guest: Guest, options: RunOptions): Promise<RealBoot> {
  return withFolder(options.atEnd, async (folder) => {
    const { end, lines } = await run(guest, folder, options, []);
    if (!end.late && end.status !== STATUS_DONE) complainOf(end.status, end.stderr, lines, options.qemu);
    const text = await readFile(join(folder, SECOND), 'latin1').catch(() => '');
    return { log: kernelLog(lines), files: parseGuestFiles(text), late: end.late };
  });
}

/**
 * Boots the guest once more, under the gdb stub.
 * @throws Failure where it ends, or is late, before page_alloc_init_late has returned
 */
export async function bootTraced(
  guest: Guest,
  kernel: {
    readonly release: string;
    readonly layout: StructLayout;
    readonly symbols: ReadonlyMap<string, bigint>;
  },
  options: RunOptions,
): Promise<Trace> {
  return withFolder(options.atEnd, async (folder) => {
    const socket = join(folder, 'gdb');
    const running = run(guest, folder, { ...options, onProgress: undefined }, [
      ...['-S', '-gdb', `unix:${socket},server=on,wait=off`],
    ]);
    const [trace] = await Promise.all([
      traceGuest({ ...kernel, socket, onProgress: options.onProgress, signal: options.signal }),
      running,
    ]);
    return trace;
  });
}

/** A temporary folder that goes whatever happens. */
async function withFolder<T>(atEnd: AtEnd | undefined, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'earlyboot-judge-'));
  const done = atEnd?.(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    done?.();
  }
}

async function run(
  guest: Guest,
  folder: string,
  options: RunOptions,
  more: readonly string[],
): Promise<{ readonly end: GuestEnd; readonly lines: readonly string[] }> {
  const [console, second] = [join(folder, FIRST), join(folder, SECOND)];
  const serial = ['-serial', `file:${console}`, '-serial', `file:${second}`];
  const args = await fileArgs(guest, folder);
  const lines: string[] = [];
  const end = await runGuest({
    qemu: options.qemu,
    args: [...RUN_ARGS, '-accel', options.accel, ...guest.args, ...args, ...serial, ...more],
    deadlineMs: options.deadlineMs,
    silenceMs: guest.silenceMs,
    console,
    second,
    onLine: (line) => {
      lines.push(line);
      options.onProgress?.(line.replace(/^\[ *[\d.]+\] /, ''));
    },
    ...{ signal: options.signal, atEnd: options.atEnd },
  });
  return { end, lines };
}

const FIRST = 'ttyS0';
const SECOND = 'ttyS1';
const RUN_ARGS = [
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot'],
  ...['-device', 'isa-debug-exit,iobase=0xf4'],
];

/** Writes the guest's files; QEMU's arguments that name them, and the firmware. */
async function fileArgs(guest: Guest, folder: string): Promise<string[]> {
  const args = ['-bios', packageFile('images/linux.bin')];
  for (const { name, bytes } of guest.files) {
    const path = join(folder, name.slice(name.lastIndexOf('/') + 1));
    await writeFile(path, bytes);
    args.push('-fw_cfg', `name=${name},file=${path}`);
  }
  return args;
}

/** Ends that are not the kernel's own doing. */
function complainOf(status: number | null, stderr: string, lines: readonly string[], qemu: string): void {
  if (status === STATUS_GAVE_UP) {
    const words = lines.find((line) => line.startsWith(LOADER_WORDS));
    throw new InputError(
      'guest',
      `the loader cannot boot: ${words?.slice(LOADER_WORDS.length) ?? 'no word'}`,
    );
  }
  // 0: a kernel that panicked restarted
  if (status !== 0)
    throw new Failure(
      `${qemu} ended with status ${status}: ${stderr.trim().split('\n').at(-1) || 'no word'}`,
    );
}

/** Every guest line from "Linux version" on. */
export function kernelLog(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => /^\[ *[\d.]+\].* ?Linux version /.test(line));
  return first === -1 ? [] : lines.slice(first);
}

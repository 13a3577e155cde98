// One judgement: a description under a real kernel and under the model, compared as verify compares a capture.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../ask/verify/compare.ts';
import { compareZones } from '../ask/verify/compare.ts';
import { parseZoneinfo } from '../ask/verify/capture.ts';
import { fidelityOf, type Fidelity } from '../ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../boot/machine.ts';
import { packageFile } from '../board/node.ts';
import type { RunRecord } from '../init/record.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { BzImage } from './bzimage.ts';
import { parseGuestFiles, type GuestFiles } from './guest-files.ts';
import { judgeInitramfs } from './initramfs.ts';
import { prepareGuest, type Guest } from './prepare.ts';
import type { Accel } from './qemu-memory.ts';
import { runGuest } from './qemu.ts';

export interface JudgeOptions {
  readonly image: BzImage;
  /** The model's kernel profile. */
  readonly profile: string;
  readonly qemu: string;
  readonly accel: Accel;
  /** null for one that grows with CPUs and memory. */
  readonly deadlineMs: number | null;
  /** Kernel symbols whose addresses init shall print. */
  readonly symbols?: readonly string[] | undefined;
  /** Called with what is going on: the kernel's log, line by line. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What both said. */
export interface Judgement {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly comparisons: readonly Comparison[];
  /** The real kernel's last words where it panicked; null where it came to init. */
  readonly panic: string | null;
  readonly guest: Guest;
  /** The real kernel's log from "Linux version" on, without line ends. */
  readonly log: readonly string[];
  readonly guestFiles: GuestFiles;
  /** null where the model says that Linux panics before there is a record. */
  readonly record: RunRecord | null;
  readonly notes: readonly string[];
}

/** QEMU's status where init ended the machine, and where the loader gave up (firmware/layout.inc, SIGNAL_*: 2 * code + 1). */
const STATUS_DONE = 0x10 * 2 + 1;
const STATUS_GAVE_UP = 0x11 * 2 + 1;
const LOADER_WORDS = 'earlyboot: cannot boot: ';

/**
 * Boots `description` under the real kernel and under the model.
 * @throws InputError where the machine cannot be had, Failure where the guest comes neither to init nor to a panic
 */
export async function judge(description: MachineSpec, options: JudgeOptions): Promise<Judgement> {
  const init = await readFile(packageFile('images/init-64'));
  const initrd = judgeInitramfs(init, options.symbols);
  const guest = prepareGuest(description, { image: options.image, initrd, accel: options.accel });
  const predicted = await predict(guest.spec, options.profile);
  const real = await runReal(guest, options);
  const panic = real.log.map((line) => PANIC.exec(line)?.[1]).find((text) => text !== undefined) ?? null;
  if (panic === null && !real.files.complete)
    throw new Failure(unfinished(description.name, real.late, real.log));
  const notes = [...guest.notes];
  return {
    name: description.name,
    fidelity: fidelityOf(real.log, predicted.record?.logLines ?? []),
    comparisons: [...zonesOf(predicted.record, real.files), ...panics(panic, predicted.panic)],
    panic,
    guest,
    log: real.log,
    guestFiles: real.files,
    record: predicted.record,
    notes,
  };
}

const PANIC = /Kernel panic - not syncing: (.*)/;
const MODEL_PANIC = /Linux panics here(?:: (.*))?/;

/** The model's boot; a panic that it foresees is no error. */
async function predict(
  spec: MachineSpec,
  kernel: string,
): Promise<{ readonly record: RunRecord | null; readonly panic: string | null }> {
  try {
    const record = await bootMachine(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline, kernel });
    const warning = record.warnings.map((text) => MODEL_PANIC.exec(text)).find((match) => match !== null);
    return { record, panic: warning ? (warning[1] ?? warning[0]) : null };
  } catch (error) {
    if (error instanceof InputError && MODEL_PANIC.test(error.message))
      return { record: null, panic: error.message };
    throw error;
  }
}

function zonesOf(record: RunRecord | null, files: GuestFiles): Comparison[] {
  const zoneinfo = files.files.get('/proc/zoneinfo');
  return record === null || zoneinfo === undefined ? [] : [compareZones(record, parseZoneinfo(zoneinfo))];
}

/** Both must panic, or none; the words are the reader's to compare. */
function panics(real: string | null, predicted: string | null): Comparison[] {
  if (real === null && predicted === null) return [];
  const differing = [
    ...(predicted === null ? [`- panic: ${real}`] : []),
    ...(real === null ? [`+ panic: ${predicted}`] : []),
  ];
  return [{ what: 'panic', count: real === null ? 0 : 1, differing }];
}

interface RealBoot {
  readonly log: readonly string[];
  readonly files: GuestFiles;
  readonly late: boolean;
}

/** The guest under QEMU, with its files in a temporary folder that goes whatever happens. */
async function runReal(guest: Guest, options: JudgeOptions): Promise<RealBoot> {
  const folder = await mkdtemp(join(tmpdir(), 'earlyboot-judge-'));
  try {
    const [first, second] = [join(folder, 'ttyS0'), join(folder, 'ttyS1')];
    const serial = ['-serial', `file:${first}`, '-serial', `file:${second}`];
    const args = await fileArgs(guest, folder);
    const lines: string[] = [];
    const end = await runGuest({
      qemu: options.qemu,
      args: [...RUN_ARGS, '-accel', options.accel, ...guest.args, ...args, ...serial],
      console: first,
      deadlineMs: options.deadlineMs ?? guest.deadlineMs,
      onLine: (line) => {
        lines.push(line);
        options.onProgress?.(line.replace(/^\[ *[\d.]+\] /, ''));
      },
      signal: options.signal,
    });
    if (!end.late && end.status !== STATUS_DONE) complainOf(end.status, end.stderr, lines, options.qemu);
    const text = await readFile(second, 'latin1').catch(() => '');
    return { log: kernelLog(lines), files: parseGuestFiles(text), late: end.late };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

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
function kernelLog(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => /^\[ *[\d.]+\].* ?Linux version /.test(line));
  return first === -1 ? [] : lines.slice(first);
}

function unfinished(name: string, late: boolean, log: readonly string[]): string {
  const how = late ? 'did not come to init before the deadline' : 'restarted before it came to init';
  const last = log.findLast((line) => line.trim() !== '');
  return `${name}: the kernel ${how}; ${last === undefined ? 'it never said anything' : `its last line: ${last}`}`;
}

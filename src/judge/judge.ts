// One judgement: a description under a real kernel and under the model, compared as verify compares a capture.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Comparison } from '../ask/verify/compare.ts';
import { compareTexts } from '../ask/verify/folder.ts';
import { fidelityOf, type Fidelity } from '../ask/verify/fidelity.ts';
import { memoryLines, normaliseLine, withoutTimestamp } from '../kernels/memory_lines.ts';
import { bootMachine, DEFAULT_BOOT } from '../boot/machine.ts';
import { packageFile } from '../board/package_file.ts';
import type { RunRecord } from '../init/record.ts';
import type { LogLine } from '../kernel/printk.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { BzImage } from './bzimage.ts';
import { bootReal, bootTraced, type RunOptions } from './boot.ts';
import { symbolsOf, type GuestFiles } from './guest-files.ts';
import { judgeInitramfs } from './initramfs.ts';
import { prepareGuest, type Guest } from './prepare.ts';
import type { StructLayout } from './trace/layout.ts';
import { TRACE_SYMBOLS, type Trace } from './trace/trace.ts';

export interface JudgeOptions extends RunOptions {
  readonly image: BzImage;
  /** The model's kernel profile. */
  readonly profile: string;
  /** Boots a second time under the gdb stub: jobs, chunks and memblock are compared as well. Null for not. */
  readonly trace: StructLayout | null;
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
  /** null where none was asked for. */
  readonly trace: Trace | null;
}

/**
 * Boots `description` under the real kernel and under the model.
 * @throws InputError where the machine cannot be had, Failure where the guest comes neither to init nor to a panic
 */
export async function judge(description: MachineSpec, options: JudgeOptions): Promise<Judgement> {
  const init = await readFile(packageFile(options.image.is64 ? 'images/init-64' : 'images/init-32'));
  const initrd = judgeInitramfs(init, options.trace === null ? [] : TRACE_SYMBOLS);
  const guest = prepareGuest(description, { image: options.image, initrd, accel: options.accel });
  const predicted = await predict(guest.spec, options.profile);
  const real = await bootReal(guest, options);
  const panic = real.log.map((line) => PANIC.exec(line)?.[1]).find((text) => text !== undefined) ?? null;
  if (panic === null && !real.files.complete)
    throw new Failure(
      unfinished(description.name, real.late, real.log) + (real.late ? crowding(guest, options) : ''),
    );
  const trace =
    options.trace !== null && panic === null
      ? await bootTraced(
          guest,
          { release: options.image.release, layout: options.trace, symbols: symbolsOf(real.files) },
          options,
        )
      : null;
  return {
    name: description.name,
    fidelity:
      predicted.record === null
        ? fidelityOf([], []) // the model stops before there is a log
        : fidelityOf(real.log, upToPanic(predicted.record.logLines, real.log, panic)),
    comparisons: [...captured(predicted.record, real.files, trace), ...panics(panic, predicted.panic)],
    panic,
    guest,
    log: real.log,
    guestFiles: real.files,
    record: predicted.record,
    trace,
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

function captured(record: RunRecord | null, files: GuestFiles, trace: Trace | null): Comparison[] {
  if (record === null) return [];
  return compareTexts(record, {
    zoneinfo: files.files.get('/proc/zoneinfo') ?? null,
    padata: trace?.padata ?? null,
    memblock: trace?.memblock ?? null,
  });
}

/**
 * The predicted lines that a kernel can have printed before it panicked: the model goes on where it foresees a panic. They end with
 * the last memory line that the real log has.
 */
function upToPanic(
  predicted: readonly LogLine[],
  real: readonly string[],
  panic: string | null,
): readonly LogLine[] {
  if (panic === null) return predicted;
  const last = memoryLines(real.map(withoutTimestamp)).at(-1)?.text;
  const at = predicted.findLastIndex((line) => normaliseLine(line.text) === last);
  return at === -1 ? predicted : predicted.slice(0, at + 1);
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

function unfinished(name: string, late: boolean, log: readonly string[]): string {
  const how = late ? 'did not come to init before the deadline' : 'restarted before it came to init';
  const last = log.findLast((line) => line.trim() !== '');
  return `${name}: the kernel ${how}; ${last === undefined ? 'it never said anything' : `its last line: ${last}`}`;
}

/** A word about too many CPUs, where that may be why a guest was late. */
function crowding({ spec }: Guest, { accel, deadlineMs }: RunOptions): string {
  const cpus = spec.cpus.filter((cpu) => cpu.enabled).length;
  const host = availableParallelism();
  if (cpus <= host) return '';
  const longer = deadlineMs === null ? '' : ' or a longer --deadline';
  const faster = accel === 'tcg' ? ' --accel kvm where the host has it,' : '';
  return ` (${cpus} CPUs on a host with ${host}:${faster} fewer CPUs${longer} may help)`;
}

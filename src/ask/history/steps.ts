// One machine under one change of the kernel after the other: which of them matter there, and how.
import { earlyBoot } from '../../boot/early.ts';
import { kernelStart } from '../../boot/kernel_place.ts';
import { DEFAULT_BOOT, discover, type BootOptions } from '../../boot/machine.ts';
import { chooseMaxThreads } from '../../boot/max_threads.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import type { RunRecord } from '../../init/record.ts';
import { changesOf, HISTORY, type Change } from '../../kernels/history.ts';
import { withChanges, type BootProfile } from '../../kernels/list.ts';
import { KiB, PAGE_SIZE } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { diffBoots, type BootDiff } from '../diff.ts';

/** What one boot comes to. */
export interface Figures {
  /** Bytes that memblock has reserved when deferred initialisation begins. */
  readonly reservedBytes: number;
  readonly jobs: number;
  /** Threads of the job that got most. */
  readonly threads: number;
  /** The slowest node, in milliseconds as the log prints them (`model`). */
  readonly deferredMs: number;
  readonly memTotalK: number;
}

/** One step from the older kernel to the newer. */
export interface HistoryStep {
  /** The change's id, `-id` where the newer kernel lacks what the older took back; `image` for the image and configuration. */
  readonly id: string;
  /** null for the image's step. */
  readonly change: Change | null;
  readonly diff: BootDiff;
  readonly before: Figures;
  readonly after: Figures;
}

function figuresOf(record: RunRecord): Figures {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    reservedBytes: sum(record.memblockLate.reserved.map(({ size }) => size)),
    jobs: record.jobs.length,
    threads: Math.max(0, ...record.jobs.map(({ workers }) => workers)),
    deferredMs: Math.max(0, ...record.deferredInit.map(({ ms }) => ms)),
    memTotalK: (sum(record.zones.map(({ managedPages }) => managedPages)) * PAGE_SIZE) / KiB,
  };
}

/** The changes from one release to another, oldest first: those that come, and those that only the first has. */
export function changesBetween(from: string, to: string): { comes: Change[]; goes: Change[] } {
  const [had, has] = [new Set(changesOf(from)), new Set(changesOf(to))];
  return {
    comes: HISTORY.filter((change) => has.has(change) && !had.has(change)),
    goes: HISTORY.filter((change) => had.has(change) && !has.has(change)),
  };
}

/**
 * Boots `spec` under `from`, then with each change up to `to` added in order, and last under `to` itself, whose image and
 * configuration differ: the steps add up to the whole difference. Nothing of a boot but the kernel changes.
 */
export async function historySteps(
  spec: MachineSpec,
  from: BootProfile,
  to: BootProfile,
  options: Pick<BootOptions, 'kernelAt' | 'arch' | 'maxThreads' | 'strict'> = DEFAULT_BOOT,
  onProgress?: (done: number, of: number) => void,
): Promise<HistoryStep[]> {
  const bootParams = await discover(spec, { cmdline: spec.cmdline, bios: null });
  const { kernelAt, strict } = options;
  const boot = async (profile: BootProfile): Promise<RunRecord> => {
    const { name: machine, warnings, assumed } = spec;
    const start = kernelStart(spec, profile.kernel, { cmdline: spec.cmdline, kernelAt });
    const early = earlyBoot(bootParams, { machine, profile, ...start, warnings, assumed, strict });
    return bootSimulated(await chooseMaxThreads(early, spec, options), spec);
  };
  const steps: HistoryStep[] = [];
  const { comes, goes } = changesBetween(from.kernel.version, to.kernel.version);
  const of = goes.length + comes.length + 1;
  let last = await boot(from);
  const step = async (id: string, change: Change | null, profile: BootProfile): Promise<void> => {
    onProgress?.(steps.length, of);
    const next = await boot(profile);
    const diff = diffBoots(last, next);
    steps.push({ id, change, diff, before: figuresOf(last), after: figuresOf(next) });
    last = next;
  };
  let changes = changesOf(from.kernel.version);
  for (const change of goes) {
    changes = changes.filter((c) => c !== change);
    await step(`-${change.id}`, change, withChanges(from, changes));
  }
  for (const change of comes) {
    // in the list's own order, as the fold is
    changes = HISTORY.filter((c) => c === change || changes.includes(c));
    await step(change.id, change, withChanges(from, changes));
  }
  await step('image', null, to);
  return steps;
}

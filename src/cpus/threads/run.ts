// One run of kernel threads on worker threads, from the first request to the last record; ends it when something is wrong.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { SharedMemory } from '../../cpu/memory.ts';
import type { EntryName, Word } from '../../cpu/op.ts';
import { Control, STATE_RUNNING, STATE_STOP } from './control.ts';
import type { Delays, Fault, KernelSource, RunRequest, Told } from './messages.ts';
import { eventLines, inChunk, lastEvent, Monitor, Stalled } from './monitor.ts';
import { SharedSlots } from './slots.ts';
import { Wakeups } from './wakeups.ts';
import { WorkerFailure } from './pool.ts';
import type { WorkerPool } from './pool.ts';
import type { RanChunk } from './runqueue.ts';

export interface SmpRun {
  readonly pool: WorkerPool;
  readonly memory: SharedMemory;
  readonly kernel: KernelSource;
  /** Possible CPUs, numbered from 0; CPU n is carried by worker n modulo the pool's size. */
  readonly cpuCount: number;
  /** Those that are up from the start; CPU 0 alone where it is left out. */
  readonly online?: readonly CpuId[];
  readonly hz: number;
  /** The thread that the run begins with, on CPU 0; the run is over when it ends. */
  readonly root: { readonly entry: EntryName; readonly name: string; readonly arg: Word };
  readonly signal?: AbortSignal | undefined;
  /** Without progress for so long a run has failed; 4000 where it is left out. */
  readonly stallMs?: number | undefined;
  readonly fault?: Fault | null | undefined;
  readonly delays?: Delays | null | undefined;
}

export interface SmpResult {
  /** Leaves in the order of their ends. */
  readonly chunks: readonly RanChunk[];
  /** Log lines and trace points in the order of their times. */
  readonly told: readonly Told[];
  /** From the workers' request to the root thread's end. */
  readonly wallNs: number;
  /** CPU time of the workers together; null where the host's Node cannot tell. */
  readonly cpuNs: number | null;
}

const CHECK_MS = 100;
/** A check that comes later than this finds a host that was busy: nobody got further then, and it counts for no longer. */
const LATE_MS = 2 * CHECK_MS;
const STALL_MS = 4000;

/**
 * Runs the root thread and all that it starts to the root's end.
 * @throws Bug where a worker throws, exits or makes no progress, with the CPU, the chunk and the last events; the pool is
 * closed then, as it is on abort, which throws the signal's reason.
 */
export async function runOnWorkers(run: SmpRun): Promise<SmpResult> {
  run.signal?.throwIfAborted();
  const control = Control.create(run.cpuCount);
  const starts = SharedSlots.create(run.cpuCount);
  const leaves = SharedSlots.create(run.cpuCount);
  const wakeups = Wakeups.create();
  for (const cpu of run.online ?? [0]) control.setOnline(cpu, true);
  const rootId = control.newThreadId();
  const { entry, name, arg } = run.root;
  const root = { id: rootId, texts: [entry, name], numbers: [arg, 0, 0, 0], cpus: [0] } as const;
  const workers = cpusOfWorkers(run.cpuCount, run.pool.size);
  const originNs = process.hrtime.bigint();
  control.setState(STATE_RUNNING);
  const requests = workers.map((cpus): RunRequest => ({
    ...{
      control: control.buffer,
      starts: starts.buffer,
      leaves: leaves.buffer,
      wakeups: wakeups.buffer,
      memory: run.memory.buffer,
    },
    ...{
      cpuCount: run.cpuCount,
      cpus,
      workers: workers.length,
      root,
      hz: run.hz,
      originNs,
      kernel: run.kernel,
    },
    ...{ fault: run.fault ?? null, delays: run.delays ?? null },
  }));
  try {
    const done = await watched(run, control, workers, run.pool.run(requests));
    const chunks = done.flatMap((d) => d.chunks).sort((a, b) => a.endNs - b.endNs);
    const told = done.flatMap((d) => d.told).sort((a, b) => a.atNs - b.atNs);
    const cpuNs = done.reduce<number | null>(
      (sum, d) => (sum === null || d.cpuNs === null ? null : sum + d.cpuNs),
      0,
    );
    return { chunks, told, wallNs: control.finishedNs, cpuNs };
  } catch (error) {
    control.setState(STATE_STOP);
    await run.pool.close();
    if (run.signal?.aborted === true) throw run.signal.reason;
    throw described(error, control, workers);
  }
}

/** The CPUs of each worker; workers without one are not asked. */
export function cpusOfWorkers(cpuCount: number, workers: number): CpuId[][] {
  const used = Math.min(cpuCount, workers);
  return Array.from({ length: used }, (_, w) =>
    Array.from({ length: Math.ceil((cpuCount - w) / used) }, (_cpu, i) => w + i * used),
  );
}

/** The result of `work`, unless the run stalls or is aborted before. */
async function watched<T>(
  run: SmpRun,
  control: Control,
  workers: readonly (readonly CpuId[])[],
  work: Promise<T>,
): Promise<T> {
  let lastMs = performance.now();
  let watchedMs = 0;
  const monitor = new Monitor(control, workers, run.stallMs ?? STALL_MS, watchedMs);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      const nowMs = performance.now();
      watchedMs += Math.min(nowMs - lastMs, LATE_MS);
      lastMs = nowMs;
      const stall = monitor.check(watchedMs);
      if (stall) reject(stall);
    }, CHECK_MS);
    onAbort = () => reject(new Error('aborted'));
    run.signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, trouble]);
  } finally {
    clearInterval(timer);
    if (onAbort) run.signal?.removeEventListener('abort', onAbort);
    // Once the race is decided the loser's failure has been told already.
    work.catch(() => undefined);
    trouble.catch(() => undefined);
  }
}

/** What went wrong, with the CPU, the chunk and the events before. */
function described(error: unknown, control: Control, workers: readonly (readonly CpuId[])[]): Error {
  if (error instanceof Stalled) return new Bug(error.message, eventLines(control, error.cpu));
  if (!(error instanceof WorkerFailure)) return error instanceof Error ? error : new Error(String(error));
  const cpus = workers[error.worker] ?? [];
  const cpu = error.report?.cpu ?? lastEvent(control, cpus)?.cpu ?? cpus[0] ?? 0;
  const chunk = inChunk(control.events(cpu).at(-1));
  const thread = error.report?.thread ? ` (${error.report.thread})` : '';
  const history = [...(error.report?.history ?? []), ...eventLines(control, cpu)];
  return new Bug(`CPU ${cpu}${thread}${chunk}: ${error.message}`, history);
}

// What the simulator is made of and what it tells: types alone.
import type { CpuId } from '../../lib/units.ts';
import type { Memory } from '../../cpu/memory.ts';
import type { EntryName, Kthread, Word, WorkName } from '../../cpu/op.ts';
import type { CostModel, WorkDone } from './cost-model.ts';
import type { SimCpu } from './cpus.ts';

/** A leaf as the simulator runs it: does the work (or its bookkeeping) and says what it was. */
export type SimWork = (arg: number, start: number, end: number, cpu: CpuId) => WorkDone;

/** A leaf that is to end now in virtual time. */
export interface EndingRun {
  readonly cpu: CpuId;
  readonly work: WorkName;
  readonly arg: number;
  readonly start: number;
  readonly end: number;
}

/** Waits until a leaf has really ended, where something real does the work; false: its CPU is lost, and the work undone. */
export type SettleRun = (run: EndingRun) => Promise<boolean>;

/** What happened, with virtual time. */
export type SimEvent =
  | { readonly kind: 'start' | 'exit'; readonly task: number; readonly name: string; readonly timeNs: number }
  | {
      readonly kind: 'run';
      readonly task: number;
      readonly cpu: CpuId;
      readonly work: WorkName;
      readonly arg: number;
      readonly start: number;
      readonly end: number;
      readonly startNs: number;
      readonly endNs: number;
      readonly done: WorkDone;
      /** Interrupts of its CPU were off. */
      readonly irqsOff: boolean;
    }
  | { readonly kind: 'cpu'; readonly cpu: CpuId; readonly up: boolean; readonly timeNs: number }
  /** A thread of another program is through with its work. */
  | { readonly kind: 'load'; readonly name: string; readonly timeNs: number };

/** A thread of another program: it has work for so long alone on a CPU, and shares CPUs by its weight. */
export interface LoadThread {
  readonly name: string;
  readonly nice: number;
  readonly ns: number;
}

export interface SimulatorOptions {
  /** All possible CPUs; CPU 0 is up from the start. */
  readonly cpus: readonly SimCpu[];
  readonly memory: Memory;
  readonly cost: CostModel;
  /** The kernel's function of that name, called with `arg`. */
  readonly spawn: (entry: EntryName, arg: Word) => Kthread;
  readonly works: Readonly<Record<WorkName, SimWork>>;
  /** Timer interrupts a second. */
  readonly hz: number;
  /** Seed of the jitter of wake-ups; none where it is left out. */
  readonly seed?: number | undefined;
  /** Other programs' threads, from the start on; `cost` must know shares (cost/shares.ts). */
  readonly load?: readonly LoadThread[] | undefined;
  readonly onEvent?: ((event: SimEvent) => void) | undefined;
  /** Told of virtual now before a thread goes on, for log lines. */
  readonly onTime?: ((nowNs: number) => void) | undefined;
}

/** Where the thread that is being resumed stands. */
export interface Where {
  readonly task: number;
  readonly cpu: CpuId;
  readonly timeNs: number;
}

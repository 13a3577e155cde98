// What the explorer runs: a little kernel set up anew for each schedule, with what must hold at its end.
import type { EntryName, Kthread, Word, WorkName } from '../../../cpu/op.ts';
import type { Memory } from '../../../cpu/memory.ts';

/**
 * Where a leaf's step happens. `touch` tells the search that the step depends on others that touch the same number; `told` is
 * whether anybody reads what steps say, so that no text needs to be made where nobody does.
 */
export interface LeafStep {
  readonly id: number;
  readonly told: boolean;
  readonly touch: (thing: number) => void;
}

/** A leaf in steps: each next() does one thing and says what; other threads move in between. Returns its result. */
export type StepWork = (arg: number, start: number, end: number, step: LeafStep) => Iterator<string, number>;

/** One execution to be. */
export interface ScenarioRun {
  /** Runs first, each thread as far as it can in turn: set-up whose order is no question. */
  readonly prelude?: Kthread;
  /** The prelude changes shared memory and nothing else, and depends on nothing else: its result can be kept (kept.ts). */
  readonly preludeInMemory?: boolean;
  readonly boot: Kthread;
  readonly spawn: (entry: EntryName, arg: Word) => Kthread;
  readonly works: Readonly<Record<WorkName, StepWork>>;
  /** @throws Bug where something is wrong at the end */
  readonly check: () => void;
}

/** A little kernel with threads, for the explorer. */
export interface Scenario<Name extends string = string> {
  readonly name: Name;
  /** One line: setup and what is expected. */
  readonly about: string;
  readonly cpus: number;
  /** A schedule that takes more steps is taken for one without an end; 20,000 where it is left out. */
  readonly maxSteps?: number;
  /** Memory that was given back may be touched: for what else happens where the kernel does so. */
  readonly lenient?: boolean;
  /** Called before each schedule; the memory is as new. */
  readonly setup: (mem: Memory) => ScenarioRun;
}

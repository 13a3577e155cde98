// A policy: who of those that can move moves. The search is a loop around two methods; each policy is one small file.
import type { Word } from '../../../cpu/op.ts';
import type { Footprint } from './checked-memory.ts';

/** A thread that can move, as policies see it. */
export interface Candidate {
  readonly id: number;
}

/** One step as it happened, for policies that learn from it. */
export interface StepRecord {
  readonly task: number;
  /** Threads that could have moved. */
  readonly enabled: readonly number[];
  readonly footprint: Footprint;
  /** Locks that the thread held before the step, and the one that it took in it; 0 for none. */
  readonly held: readonly Word[];
  readonly acquired: Word;
  /** The thread that the step started; -1 for none. */
  readonly started: number;
  /** Threads that the step woke. */
  readonly woke: readonly number[];
}

export interface Scheduler {
  /** Gets ready for another schedule; false where there is none left. */
  nextSchedule(): boolean;
  /**
   * Index of who moves among the first `count` of `candidates` (ascending ids); -1 gives this schedule up. `last` moved
   * before. Asked only where more than one can move, unless the policy has `stepped`.
   */
  pick(candidates: readonly Candidate[], count: number, last: number): number;
  /** Told of each step right after it, where the policy wants to know. */
  readonly stepped?: (record: StepRecord) => void;
}

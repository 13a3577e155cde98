// A scenario with a fault in it, and what is known of it.
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';

/** Something that the explorer finds. */
export interface Finding {
  readonly scenario: Scenario;
  /** What its failure says. */
  readonly finds: RegExp;
  /** A random walk from seed 1 finds it within so many schedules. */
  readonly within: number;
}

/** A planted fault, with the same scenario without it. */
export interface Mutant extends Finding {
  readonly sound: Scenario;
}

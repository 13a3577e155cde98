// Everyone that can move is as likely as another.
import { random, type Random } from '../../../lib/random.ts';
import type { Candidate, Scheduler } from '../explore/scheduler.ts';

/** A random walk; the same seed gives the same schedules. */
export class RandomScheduler implements Scheduler {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = random(seed);
  }

  nextSchedule(): boolean {
    return true;
  }

  pick(_candidates: readonly Candidate[], count: number): number {
    return Math.floor(this.#random() * count);
  }
}

// Probabilistic concurrency testing (Burckhardt et al., 2010): random priorities, and the one that runs falls to the bottom at
// `depth` - 1 random steps. A bug that needs `depth` orderings is found with a probability that the length does not crush.
import { random, type Random } from '../../../lib/random.ts';
import type { Candidate, Scheduler } from '../explore/scheduler.ts';

export class PctScheduler implements Scheduler {
  readonly #random: Random;
  readonly #depth: number;
  #priorities: number[] = [];
  #changes: number[] = [];
  #step = 0;
  /** Choices of the longest schedule so far: where change points may lie. */
  #length = 20;
  #bottom = 0;

  constructor(seed: number, depth = 3) {
    this.#random = random(seed);
    this.#depth = depth;
  }

  nextSchedule(): boolean {
    this.#length = Math.max(this.#length, this.#step);
    this.#step = 0;
    this.#bottom = 0;
    this.#priorities = [];
    this.#changes = Array.from({ length: this.#depth - 1 }, () => Math.floor(this.#random() * this.#length));
    return true;
  }

  pick(candidates: readonly Candidate[], count: number): number {
    let best = 0;
    for (let i = 1; i < count; i += 1)
      if (this.#priority(candidates[i]) > this.#priority(candidates[best])) best = i;
    if (this.#changes.includes(this.#step)) {
      this.#bottom -= 1;
      this.#priorities[(candidates[best] as Candidate).id] = this.#bottom;
    }
    this.#step += 1;
    return best;
  }

  #priority(candidate: Candidate | undefined): number {
    const id = candidate?.id ?? 0;
    return (this.#priorities[id] ??= this.#random());
  }
}

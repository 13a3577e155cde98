// A schedule that is known: the choices in order. Where the wanted thread cannot move, the choice is passed over, so that
// schedules with parts cut out run too; when none is left, whoever moved last goes on.
import type { Candidate, Scheduler } from '../explore/scheduler.ts';

export class ReplayScheduler implements Scheduler {
  readonly #choices: readonly number[];
  #at = 0;
  #used = false;
  /** Choices that could not be followed: 0 for an exact replay. */
  skipped = 0;

  /** `choices`: the id of who moved, for each step at which more than one could. */
  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  nextSchedule(): boolean {
    const first = !this.#used;
    this.#used = true;
    return first;
  }

  pick(candidates: readonly Candidate[], count: number, last: number): number {
    while (this.#at < this.#choices.length) {
      const wanted = this.#choices[this.#at];
      this.#at += 1;
      const index = indexOf(candidates, count, wanted as number);
      if (index >= 0) return index;
      this.skipped += 1;
    }
    return Math.max(indexOf(candidates, count, last), 0);
  }
}

function indexOf(candidates: readonly Candidate[], count: number, id: number): number {
  for (let i = 0; i < count; i += 1) if ((candidates[i] as Candidate).id === id) return i;
  return -1;
}

// In turn, one step each: a single schedule.
import type { Candidate, Scheduler } from '../explore/scheduler.ts';

export class RoundRobinScheduler implements Scheduler {
  #started = false;

  nextSchedule(): boolean {
    const first = !this.#started;
    this.#started = true;
    return first;
  }

  pick(candidates: readonly Candidate[], count: number, last: number): number {
    for (let i = 0; i < count; i += 1) if ((candidates[i] as Candidate).id > last) return i;
    return 0;
  }
}

// The units of a job that can fail: what became of each.
import { bugOn } from '../lib/bug.ts';
import type { StepWork } from '../cpus/simulated/explore/scenario.ts';

/** EFAULT. */
const ERROR = -14;

/** What became of each unit: done and undone at most once, and in that order. */
export class Units {
  readonly done = new Set<number>();
  readonly #undone = new Set<number>();
  /** Steps of each thread's leaves. */
  readonly steps = new Map<number, number>();

  leaf(failing: readonly number[]): StepWork {
    const units = this.done;
    const count = (id: number): void => {
      this.steps.set(id, (this.steps.get(id) ?? 0) + 1);
    };
    return function* (_arg, start, end, step) {
      for (let u = start; u < end; u += 1) step.touch(u);
      count(step.id);
      yield `begin [${start}, ${end})`;
      count(step.id);
      // whoever fails leaves nothing behind
      if (failing.some((u) => u >= start && u < end)) return ERROR;
      for (let u = start; u < end; u += 1) {
        bugOn(units.has(u), `unit ${u} is done twice`);
        units.add(u);
      }
      return end - start;
    };
  }

  undo(): StepWork {
    const [done, undone] = [this.done, this.#undone];
    return function* (_arg, start, end, step) {
      for (let u = start; u < end; u += 1) step.touch(u);
      yield `undo [${start}, ${end})`;
      for (let u = start; u < end; u += 1) {
        bugOn(undone.has(u), `unit ${u} is undone twice`);
        bugOn(!done.delete(u), `unit ${u} is undone but was not done`);
        undone.add(u);
      }
      return 0;
    };
  }

  /** What a leaf's last step returns with counts too. */
  helperSteps(caller: number): number {
    return [...this.steps].reduce((sum, [id, steps]) => (id === caller ? sum : sum + steps), 0);
  }

  /** @throws Bug where something is left after an error, or missing after success */
  check({ start, size }: { readonly start: number; readonly size: number }, error: number): void {
    for (let u = start; u < start + size; u += 1) {
      bugOn(error === 0 && !this.done.has(u), `unit ${u} was not done`);
      bugOn(error !== 0 && this.done.has(u), `unit ${u} was not undone`);
    }
  }
}

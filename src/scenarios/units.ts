// The units of a job that can fail: what became of each.
import { Bug, bugOn } from '../lib/bug.ts';
import type { LeafStep, StepWork } from '../cpus/simulated/explore/scenario.ts';

/** EFAULT. */
const ERROR = -14;

/** What became of each unit: done and undone at most once, and in that order. */
export class Units {
  readonly done = new Set<number>();
  readonly #undone = new Set<number>();
  /** Steps of each thread's leaves. */
  readonly steps = new Map<number, number>();

  leaf(failing: readonly number[]): StepWork {
    return (_arg, start, end, step) => this.#do(failing, start, end, step);
  }

  undo(): StepWork {
    return (_arg, start, end, step) => this.#undo(start, end, step);
  }

  *#do(failing: readonly number[], start: number, end: number, step: LeafStep): Generator<string, number> {
    for (let u = start; u < end; u += 1) step.touch(u);
    this.#count(step.id);
    yield step.told ? `begin [${start}, ${end})` : '';
    this.#count(step.id);
    // whoever fails leaves nothing behind
    if (failing.some((u) => u >= start && u < end)) return ERROR;
    for (let u = start; u < end; u += 1) {
      if (this.done.has(u)) throw new Bug(`unit ${u} is done twice`);
      this.done.add(u);
    }
    return end - start;
  }

  *#undo(start: number, end: number, step: LeafStep): Generator<string, number> {
    for (let u = start; u < end; u += 1) step.touch(u);
    yield step.told ? `undo [${start}, ${end})` : '';
    for (let u = start; u < end; u += 1) {
      if (this.#undone.has(u)) throw new Bug(`unit ${u} is undone twice`);
      if (!this.done.delete(u)) throw new Bug(`unit ${u} is undone but was not done`);
      this.#undone.add(u);
    }
    return 0;
  }

  #count(id: number): void {
    this.steps.set(id, (this.steps.get(id) ?? 0) + 1);
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

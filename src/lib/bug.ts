// A broken invariant of the model itself, as the kernel's BUG(): it ends the run and is never caught to go on.
// Bad input is not a bug: see input-error.ts.

/** Thrown where the model contradicts itself; `history` holds the events around it, newest last. */
export class Bug extends Error {
  readonly history: readonly string[];

  constructor(message: string, history: readonly string[] = []) {
    super(message);
    this.name = 'Bug';
    this.history = history;
  }
}

/** Ends the run when `condition` holds, like the kernel's BUG_ON(). */
export function bugOn(condition: boolean, message: string): asserts condition is false {
  if (condition) throw new Bug(message);
}

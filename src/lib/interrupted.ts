// The user stopped a run: neither a bug nor bad input.

/** Thrown where a signal ended the run; `history` holds what was going on, newest last. */
export class Interrupted extends Error {
  readonly signal: string;
  readonly history: readonly string[];

  /** `signal` is its name; `where` what was being done, if that is known. */
  constructor(signal: string, where = '', history: readonly string[] = []) {
    super(`stopped by ${signal}${where}`);
    this.name = 'Interrupted';
    this.signal = signal;
    this.history = history;
  }
}

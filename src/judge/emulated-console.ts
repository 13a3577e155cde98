// The end and the console of a kernel that runs on v86.

/** How it ended: its init said so, it panicked, or the time was used up. */
export type EmulatedEnd = 'init' | 'panic' | 'deadline';

const PANIC = /Kernel panic - not syncing: .*\n/;

/** A promise that is settled from outside, once. */
export class Ending {
  resolve: (end: EmulatedEnd) => void = () => {};
  reject: (error: unknown) => void = () => {};
  readonly promise: Promise<EmulatedEnd>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {}); // it may be refused before anyone waits for it
  }
}

/** COM1 as text, handed on without carriage returns. */
export class Console {
  text = '';
  #line = '';
  #panicked = false;
  readonly #told: (text: string) => void;
  readonly #panic: () => void;

  constructor(told: (text: string) => void, panic: () => void) {
    this.#told = told;
    this.#panic = panic;
  }

  put(byte: number): void {
    const char = String.fromCharCode(byte);
    if (char === '\r') return;
    this.text += char;
    this.#line += char;
    this.#told(char);
    if (char !== '\n') return;
    if (PANIC.test(this.#line) && !this.#panicked) {
      this.#panicked = true;
      this.#panic();
    }
    this.#line = '';
  }
}

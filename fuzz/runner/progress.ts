// A line that tells how far a campaign is, on a terminal; nothing elsewhere.

const EVERY_MS = 200;
const CLEAR = '\r\u001b[K';

/** Cases done, rate, time left, failures. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #target: string;
  readonly #cases: number;
  readonly #began = performance.now();
  #last = -EVERY_MS;

  constructor(stream: NodeJS.WriteStream, target: string, cases: number) {
    this.#stream = stream;
    this.#target = target;
    this.#cases = cases;
  }

  update(done: number, failed: number): void {
    const now = performance.now();
    if (now - this.#last < EVERY_MS) return;
    this.#last = now;
    const rate = done / ((now - this.#began) / 1000);
    const left = rate > 0 ? `, ${Math.ceil((this.#cases - done) / rate)} s left` : '';
    this.say(`${done} of ${this.#cases} cases, ${Math.round(rate)} a second${left}, ${failed} failed`);
  }

  say(text: string): void {
    if (this.#stream.isTTY)
      this.#stream.write(`${CLEAR}${this.#target}: ${text}`.slice(0, this.#stream.columns + CLEAR.length));
  }

  done(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR);
  }
}

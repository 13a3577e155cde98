// Play, pause and step through virtual time. Knows no clock of its own: the page tells it how much host time has passed.

/** Virtual nanoseconds from 0 to `durationNs`; events are the moments that stepping stops at. */
export class Player {
  readonly durationNs: number;
  readonly #events: readonly number[];
  readonly #hostMs: number;
  #nowNs = 0;
  #playing = false;
  #speed = 1;

  /** `hostMs`: how long the whole takes at speed 1. `events` need not be sorted. */
  constructor(durationNs: number, events: readonly number[], hostMs: number) {
    this.durationNs = durationNs;
    this.#events = [...new Set(events)].sort((a, b) => a - b);
    this.#hostMs = hostMs;
  }

  get nowNs(): number {
    return this.#nowNs;
  }

  get playing(): boolean {
    return this.#playing;
  }

  set speed(speed: number) {
    this.#speed = speed;
  }

  /** From the start again where the end was reached. */
  play(): void {
    if (this.#nowNs >= this.durationNs) this.#nowNs = 0;
    this.#playing = this.durationNs > 0;
  }

  pause(): void {
    this.#playing = false;
  }

  /** `hostMs` of host time have passed; true where virtual time moved. */
  tick(hostMs: number): boolean {
    if (!this.#playing) return false;
    this.seek(this.#nowNs + ((hostMs * this.#speed) / this.#hostMs) * this.durationNs);
    if (this.#nowNs >= this.durationNs) this.#playing = false;
    return true;
  }

  /** To the next event, or back to the one before; pauses. */
  step(direction: 1 | -1): void {
    this.#playing = false;
    const next =
      direction > 0
        ? this.#events.find((event) => event > this.#nowNs)
        : this.#events.findLast((event) => event < this.#nowNs);
    this.seek(next ?? (direction > 0 ? this.durationNs : 0));
  }

  seek(ns: number): void {
    this.#nowNs = Math.min(Math.max(ns, 0), this.durationNs);
  }
}

// The tick: jiffies grow by one at each timer interrupt that the tick CPU takes. While that CPU has interrupts off, ticks
// are lost but for one, which stays pending (early boot has periodic ticks; patch 2 of the series' prerequisites is about it).

/** Jiffies since boot at a virtual time. */
export class Jiffies {
  readonly #tickNs: number;
  #lost = 0;
  #offSinceNs: number | undefined;

  constructor(hz: number) {
    this.#tickNs = 1e9 / hz;
  }

  read(nowNs: number): number {
    return Math.floor((this.#offSinceNs ?? nowNs) / this.#tickNs) - this.#lost;
  }

  /** The tick CPU turns interrupts off. */
  off(nowNs: number): void {
    this.#offSinceNs ??= nowNs;
  }

  /** The tick CPU turns interrupts on. */
  on(nowNs: number): void {
    if (this.#offSinceNs === undefined) return;
    const missed = Math.floor(nowNs / this.#tickNs) - Math.floor(this.#offSinceNs / this.#tickNs);
    this.#lost += Math.max(0, missed - 1);
    this.#offSinceNs = undefined;
  }
}

// Choices out of a seeded generator, as random machines need them.
import { random, type Random } from '../../lib/random.ts';

/** Dice with a seed: the same seed gives the same throws. */
export class Dice {
  readonly #next: Random;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  from(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1));
  }

  /** One of `items`, which are not empty. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.from(0, items.length - 1)] ?? items[0];
  }

  /** A multiple of `align` from `low` on below `high`. */
  aligned(low: number, high: number, align: number): number {
    return low + align * this.from(0, Math.max(0, Math.ceil((high - low) / align) - 1));
  }

  /** `count` different multiples of `align` in [low, high), ascending; fewer where two fall together. */
  cuts(count: number, low: number, high: number, align: number): number[] {
    const cuts = new Set<number>();
    for (let i = 0; i < count; i++) cuts.add(this.aligned(low, high, align));
    return [...cuts].sort((a, b) => a - b);
  }

  /** The items in another order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.from(0, i);
      const [a, b] = [out[i], out[j]];
      if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
    }
    return out;
  }
}

// Choices out of a seeded generator: the same seed gives the same throws on every machine.
import { random, type Random } from './random.ts';

/** What is random in a case, a machine, an item of a campaign. */
export class Dice {
  readonly #next: Random;

  /** Dice with a seed; with `index` the dice of one of many throws of that seed, unlike their neighbours'. */
  constructor(seed: number, index?: number) {
    this.#next = random(
      index === undefined ? seed : Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b),
    );
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** True once in `times` on average. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** One of `items`. @throws RangeError where there is none */
  pick<T>(items: readonly T[]): T {
    const at = this.below(items.length);
    if (at >= items.length) throw new RangeError('nothing to pick from');
    return items[at] as T;
  }

  /** `count` items, each made anew. */
  times<T>(count: number, make: (i: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i));
  }

  /** A multiple of `align` from `low` on below `high`. */
  aligned(low: number, high: number, align: number): number {
    return low + align * this.between(0, Math.max(0, Math.ceil((high - low) / align) - 1));
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
      const j = this.between(0, i);
      const [a, b] = [out[i], out[j]];
      if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
    }
    return out;
  }
}

// Seeded choices for the makers of cases: the same seed and index give the same case on every machine.
import { random, type Random } from '../../src/lib/random.ts';

/** Everything that is random in a case. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number, index: number) {
    this.#random = random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True once in `times` on average. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** `count` items, each made anew. */
  times<T>(count: number, make: (i: number) => T): T[] {
    return Array.from({ length: count }, (_, i) => make(i));
  }
}

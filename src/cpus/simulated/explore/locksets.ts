// Sets of locks as small numbers: equal sets have equal numbers, and intersections are remembered. 0 is the empty set.
import type { Word } from '../../../cpu/op.ts';

const KEY = 2 ** 24;

export class Locksets {
  readonly #sets: (readonly Word[])[] = [[]];
  readonly #byText = new Map<string, number>([['', 0]]);
  readonly #added = new Map<number, number>();
  readonly #removed = new Map<number, number>();
  readonly #met = new Map<number, number>();

  #intern(locks: readonly Word[]): number {
    const text = locks.join();
    let id = this.#byText.get(text);
    if (id === undefined) {
      id = this.#sets.length;
      this.#sets.push(locks);
      this.#byText.set(text, id);
    }
    return id;
  }

  locks(set: number): readonly Word[] {
    return this.#sets[set] ?? [];
  }

  with(set: number, lock: Word): number {
    const key = set * KEY + lock;
    let id = this.#added.get(key);
    if (id === undefined) {
      id = this.#intern([...new Set([...this.locks(set), lock])].sort((a, b) => a - b));
      this.#added.set(key, id);
    }
    return id;
  }

  without(set: number, lock: Word): number {
    const key = set * KEY + lock;
    let id = this.#removed.get(key);
    if (id === undefined) {
      id = this.#intern(this.locks(set).filter((other) => other !== lock));
      this.#removed.set(key, id);
    }
    return id;
  }

  intersection(a: number, b: number): number {
    if (a === b) return a;
    if (a === 0 || b === 0) return 0;
    const key = a * KEY + b;
    let id = this.#met.get(key);
    if (id === undefined) {
      const other = this.locks(b);
      id = this.#intern(this.locks(a).filter((lock) => other.includes(lock)));
      this.#met.set(key, id);
    }
    return id;
  }
}

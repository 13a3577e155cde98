// Sets of locks as small numbers: equal sets have equal numbers, and intersections are remembered. 0 is the empty set.
import type { Word } from '../../../cpu/op.ts';

export class Locksets {
  readonly #sets: (readonly Word[])[] = [[]];
  readonly #byText = new Map<string, number>([['', 0]]);
  /** By set and lock, or by two sets; small numbers, looked up at every lock. */
  readonly #added: number[][] = [[]];
  readonly #removed: number[][] = [[]];
  readonly #met: number[][] = [[]];

  #intern(locks: readonly Word[]): number {
    const text = locks.join();
    let id = this.#byText.get(text);
    if (id === undefined) {
      id = this.#sets.length;
      this.#sets.push(locks);
      for (const table of [this.#added, this.#removed, this.#met]) table.push([]);
      this.#byText.set(text, id);
    }
    return id;
  }

  locks(set: number): readonly Word[] {
    return this.#sets[set] ?? [];
  }

  with(set: number, lock: Word): number {
    const known = this.#added[set] as number[];
    return (known[lock] ??= this.#intern([...new Set([...this.locks(set), lock])].sort((a, b) => a - b)));
  }

  without(set: number, lock: Word): number {
    const known = this.#removed[set] as number[];
    return (known[lock] ??= this.#take(set, lock));
  }

  // apart, as a function that makes a closure somewhere pays for it at every call
  #take(set: number, lock: Word): number {
    return this.#intern(this.locks(set).filter((other) => other !== lock));
  }

  intersection(a: number, b: number): number {
    if (a === b) return a;
    if (a === 0 || b === 0) return 0;
    const known = this.#met[a] as number[];
    return (known[b] ??= this.#meet(a, b));
  }

  #meet(a: number, b: number): number {
    const other = this.locks(b);
    return this.#intern(this.locks(a).filter((lock) => other.includes(lock)));
  }
}

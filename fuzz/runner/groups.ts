// Failing cases by what failed: the same kind, message and place are one fault, however many inputs reach it.
import { keyOf } from '../../src/fuzz/cause.ts';
import type { Case, Fault } from '../../src/fuzz/target.ts';

/** One fault with the cases that reach it. */
export interface Group {
  readonly key: string;
  /** Of the first case. */
  readonly fault: Fault;
  readonly count: number;
  /** Number of the first case. */
  readonly first: number;
  /** The smallest cases met, the smallest first. */
  readonly smallest: readonly Case[];
}

/** More than one: not every case repeats alone. */
const KEPT_CASES = 3;

/** Groups cases as they come; in which order they come does not matter. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  add(index: number, one: Case, fault: Fault): void {
    const key = keyOf(fault);
    const known = this.#groups.get(key);
    if (!known) {
      this.#groups.set(key, { key, fault, count: 1, first: index, smallest: [one] });
      return;
    }
    const earlier = index < known.first;
    this.#groups.set(key, {
      key,
      fault: earlier ? fault : known.fault,
      count: known.count + 1,
      first: Math.min(known.first, index),
      smallest: [...known.smallest, one].sort(bySize).slice(0, KEPT_CASES),
    });
  }

  /** The most frequent first. */
  list(): Group[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count || a.first - b.first);
  }
}

function bySize(a: Case, b: Case): number {
  return a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes);
}

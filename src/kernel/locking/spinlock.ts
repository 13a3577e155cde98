// Mirrors spin_lock() and spin_unlock() of include/linux/spinlock.h (v6.1): a word that is 1 while somebody holds it.
import type { Kthread, KthreadPart, Op, Word } from '../../cpu/op.ts';

export const SPINLOCK_WORDS = 1;

/** Takes the lock; spins while another has it. */
export function spinLock(lock: Word): KthreadPart {
  return new Taking(lock);
}

/** Lets the lock go. Callers hold it. */
export function spinUnlock(lock: Word): KthreadPart {
  return new LettingGo(lock);
}

const DONE: IteratorResult<Op, void> = { done: true, value: undefined };

/** while ((yield take) !== 0) yield wait: by hand, as a generator for each lock would cost more than all else that it does. */
class Taking implements Iterator<Op, void, number> {
  readonly #lock: Word;
  #asks: 'first' | 'took' | 'waited' = 'first';

  constructor(lock: Word) {
    this.#lock = lock;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(seen: number): IteratorResult<Op, void> {
    const at = this.#lock;
    if (this.#asks !== 'took') {
      this.#asks = 'took';
      return { done: false, value: { op: 'cmpxchg', at, old: 0, next: 1, lock: true } };
    }
    if (seen === 0) return DONE;
    this.#asks = 'waited';
    return { done: false, value: { op: 'wait', at, value: 1, spin: true } };
  }
}

class LettingGo implements Iterator<Op, void, number> {
  readonly #lock: Word;
  #asked = false;

  constructor(lock: Word) {
    this.#lock = lock;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Op, void> {
    if (this.#asked) return DONE;
    this.#asked = true;
    return { done: false, value: { op: 'release', at: this.#lock, value: 0, lock: true } };
  }
}

/** spin_lock_irqsave(): with interrupts of this CPU off. */
export function* spinLockIrqsave(lock: Word): Kthread {
  yield { op: 'irq', enable: false };
  yield* spinLock(lock);
}

export function* spinUnlockIrqrestore(lock: Word): Kthread {
  yield* spinUnlock(lock);
  yield { op: 'irq', enable: true };
}

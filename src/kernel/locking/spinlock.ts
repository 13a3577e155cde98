// Mirrors spin_lock() and spin_unlock() of include/linux/spinlock.h (v6.1): a word that is 1 while somebody holds it.
import type { Kthread, KthreadPart, Op, Word } from '../../cpu/op.ts';
import { KEPT_WORDS, letGoOf, spinOf, takeOf } from '../../cpu/requests.ts';

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

/** Answers of the iterators below: they are made once for each lock. */
function asked(request: (lock: Word) => Op): (lock: Word) => IteratorResult<Op, void> {
  const made: IteratorResult<Op, void>[] = [];
  return (lock) =>
    lock < KEPT_WORDS
      ? (made[lock] ??= { done: false, value: request(lock) })
      : { done: false, value: request(lock) };
}

const asksToTake = asked(takeOf);
const asksToSpin = asked(spinOf);
const asksToLetGo = asked(letGoOf);

/** while ((yield take) !== 0) yield wait: by hand, as a generator for each lock would cost more than all else that it does. */
class Taking implements Iterator<Op, void, number> {
  readonly #lock: Word;
  #asked = false;

  constructor(lock: Word) {
    this.#lock = lock;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(seen: number): IteratorResult<Op, void> {
    if (this.#asked && seen === 0) return DONE;
    // the first time, and after each wait, it tries
    this.#asked = !this.#asked;
    return this.#asked ? asksToTake(this.#lock) : asksToSpin(this.#lock);
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
    return asksToLetGo(this.#lock);
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

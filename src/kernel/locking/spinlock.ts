// Mirrors spin_lock() and spin_unlock() of include/linux/spinlock.h (v6.1): a word that is 1 while somebody holds it.
import type { Kthread, Op, Word } from '../../cpu/op.ts';

export const SPINLOCK_WORDS = 1;

/** Takes the lock; spins while another has it. */
export function* spinLock(lock: Word): Kthread {
  const take: Op = { op: 'cmpxchg', at: lock, old: 0, next: 1, lock: true };
  while ((yield take) !== 0) yield { op: 'wait', at: lock, value: 1, spin: true };
}

/** Lets the lock go. Callers hold it. */
export function* spinUnlock(lock: Word): Kthread {
  yield { op: 'release', at: lock, value: 0, lock: true };
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

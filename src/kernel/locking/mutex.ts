// Mirrors mutex_lock() and mutex_unlock() of kernel/locking/mutex.c (v6.1): a lock whose waiters sleep.
import type { Kthread, Op, Word } from '../../cpu/op.ts';

export const MUTEX_WORDS = 1;

/** Takes the mutex; sleeps while another has it. */
export function* mutexLock(lock: Word): Kthread {
  const take: Op = { op: 'cmpxchg', at: lock, old: 0, next: 1, lock: true };
  while ((yield take) !== 0) yield { op: 'wait', at: lock, value: 1 };
}

/** Lets the mutex go. Callers hold it. */
export function* mutexUnlock(lock: Word): Kthread {
  yield { op: 'release', at: lock, value: 0, lock: true };
}

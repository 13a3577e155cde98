// Mirrors mutex_lock() and mutex_unlock() of kernel/locking/mutex.c (v6.1): a lock whose waiters sleep.
import { waitOf, type Kthread, type Word } from '../../cpu/op.ts';
import { letGoOf, takeOf } from '../../cpu/requests.ts';

export const MUTEX_WORDS = 1;

/** Takes the mutex; sleeps while another has it. */
export function* mutexLock(lock: Word): Kthread {
  while ((yield takeOf(lock)) !== 0) yield waitOf(lock, 1);
}

/** Lets the mutex go. Callers hold it. */
export function* mutexUnlock(lock: Word): Kthread {
  yield letGoOf(lock);
}

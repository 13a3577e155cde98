// Mirrors kernel/sched/completion.c (v6.1): one thread waits until another has done something. Words: lock, done.
import type { Kthread, Word } from '../cpu/op.ts';
import { waitWhileZeroOf, wakeOneOf } from '../cpu/requests.ts';
import type { Kernel } from './kernel.ts';
import { spinLock, spinUnlock } from './locking/spinlock.ts';

/** Words of a struct completion: its lock, and how often it was completed. */
export const COMPLETION_WORDS = 2;
export const COMPLETION_FIELDS: readonly string[] = ['lock', 'done'];

const doneOf = (x: Word): Word => x + 1;

/** init_completion(). */
export function initCompletion(k: Kernel, x: Word): void {
  k.mem.fresh(x, COMPLETION_WORDS);
  k.mem.store(x, 0);
  k.mem.store(doneOf(x), 0);
}

/** Lets one waiter go on, now or when it comes. */
export function* complete(k: Kernel, x: Word): Kthread {
  yield* spinLock(x);
  k.mem.writeOnce(doneOf(x), k.mem.readOnce(doneOf(x)) + 1);
  yield wakeOneOf(doneOf(x));
  yield* spinUnlock(x);
}

/** Sleeps until complete() was called once for this wait. */
export function* waitForCompletion(k: Kernel, x: Word): Kthread {
  yield* spinLock(x);
  while (k.mem.readOnce(doneOf(x)) === 0) {
    yield* spinUnlock(x);
    yield waitWhileZeroOf(doneOf(x));
    yield* spinLock(x);
  }
  k.mem.writeOnce(doneOf(x), k.mem.readOnce(doneOf(x)) - 1);
  yield* spinUnlock(x);
}

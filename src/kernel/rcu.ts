// rcu_read_lock_bh() and synchronize_rcu() as one counter of readers: who waits, waits until nobody reads. Real RCU waits for
// those only that read already; readers here are short, so the difference cannot be seen.
import { waitOf, wakeOf, atomicAddReturn, atomicRead, type Kthread } from '../cpu/op.ts';
import type { Kernel } from './kernel.ts';

/** Begins to read; callers do not sleep until rcuReadUnlock(). */
export function* rcuReadLock(k: Kernel): Kthread {
  yield* atomicAddReturn(k.data.rcuReaders, 1);
}

export function* rcuReadUnlock(k: Kernel): Kthread {
  if ((yield* atomicAddReturn(k.data.rcuReaders, -1)) === 0) yield wakeOf(k.data.rcuReaders);
}

/** Returns when all who read at the time of the call have ended. */
export function* synchronizeRcu(k: Kernel): Kthread {
  for (let readers = yield* atomicRead(k.data.rcuReaders); readers !== 0;) {
    yield waitOf(k.data.rcuReaders, readers);
    readers = yield* atomicRead(k.data.rcuReaders);
  }
}

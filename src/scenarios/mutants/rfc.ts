// Jobs of the RFC with one fault each.
import { waitForCompletion } from '../../kernel/completion.ts';
import { setUserNice } from '../../kernel/kthread.ts';
import { spinLock, spinUnlock } from '../../kernel/locking/spinlock.ts';
import type { Kernel, KernelFunction } from '../../kernel/kernel.ts';
import { padataDoMultithreadedRfc } from '../../kernel/padata.ts';
import { threadLoop, type RfcParts } from '../../kernel/padata/rfc2022/run.ts';
import { FINISHED, RfcThread } from '../../kernel/padata/rfc2022/state.ts';
import { undoRanges } from '../../kernel/padata/rfc2022/undo.ts';
import { waitForHelpers } from '../../kernel/padata/rfc2022/waiting.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import type { DoRfc } from '../rfc-job.ts';

const withParts =
  (parts: Partial<RfcParts>): DoRfc =>
  (k, job) =>
    padataDoMultithreadedRfc(k, job, { undoRanges, waitForHelpers, ...parts });

/** The undo begins after the first failed range: what succeeded before it stays. */
export const undoSkips = withParts({
  undoRanges: (start, position, failed) => undoRanges(failed[0]?.end ?? start, position, failed),
});

/** What succeeded is undone a second time. */
export const undoTwice = withParts({
  undoRanges: (...args) => [...undoRanges(...args), ...undoRanges(...args)],
});

/** The failed range is undone too, though its thread has cleaned up. */
export const undoFailed = withParts({
  undoRanges: (start, position) => undoRanges(start, position, []),
});

/** All helpers get the caller's priority at once. */
export const raisesAll = withParts({
  *waitForHelpers(k, ps, helpers, _tickets, nice) {
    yield* spinLock(ps.lock);
    for (const thread of helpers) {
      if ((thread.flags.value & FINISHED) !== 0) continue;
      k.trace({ kind: 'raise', state: ps.base, thread: thread.base });
      yield* setUserNice(thread.task.value, nice);
    }
    yield* spinUnlock(ps.lock);
    yield* waitForHelpers(k, ps, helpers, new Map(), nice);
  },
});

/** Whether a helper has ended is looked at without the lock, and again by nobody. */
export const raisesLate = withParts({
  *waitForHelpers(k, ps, helpers, _tickets, nice) {
    for (const thread of helpers) {
      yield* spinLock(ps.lock);
      const busy = (thread.flags.value & FINISHED) === 0;
      if (busy) ps.niced.value = thread.base;
      yield* spinUnlock(ps.lock);
      // it may have ended meanwhile
      yield* spinLock(ps.completion);
      yield* spinUnlock(ps.completion);
      if (!busy) continue;
      k.trace({ kind: 'raise', state: ps.base, thread: thread.base });
      yield* setUserNice(thread.task.value, nice);
      yield* waitForCompletion(k, ps.completion);
    }
  },
});

/** The caller waits for nobody. */
export const waitsForNobody = withParts({
  *waitForHelpers() {
    // gone before its helpers are
  },
});

/** A helper's time is taken off without the group's lock. */
export const chargesUnlocked: KernelFunction = (k, base) =>
  threadLoop(k, new RfcThread(k.mem, base), chargeUnlocked);

const RUNTIME = 3;

function* chargeUnlocked(k: Kernel, group: Word, ns: number): Kthread {
  const left = k.mem.load(group + RUNTIME);
  yield { op: 'resched' };
  k.mem.store(group + RUNTIME, left - ns);
}

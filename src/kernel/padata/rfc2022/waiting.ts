// How the caller of an RFC job waits: one helper at a time gets its priority, so that a job with low-priority helpers neither takes
// more than one thread's share from others nor waits for ever behind them.
import { cmpxchgOf, type Kthread, type Word } from '../../../cpu/op.ts';
import { waitForCompletion } from '../../completion.ts';
import type { Kernel } from '../../kernel.ts';
import { setUserNice } from '../../kthread.ts';
import { spinLock, spinUnlock } from '../../locking/spinlock.ts';
import { CANCELLED, FINISHED, TICKET_WORDS, type RfcState, type RfcThread } from './state.ts';

/** Returns when no helper touches the job any more. `nice` is the caller's; `tickets` those of renice_or_cancel. */
export function* waitForHelpers(
  k: Kernel,
  ps: RfcState,
  helpers: readonly RfcThread[],
  tickets: ReadonlyMap<Word, Word>,
  nice: number,
): Kthread {
  yield* spinLock(ps.lock);
  for (const thread of helpers) {
    const ticket = tickets.get(thread.base);
    // no chunk is left for a helper that has not begun
    if (ticket !== undefined && (yield* cancel(ticket))) continue;
    if ((thread.flags.value & FINISHED) === 0) {
      ps.niced.value = thread.base;
      k.trace({ kind: 'raise', state: ps.base, thread: thread.base });
      yield* setUserNice(thread.task.value, nice);
      yield* spinUnlock(ps.lock);
      yield* waitForCompletion(k, ps.completion);
      yield* spinLock(ps.lock);
    }
    if (ticket !== undefined) k.mem.free(ticket, TICKET_WORDS);
  }
  yield* spinUnlock(ps.lock);
}

/** Whether the helper will never begin; it gives the ticket back itself then. */
function* cancel(ticket: Word): Kthread<boolean> {
  return (yield cmpxchgOf(ticket, 0, CANCELLED)) === 0;
}

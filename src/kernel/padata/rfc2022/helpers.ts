// The helpers of an RFC job: kernel threads called padata, at the lowest priority, on the CPUs that the caller may use.
import type { CpuId } from '../../../lib/units.ts';
import type { Kthread, Word } from '../../../cpu/op.ts';
import type { Kernel } from '../../kernel.ts';
import { kthreadRunNice } from '../../kthread.ts';
import type { RuntimeRules } from '../rules.ts';
import { FINISHED, type RfcThread, TICKET_FIELDS, TICKET_WORDS } from './state.ts';

/** Starts them; with renice_or_cancel, their tickets by thread. A helper that cannot be made counts as finished. */
export function* startHelpers(
  k: Kernel,
  helpers: readonly RfcThread[],
  rules: RuntimeRules,
  cpus: readonly CpuId[],
): Kthread<ReadonlyMap<Word, Word>> {
  const tickets = new Map<Word, Word>();
  for (const [i, thread] of helpers.entries()) {
    if (k.shouldFail?.('kthread', i) === true) {
      thread.flags.value = FINISHED;
      continue;
    }
    const [entry, arg] =
      rules.waiting === 'renice'
        ? (['padataMtThread', thread.base] as const)
        : (['padataMtCancellable', ticketFor(k, thread, tickets)] as const);
    // nobody else writes it: the caller reads it again when it raises the helper
    thread.task.value = yield* kthreadRunNice(rules.helperNice, entry, arg, 'padata', cpus);
  }
  return tickets;
}

function ticketFor(k: Kernel, thread: RfcThread, tickets: Map<Word, Word>): Word {
  const ticket = k.mem.alloc(TICKET_WORDS);
  k.mem.fresh(ticket, TICKET_WORDS, 'ticket', TICKET_FIELDS);
  k.mem.writeOnce(ticket, 0);
  k.mem.writeOnce(ticket + 1, thread.base);
  tickets.set(thread.base, ticket);
  return ticket;
}

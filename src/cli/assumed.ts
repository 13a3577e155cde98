// What a boot assumed, on stderr: once, in one line; --summary and the record have the whole.
import type { RunRecord } from '../init/record.ts';
import type { Assumed } from '../kernel/assumed.ts';
import type { CliIo } from './io.ts';

/** Nothing where nothing was assumed. */
export async function sayAssumed(io: CliIo, record: RunRecord): Promise<void> {
  const facts = record.assumedFacts ?? [];
  if (facts.length === 0) return;
  const { assumedCountText, countAssumed } = await import('../ask/assumed.ts');
  io.stderr(`earlyboot: ${record.machine}: ${assumedCountText(countAssumed(record))}: ${namesOf(facts)}\n`);
}

/** The names of facts in a line. */
export function namesOf(facts: readonly Assumed[]): string {
  return facts.map(({ fact }) => fact).join(', ');
}

// MTRRs against the map: memory that is not write-back is slow, and Linux gives up what no range covers.
import { GiB, MiB } from '../../../lib/units.ts';
import { merged, without } from '../../../lib/spans.ts';
import { ramRanges, rangeText, type Range } from '../ranges.ts';
import type { Hit, LintMachine, Rule } from '../types.ts';

export const MTRR_RULES: readonly Rule[] = [
  {
    id: 'mtrr-uncovered',
    severity: 'error',
    why: 'Usable memory must be write-back: all else makes it slower by a factor of a hundred.',
    source:
      'arch/x86/kernel/cpu/mtrr/cleanup.c (v6.1), mtrr_trim_uncached_memory; Intel SDM volume 3A, section 11.11',
    linux:
      'on Intel CPUs with default type uncachable prints "WARNING: BIOS bug: CPU MTRRs don’t cover all of memory, losing …MB of RAM." and loses it',
    since: '2.6.25',
    check: uncovered,
  },
];

function* uncovered(machine: LintMachine): Generator<Hit> {
  const { mtrr } = machine.spec;
  if (!mtrr) return;
  const of = (want: (type: string) => boolean): Range[] =>
    mtrr.ranges
      .filter(({ type }) => want(type))
      .map(({ start, size }) => ({ start, end: start + size }))
      .sort((a, b) => a.start - b.start);
  const cached = of((type) => type === 'write-back');
  const uncached = of((type) => type !== 'write-back');
  const limit = mtrr.highIsCached ? 4 * GiB : Infinity;
  for (const ram of ramRanges(machine)) {
    const [start, end] = [Math.max(ram.start, MiB), Math.min(ram.end, limit)];
    const bare = mtrr.default === 'write-back' ? [] : without(start, end, cached);
    const spoilt = uncached.flatMap((range) =>
      range.start < end && range.end > start
        ? [{ start: Math.max(start, range.start), end: Math.min(end, range.end) }]
        : [],
    );
    for (const range of merged([...bare, ...spoilt]))
      yield {
        ...range,
        message: `${Math.ceil((range.end - range.start) / MiB)} MiB of usable memory, ${rangeText(range)}, are not write-back`,
        path: ['mtrr'],
      };
  }
}

// SRAT and SLIT against the map, and within themselves.
import { MiB } from '../../../lib/units.ts';
import { bytesIn, without } from '../../../lib/spans.ts';
import { slitOf, sratOf } from '../affinity.ts';
import { common, overlaps, ramRanges, rangeText } from '../ranges.ts';
import type { Hit, LintMachine, Rule } from '../types.ts';

const SRAT = 'ACPI 6.5, section 5.2.16; arch/x86/mm/numa.c (v6.1)';
const SLIT = 'ACPI 6.5, section 5.2.17; arch/x86/mm/srat.c (v6.1), acpi_numa_slit_init';
const LOCAL_DISTANCE = 10;

export const NODE_RULES: readonly Rule[] = [
  {
    id: 'ram-in-no-node',
    severity: 'error',
    why: 'Memory that the SRAT leaves out has no node, and 1 MiB of it makes the SRAT useless.',
    source: `${SRAT}, numa_meminfo_cover_memory`,
    linux: 'says "nodes only cover …MB of your …MB e820 RAM. Not used." and makes one node of everything',
    since: '2.6.15',
    check: uncovered,
  },
  {
    id: 'node-range-without-ram',
    severity: 'warning',
    why: 'The SRAT lists memory that the map does not have.',
    source: `${SRAT}, numa_cleanup_meminfo`,
    linux: 'drops the range; a node of such ranges alone has no memory',
    since: '5.8',
    *check(machine) {
      const ram = ramRanges(machine);
      for (const range of sratOf(machine)?.memory ?? [])
        if (!range.hotplug && bytesIn(range, ram) === 0)
          yield {
            ...plain(range),
            message: `node range ${rangeText(range)} of domain ${range.pxm} has no usable memory`,
            path: ['nodes'],
          };
    },
  },
  {
    id: 'node-overlap',
    severity: 'error',
    why: 'An address belongs to one node.',
    source: `${SRAT}, numa_cleanup_meminfo`,
    linux: 'does not use the SRAT',
    since: '2.6.12',
    *check(machine) {
      for (const [a, b] of pairs(sratOf(machine)?.memory ?? []))
        if (a.pxm !== b.pxm && overlaps(a, b))
          yield {
            ...common(a, b),
            message: `domains ${a.pxm} and ${b.pxm} both have ${rangeText(common(a, b))}`,
            path: ['nodes'],
          };
    },
  },
  {
    id: 'node-overlap-self',
    severity: 'warning',
    why: 'Two entries of one node list the same memory.',
    source: `${SRAT}, numa_cleanup_meminfo`,
    linux: 'says so and joins them',
    since: '2.6.39',
    *check(machine) {
      for (const [a, b] of pairs(sratOf(machine)?.memory ?? []))
        if (a.pxm === b.pxm && a.hotplug === b.hotplug && overlaps(a, b))
          yield {
            ...common(a, b),
            message: `domain ${a.pxm} has ${rangeText(common(a, b))} twice`,
            path: ['nodes'],
          };
    },
  },
  {
    id: 'hotplug-over-fixed',
    severity: 'warning',
    why: 'Memory is hot-pluggable or it is not: where both stand, movable_node takes it for removable.',
    source: `${SRAT}; mm/memblock.c (v6.1), memblock_mark_hotplug`,
    linux: 'marks all of it hot-pluggable',
    since: '3.14',
    *check(machine) {
      for (const [a, b] of pairs(sratOf(machine)?.memory ?? []))
        if (a.pxm === b.pxm && a.hotplug !== b.hotplug && overlaps(a, b))
          yield {
            ...common(a, b),
            message: `domain ${a.pxm} has ${rangeText(common(a, b))} both hot-pluggable and fixed`,
            path: ['nodes'],
          };
    },
  },
  {
    id: 'slit-below-10',
    severity: 'error',
    why: 'A node is 10 from itself, and every other is further.',
    source: SLIT,
    linux: 'says "SLIT table looks invalid. Not used." and takes 20 for all',
    since: '2.6.25',
    *check(machine) {
      for (const [i, row] of (distances(machine) ?? []).entries())
        for (const [j, distance] of row.entries())
          if (i === j ? distance !== LOCAL_DISTANCE : distance <= LOCAL_DISTANCE)
            yield {
              message: `distance ${distance} from locality ${i} to ${j}: expected ${i === j ? '10' : 'more than 10'}`,
              path: ['distances', i, j],
            };
    },
  },
  {
    id: 'slit-asymmetric',
    severity: 'warning',
    why: 'It is as far there as back, on hardware that exists.',
    source: SLIT,
    linux: 'takes both, and the scheduler and the page allocator may choose differently from two sides',
    since: '2.6.12',
    *check(machine) {
      const rows = distances(machine) ?? [];
      for (const [i, row] of rows.entries())
        for (const [j, distance] of row.entries())
          if (j > i && distance !== rows[j]?.[i])
            yield {
              message: `distance ${distance} from locality ${i} to ${j}, ${rows[j]?.[i]} back`,
              path: ['distances', i, j],
            };
    },
  },
  {
    id: 'slit-size',
    severity: 'warning',
    why: 'The SLIT has a row for each proximity domain.',
    source: SLIT,
    linux: 'leaves out domains that it does not know, and takes 20 where it has no distance',
    since: '2.6.12',
    *check(machine) {
      const rows = slitOf(machine);
      const domains = sratOf(machine)?.domains;
      if (rows === null || domains === undefined) return;
      const needed = Math.max(...domains) + 1;
      if (domains.size > 0 && rows.length < needed)
        yield { message: `${rows.length} localities for domains up to ${needed - 1}`, path: ['distances'] };
    },
  },
];

function* uncovered(machine: LintMachine): Generator<Hit> {
  const srat = sratOf(machine);
  if (srat === null || srat.memory.length === 0) return;
  const nodes = [...srat.memory].sort((a, b) => a.start - b.start);
  for (const ram of ramRanges(machine))
    for (const gap of without(ram.start, ram.end, nodes))
      if (gap.end - gap.start >= MiB)
        yield { ...gap, message: `usable memory ${rangeText(gap)} is in no node`, path: ['nodes'] };
}

const plain = ({
  start,
  end,
}: {
  readonly start: number;
  readonly end: number;
}): { start: number; end: number } => ({ start, end });

/** The SLIT's rows, or the description's where the table could not be made. */
function distances(machine: LintMachine): readonly (readonly number[])[] | null {
  return slitOf(machine) ?? machine.spec.distances;
}

function* pairs<T>(items: readonly T[]): Generator<[T, T]> {
  for (const [i, a] of items.entries()) for (const b of items.slice(i + 1)) yield [a, b];
}

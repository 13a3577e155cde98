// The map's entries by themselves: order, overlaps, sizes, their number.
import { E820_TYPE_RAM, e820TypeText } from '../../../arch/x86/e820_table.ts';
import { hex } from '../../../lib/units.ts';
import { common, mapPath, overlaps, rangeText } from '../ranges.ts';
import type { Hit, LintMachine, Rule } from '../types.ts';

const ACPI_MAP = 'ACPI 6.5, section 15.4 "E820 Assumptions and Limitations"';
const E820_C = 'arch/x86/kernel/e820.c (v6.1)';
const MOST_ENTRIES = 128;
const ADDRESSES = 2n ** 64n;

export const MAP_RULES: readonly Rule[] = [
  {
    id: 'map-empty',
    severity: 'error',
    why: 'Without usable memory nothing can boot.',
    source: `${ACPI_MAP}; ${E820_C}, e820__memblock_setup`,
    linux: 'stops before it can print why',
    since: '2.6.12',
    *check({ entries }) {
      if (!entries.some(({ type }) => type === E820_TYPE_RAM))
        yield { message: 'the map has no usable entry that is not empty', path: ['map'] };
    },
  },
  {
    id: 'map-unsorted',
    severity: 'note',
    why: 'Other loaders and operating systems take the map in order.',
    source: `${ACPI_MAP}; ${E820_C}, e820__update_table`,
    linux: 'sorts the map',
    since: '2.6.12',
    check: unsorted,
  },
  {
    id: 'map-overlap',
    severity: 'warning',
    why: 'Two entries say different things of the same address.',
    source: `${ACPI_MAP}; ${E820_C}, e820__update_table`,
    linux: 'takes the highest type of all entries that cover an address',
    since: '2.6.12',
    check: overlapping,
  },
  {
    id: 'map-entry-empty',
    severity: 'warning',
    why: 'An entry without bytes says nothing, and takes one of 128 places.',
    source: `${ACPI_MAP}; ${E820_C}, e820__update_table`,
    linux: 'drops it',
    since: '2.6.12',
    *check({ spec }) {
      for (const [index, { addr, size }] of spec.map.entries())
        if (size === 0n)
          yield { message: `entry ${index} at ${hex(addr)} has no bytes`, path: ['map', index] };
    },
  },
  {
    id: 'map-entry-wraps',
    severity: 'error',
    why: 'An entry that runs past 2^64 makes the whole map useless.',
    source: `${E820_C}, __append_e820_table`,
    linux: 'throws the map away and takes what the oldest BIOS call (E801) says: at most 4 GiB',
    since: '2.6.12',
    *check({ spec }) {
      for (const [index, { addr, size }] of spec.map.entries())
        if (addr + size > ADDRESSES)
          yield {
            message: `entry ${index}: ${hex(size)} bytes from ${hex(addr)} run past 2^64`,
            path: ['map', index],
          };
    },
  },
  {
    id: 'map-too-long',
    severity: 'error',
    why: 'A boot loader hands over 128 entries in boot_params; more need setup_data (SETUP_E820_EXT).',
    source: 'arch/x86/boot/memory.c (v6.1), detect_memory_e820; Documentation/arch/x86/boot.rst',
    linux: 'never sees the entries beyond the first 128 of a BIOS',
    since: '2.6.12',
    *check({ spec }) {
      if (spec.map.length > MOST_ENTRIES)
        yield {
          message: `${spec.map.length} entries, ${spec.map.length - MOST_ENTRIES} too many`,
          path: ['map', MOST_ENTRIES],
        };
    },
  },
  {
    id: 'map-beyond-cpu',
    severity: 'error',
    why: 'The CPU has not so many address bits (CPUID 0x80000008).',
    source: `${E820_C}, e820_end_pfn; arch/x86/kernel/cpu/common.c (v6.1)`,
    linux: 'uses what it can address with its page tables, and faults on what the CPU cannot',
    since: '2.6.12',
    *check({ spec, entries }) {
      const limit = 2 ** spec.cpu.physBits;
      for (const entry of entries)
        if (entry.type === E820_TYPE_RAM && entry.end > limit)
          yield {
            start: Math.max(entry.start, limit),
            end: entry.end,
            message: `usable ${rangeText(entry)} on a CPU with ${spec.cpu.physBits} address bits`,
            path: mapPath(entry),
          };
    },
  },
];

function* unsorted({ entries }: LintMachine): Generator<Hit> {
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1];
    if (before && entry.start < before.start)
      yield {
        start: entry.start,
        end: entry.end,
        message: `entry ${entry.index} begins below entry ${before.index}, which stands before it`,
        path: mapPath(entry),
      };
  }
}

function* overlapping({ entries }: LintMachine): Generator<Hit> {
  const sorted = [...entries].sort((a, b) => a.start - b.start || b.end - a.end);
  let furthest = sorted[0];
  for (const entry of sorted.slice(1)) {
    if (furthest && overlaps(furthest, entry)) {
      const both = common(furthest, entry);
      const types = [furthest, entry].map(({ type }) => e820TypeText(type));
      yield {
        ...both,
        message: `entries ${furthest.index} (${types[0]}) and ${entry.index} (${types[1]}) both have ${rangeText(both)}`,
        path: mapPath(entry),
      };
    }
    if (!furthest || entry.end > furthest.end) furthest = entry;
  }
}

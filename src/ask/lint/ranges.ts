// Ranges of the map and how they lie to each other.
import { hex, type PhysAddr } from '../../lib/units.ts';
import { E820_TYPE_RAM } from '../../arch/x86/e820_table.ts';
import { without } from '../../lib/spans.ts';
import type { LintEntry, LintMachine } from './types.ts';

export interface Range {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
}

/** `0x1000-0x1fff` as the kernel prints a range. */
export const rangeText = ({ start, end }: Range): string => `${hex(start)}-${hex(end - 1)}`;

export const overlaps = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;

/** What both hold. */
export const common = (a: Range, b: Range): Range => ({
  start: Math.max(a.start, b.start),
  end: Math.min(a.end, b.end),
});

/** Usable entries in the firmware's order. */
export const usable = ({ entries }: LintMachine): readonly LintEntry[] =>
  entries.filter(({ type }) => type === E820_TYPE_RAM);

export const mapPath = (entry: LintEntry): readonly (string | number)[] => ['map', entry.index];

/** Usable memory as Linux sees it: what no entry of a higher type covers, joined, ascending. */
export function ramRanges(machine: LintMachine): Range[] {
  const others = machine.entries.filter(({ type }) => type > E820_TYPE_RAM).sort((a, b) => a.start - b.start);
  const parts = usable(machine)
    .flatMap(({ start, end }) => without(start, end, others))
    .sort((a, b) => a.start - b.start);
  const joined: Range[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last && part.start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    else joined.push(part);
  }
  return joined;
}

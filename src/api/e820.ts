// What Linux makes of a firmware map, without booting: sorted, separated, the strongest type where entries overlap.
import { E820Table } from '../arch/x86/e820_table.ts';
import type { PhysAddr } from '../lib/units.ts';

/** `size` bytes from `addr` of an E820 type: 1 usable, 2 reserved, 3 ACPI data, 4 NVS, 5 unusable, 7 persistent. */
export interface E820Range {
  readonly addr: PhysAddr;
  readonly size: number;
  readonly type: number;
}

/** Entries that Linux keeps at most on Debian's amd64 (E820_MAX_ENTRIES). */
const MAX_ENTRIES = 3200;

/** The map as e820__update_table leaves it; a map of one entry is left alone, as the kernel does. */
export function sanitizeE820(entries: readonly E820Range[]): E820Range[] {
  const table = new E820Table(MAX_ENTRIES, () => undefined);
  for (const { addr, size, type } of entries) table.rangeAdd(addr, size, type);
  table.update();
  return table.entries.map((entry) => ({ ...entry }));
}

/** The lines that the kernel prints for a map, `BIOS-e820: [mem …] usable`. */
export function e820Lines(entries: readonly E820Range[], who = 'BIOS-e820'): string[] {
  const lines: string[] = [];
  const table = new E820Table(MAX_ENTRIES, (text) => lines.push(text));
  for (const { addr, size, type } of entries) table.rangeAdd(addr, size, type);
  table.printTable(who);
  return lines;
}

export { e820TypeText } from '../arch/x86/e820_table.ts';

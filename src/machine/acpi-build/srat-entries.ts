// An SRAT of which only the entries that Linux printed and the length are known (ACPI 6.5, 5.2.16): never longer than it was.
import type { NodeMemory } from '../spec.ts';
import { ByteWriter } from './bytes.ts';
import { ACPI_HEADER_SIZE, acpiTable, type AcpiMaker } from './header.ts';
import { FIRST_X2APIC_ID } from './madt.ts';
import { sratCpu, sratMemory } from './srat.ts';

/** One entry that is enabled, in the table's order. */
export type SratEntry =
  | { readonly kind: 'cpu'; readonly pxm: number; readonly apicId: number; readonly x2apic: boolean }
  | { readonly kind: 'memory'; readonly pxm: number; readonly range: NodeMemory };

/** Behind the header: four bytes with the value 1, eight reserved. */
const BODY = ACPI_HEADER_SIZE + 12;
const CPU_SIZE = 16;
const X2APIC_SIZE = 24;
const MEMORY_SIZE = 40;
/** Types with no flag set, which mean nothing: real tables are full of them. */
const DISABLED: readonly (readonly [number, number])[] = [
  [1, MEMORY_SIZE],
  [2, X2APIC_SIZE],
  [0, CPU_SIZE],
];

/** Bytes of `entries`, where CPUs are x2APIC entries as `wide` says. */
function sizeOf(entries: readonly SratEntry[], wide: (apicId: number, x2apic: boolean) => boolean): number {
  return entries.reduce(
    (sum, entry) =>
      sum +
      (entry.kind === 'memory' ? MEMORY_SIZE : wide(entry.apicId, entry.x2apic) ? X2APIC_SIZE : CPU_SIZE),
    BODY,
  );
}

/** The table; `fits` says whether every entry found room in `length` bytes. */
export function buildSratOf(
  entries: readonly SratEntry[],
  maker: AcpiMaker,
  revision: number,
  length: number,
): { readonly bytes: Uint8Array; readonly fits: boolean } {
  const asPrinted = (apicId: number, x2apic: boolean): boolean => x2apic || apicId >= FIRST_X2APIC_ID;
  const asNeeded = (apicId: number): boolean => apicId >= FIRST_X2APIC_ID;
  // four digits are printed of an x2APIC entry, unless the table is too short for such entries
  const wide = sizeOf(entries, asPrinted) <= length ? asPrinted : asNeeded;
  const body = new ByteWriter().u32(1).zeros(8);
  let left = length - BODY;
  let fits = true;
  for (const entry of entries) {
    const size = sizeOf([entry], wide) - BODY;
    if (size > left) {
      fits = false;
      continue;
    }
    left -= size;
    if (entry.kind === 'memory') sratMemory(body, entry.pxm, entry.range);
    else sratCpu(body, entry.pxm, entry.apicId, wide(entry.apicId, entry.x2apic));
  }
  pad(body, left);
  return { bytes: acpiTable('SRAT', revision, maker, body.finish()), fits };
}

/** Disabled entries that fill `left` bytes as far as entries can: sizes are multiples of 8 from 16 on. */
function pad(body: ByteWriter, left: number): void {
  for (const [type, size] of DISABLED) {
    while (left >= size && (left - size >= CPU_SIZE || left === size)) {
      body.raw([type, size]).zeros(size - 2);
      left -= size;
    }
  }
}

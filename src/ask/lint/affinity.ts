// SRAT, SLIT and MADT as their tables say them: every entry, also those that Linux would refuse.
import { findTable, subtables, u32, u8 } from '../../arch/x86/acpi_tables.ts';
import type { Range } from './ranges.ts';
import type { LintMachine } from './types.ts';

const HEADER = { srat: 48, slit: 44, madt: 44 } as const;
const ENABLED = 1;
const HOTPLUG = 2;

export interface SratMemory extends Range {
  readonly pxm: number;
  readonly hotplug: boolean;
}

export interface Srat {
  readonly memory: readonly SratMemory[];
  /** Proximity domain of each APIC id. */
  readonly cpus: ReadonlyMap<number, number>;
  readonly domains: ReadonlySet<number>;
}

const wide = (bytes: Uint8Array, at: number): number => u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;

/** The SRAT's enabled entries; null where the machine has none. */
export function sratOf({ found }: LintMachine): Srat | null {
  const table = found?.acpi ? findTable(found.acpi, 'SRAT') : null;
  if (table === null) return null;
  const revision = u8(table, 8);
  const memory: SratMemory[] = [];
  const cpus = new Map<number, number>();
  for (const { type, bytes } of subtables(table, HEADER.srat)) {
    if (type === 0 && bytes.length >= 16 && u32(bytes, 4) & ENABLED)
      cpus.set(u8(bytes, 3), u8(bytes, 2) + (revision >= 2 ? (u32(bytes, 8) >>> 8) * 256 : 0));
    if (type === 2 && bytes.length >= 24 && u32(bytes, 12) & ENABLED) cpus.set(u32(bytes, 8), u32(bytes, 4));
    if (type !== 1 || bytes.length < 40 || !(u32(bytes, 28) & ENABLED)) continue;
    const start = wide(bytes, 8);
    const size = wide(bytes, 16);
    const pxm = revision <= 1 ? u32(bytes, 2) & 0xff : u32(bytes, 2);
    if (size > 0) memory.push({ start, end: start + size, pxm, hotplug: (u32(bytes, 28) & HOTPLUG) !== 0 });
  }
  return { memory, cpus, domains: new Set([...memory.map(({ pxm }) => pxm), ...cpus.values()]) };
}

/** The SLIT's rows; null where the machine has none, or its contents are not known. */
export function slitOf({ found, tablesAreReal }: LintMachine): number[][] | null {
  const table = found?.acpi && tablesAreReal ? findTable(found.acpi, 'SLIT') : null;
  if (table === null || table.length < HEADER.slit) return null;
  const count = wide(table, 36);
  if (count * count > table.length - HEADER.slit) return null;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (__, column) => u8(table, HEADER.slit + row * count + column)),
  );
}

export interface MadtEntry {
  readonly apicId: number;
  readonly enabled: boolean;
  readonly x2apic: boolean;
}

/** The MADT's CPUs in its order; null where the machine has none, or its contents are not known. */
export function madtOf({ found, tablesAreReal }: LintMachine): MadtEntry[] | null {
  const table = found?.acpi && tablesAreReal ? findTable(found.acpi, 'APIC') : null;
  if (table === null) return null;
  const cpus: MadtEntry[] = [];
  for (const { type, bytes } of subtables(table, HEADER.madt)) {
    if (type === 0 && bytes.length >= 8)
      cpus.push({ apicId: u8(bytes, 3), enabled: (u32(bytes, 4) & ENABLED) !== 0, x2apic: false });
    if (type === 9 && bytes.length >= 16)
      cpus.push({ apicId: u32(bytes, 4), enabled: (u32(bytes, 8) & ENABLED) !== 0, x2apic: true });
  }
  return cpus;
}

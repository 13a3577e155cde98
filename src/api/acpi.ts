// Static ACPI tables as data: the header of any table, and the entries of those that early boot reads.
import { subtables, u16, u32, u64, u8 } from '../arch/x86/acpi_tables.ts';
import { InputError } from '../lib/input-error.ts';
import type { PhysAddr } from '../lib/units.ts';

/** The header that every table but the FACS begins with (ACPI specification 6.5, section 5.2.6). */
export interface AcpiHeader {
  readonly signature: string;
  /** Bytes of the whole table, as the header says. */
  readonly length: number;
  readonly revision: number;
  readonly checksumOk: boolean;
  readonly oemId: string;
  readonly oemTableId: string;
}

/** A CPU of the MADT. */
export interface MadtCpu {
  readonly apicId: number;
  readonly enabled: boolean;
}

/** Memory of a proximity domain in the SRAT; `length` bytes from `base`. */
export interface SratMemory {
  readonly pxm: number;
  readonly base: PhysAddr;
  readonly length: number;
  readonly hotplug: boolean;
  readonly nonVolatile: boolean;
}

/** What a table says; `other` has its header alone. */
export type AcpiTable =
  | (AcpiHeader & { readonly kind: 'madt'; readonly cpus: readonly MadtCpu[]; readonly ioApics: number })
  | (AcpiHeader & {
      readonly kind: 'srat';
      readonly cpus: readonly { readonly pxm: number; readonly apicId: number }[];
      readonly memory: readonly SratMemory[];
    })
  | (AcpiHeader & { readonly kind: 'slit'; readonly distances: readonly (readonly number[])[] })
  | (AcpiHeader & { readonly kind: 'other' });

const HEADER_SIZE = 36;

/**
 * Reads one table, as it stands in /sys/firmware/acpi/tables.
 * @throws InputError 'acpi' where it is shorter than its header says, or an entry is cut off
 */
export function parseAcpi(table: Uint8Array): AcpiTable {
  if (table.length < HEADER_SIZE)
    throw new InputError('acpi', `ACPI table of ${table.length} bytes: expected at least ${HEADER_SIZE}`);
  const header = headerOf(table);
  if (header.length > table.length)
    throw new InputError(
      'acpi',
      `ACPI ${header.signature}: ${table.length} bytes: expected ${header.length}`,
    );
  const body = table.subarray(0, header.length);
  if (header.signature === 'APIC') return madt(header, body);
  if (header.signature === 'SRAT') return srat(header, body);
  if (header.signature === 'SLIT') return slit(header, body);
  return { kind: 'other', ...header };
}

function headerOf(table: Uint8Array): AcpiHeader {
  const text = (from: number, to: number): string =>
    String.fromCharCode(...table.subarray(from, to)).trimEnd();
  const length = u32(table, 4);
  const sum = table.subarray(0, length).reduce((total, byte) => (total + byte) & 0xff, 0);
  return {
    signature: text(0, 4),
    length,
    revision: u8(table, 8),
    checksumOk: sum === 0,
    oemId: text(10, 16),
    oemTableId: text(16, 24),
  };
}

function madt(header: AcpiHeader, body: Uint8Array): AcpiTable {
  const cpus: MadtCpu[] = [];
  let ioApics = 0;
  for (const { type, bytes } of subtables(body, 44)) {
    if (type === 0) cpus.push({ apicId: u8(bytes, 3), enabled: (u32(bytes, 4) & 1) === 1 });
    if (type === 1) ioApics += 1;
    if (type === 9) cpus.push({ apicId: u32(bytes, 4), enabled: (u32(bytes, 8) & 1) === 1 });
  }
  return { kind: 'madt', ...header, cpus, ioApics };
}

function srat(header: AcpiHeader, body: Uint8Array): AcpiTable {
  const cpus: { pxm: number; apicId: number }[] = [];
  const memory: SratMemory[] = [];
  for (const { type, bytes } of subtables(body, 48)) {
    if (type === 0 && u32(bytes, 4) & 1)
      cpus.push({
        pxm: u8(bytes, 2) + (u16(bytes, 9) + u8(bytes, 11) * 0x10000) * 0x100,
        apicId: u8(bytes, 3),
      });
    if (type === 2 && u32(bytes, 12) & 1) cpus.push({ pxm: u32(bytes, 4), apicId: u32(bytes, 8) });
    const flags = type === 1 ? u32(bytes, 28) : 0;
    if (!(flags & 1)) continue;
    memory.push({
      pxm: u32(bytes, 2),
      base: u64(bytes, 8, 'SRAT memory base'),
      length: u64(bytes, 16, 'SRAT memory length'),
      hotplug: (flags & 2) !== 0,
      nonVolatile: (flags & 4) !== 0,
    });
  }
  return { kind: 'srat', ...header, cpus, memory };
}

function slit(header: AcpiHeader, body: Uint8Array): AcpiTable {
  const count = u64(body, 36, 'SLIT locality count');
  if (!(44 + count * count <= body.length))
    throw new InputError('acpi', `ACPI SLIT of ${body.length} bytes: too short for ${count} localities`);
  const distances = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_unused, j) => u8(body, 44 + i * count + j)),
  );
  return { kind: 'slit', ...header, distances };
}

// Reading static ACPI tables (ACPI specification 6.5, chapter 5.2): fields, and subtables with type and length.
import { InputError } from '../../lib/input-error.ts';
import type { AcpiTables } from './boot/params.ts';

/** One entry of a table made of them; `bytes` holds the whole entry, type and length included. */
export interface Subtable {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The bytes of the first table with this signature, null where there is none or it is too short for a header. */
export function findTable(acpi: AcpiTables, signature: string): Uint8Array | null {
  const table = acpi.tables.find((t) => t.signature === signature);
  return table && table.bytes.length >= 36 ? table.bytes : null;
}

function fail(table: Uint8Array, offset: number): never {
  const signature = String.fromCharCode(...table.subarray(0, 4));
  throw new InputError(
    'acpi',
    `ACPI ${signature}: field at offset ${offset}: expected a table longer than ${table.length} bytes`,
  );
}

export function u8(table: Uint8Array, offset: number): number {
  return table[offset] ?? fail(table, offset);
}

export function u16(table: Uint8Array, offset: number): number {
  return u8(table, offset) + u8(table, offset + 1) * 0x100;
}

export function u32(table: Uint8Array, offset: number): number {
  return u16(table, offset) + u16(table, offset + 2) * 0x10000;
}

/** A 64-bit field that must be exact as a number: below 2^53. */
export function u64(table: Uint8Array, offset: number, what: string): number {
  const value = u32(table, offset) + u32(table, offset + 4) * 2 ** 32;
  if (value > Number.MAX_SAFE_INTEGER)
    throw new InputError('acpi', `ACPI ${what}: 0x${value.toString(16)}: expected at most 52 bits`);
  return value;
}

/** The entries from `offset` on, until the table ends or an entry makes no sense (acpi_table_parse_entries_array). */
export function* subtables(table: Uint8Array, offset: number): Generator<Subtable> {
  while (offset + 2 <= table.length) {
    const length = u8(table, offset + 1);
    if (length === 0 || offset + length > table.length) return;
    yield { type: u8(table, offset), bytes: table.subarray(offset, offset + length) };
    offset += length;
  }
}

// The ACPI tables of a folder: binary files as in /sys/firmware/acpi/tables or from acpixtract, and the text that acpidump prints.
import { basename } from 'node:path';
import { InputError } from '../../../lib/input-error.ts';
import { INPUT_LIMITS, tooLarge } from '../input-limits.ts';
import { readInput } from '../read-input.ts';
import type { TableFile } from '../tables.ts';
import { decodeText } from '../text.ts';
import { isAcpidump, tablesOfDump } from './acpidump.ts';

const ACPI_HEADER_SIZE = 36;

/**
 * The tables of `files`; a dump's are left out where a binary file has the same bytes.
 * @throws InputError 'file' or 'acpi' for what is no table
 */
export async function readTables(files: readonly string[]): Promise<TableFile[]> {
  const binary: TableFile[] = [];
  const dumped: TableFile[] = [];
  for (const file of files) {
    const bytes = await readInput(file, 'log');
    if (isAcpidump(bytes)) {
      const tables = tablesOfDump(decodeText(bytes, file), file);
      for (const table of tables) checkTable(table.bytes, `${file}: ${table.name}`);
      dumped.push(...tables);
      continue;
    }
    if (bytes.length > INPUT_LIMITS.table) throw tooLarge(file, 'table', `${bytes.length} bytes`);
    checkTable(bytes, file);
    binary.push({ name: basename(file), bytes });
  }
  const known = new Set(binary.map(({ bytes }) => keyOf(bytes)));
  return [...binary, ...dumped.filter(({ bytes }) => !known.has(keyOf(bytes)))];
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A file that is no table at all; wrong checksums and lengths are for the guest to find. */
function checkTable(bytes: Uint8Array, file: string): void {
  const signature = String.fromCharCode(...bytes.subarray(0, 4));
  const says = bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  // a name is any four characters, such as ASF!; one that is not of the usual ones is a table where its length is right
  const named =
    /^[A-Z0-9_]{3}[A-Z0-9_ ]$/.test(signature) || (/^[ -~]{4}$/.test(signature) && says === bytes.length);
  const shortest = signature === 'FACS' ? 8 : signature === 'RSD ' ? 20 : ACPI_HEADER_SIZE;
  if (bytes.length < shortest || !named) {
    const found = bytes.length < 4 ? `${bytes.length} bytes` : JSON.stringify(signature);
    throw new InputError(
      'acpi',
      `${file}: starts with ${found}: expected an ACPI table, as in /sys/firmware/acpi/tables, or what acpidump prints`,
    );
  }
}

// ACPI tables as the text that acpidump prints: `APIC @ 0x…`, then lines of an offset and up to 16 bytes in hexadecimal.
import { InputError } from '../../../lib/input-error.ts';
import { MAX_TABLE_SIZE, MAX_TABLES } from '../../spec/limits.ts';
import type { TableFile } from '../tables.ts';

/** The RSDP's signature has eight characters, with a blank at its end. */
const HEAD = /^(\S.{3,7}) ?@ (?:0x)?[0-9A-Fa-f]{8,16}\s*$/;
const BYTES = /^\s{0,8}([0-9A-Fa-f]{4,8}):((?: [0-9A-Fa-f]{2}){1,16})(?:\s|$)/;
/** How far into a file its first table must begin. */
const SAMPLE = 64 * 1024;
const DUMP = /^\S.{3,7} ?@ (?:0x)?[0-9A-Fa-f]{8,16}\s*\n\s{0,8}0000(?:0000)?: [0-9A-Fa-f]{2} /m;

/** Whether `bytes` are such a text; a table begins with its signature and its length, which no text has. */
export function isAcpidump(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, SAMPLE));
  return DUMP.test(text);
}

/**
 * The tables of a dump, in its order; a table's name is its signature.
 * @throws InputError 'acpi' with the line where bytes are missing or are more than a table has
 */
export function tablesOfDump(text: string, path: string): TableFile[] {
  const tables: { readonly name: string; readonly bytes: number[] }[] = [];
  text.split('\n').forEach((line, index) => {
    const bad = (found: string, expected: string): never => {
      throw new InputError('acpi', `${path}:${index + 1}: ${found}: expected ${expected}`);
    };
    const head = HEAD.exec(line);
    if (head) {
      if (tables.length === MAX_TABLES) bad('one more table', `at most ${MAX_TABLES}`);
      tables.push({ name: (head[1] ?? '').trim(), bytes: [] });
      return;
    }
    const row = BYTES.exec(line);
    const table = tables.at(-1);
    if (!row || table === undefined) return;
    const offset = parseInt(row[1] ?? '', 16);
    if (offset !== table.bytes.length)
      bad(
        `${table.name}: bytes at 0x${offset.toString(16)}`,
        `those at 0x${table.bytes.length.toString(16)}`,
      );
    for (const byte of (row[2] ?? '').trim().split(' ')) table.bytes.push(parseInt(byte, 16));
    if (table.bytes.length > MAX_TABLE_SIZE) bad(table.name, `at most ${MAX_TABLE_SIZE} bytes`);
  });
  return tables.map(({ name, bytes }) => ({ name, bytes: Uint8Array.from(bytes) }));
}

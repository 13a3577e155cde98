// SMBIOS 2.8 tables from what the kernel shall print after "DMI: " (DMTF DSP0134, 5.2.1 and 7.1 to 7.4).
import { concatBytes } from '../lib/bytes.ts';
import { InputError } from '../lib/input-error.ts';
import { alignUp } from '../lib/align.ts';
import type { Range } from '../lib/ranges.ts';
import type { Placed } from '../machine/spec.ts';

const BIOS_AREA = 0xf0000;
const BIOS_AREA_END = 0x100000;
const PARAGRAPH = 16;
const ENTRY_BYTES = 31;
const HANDLE_BIOS = 0;
const HANDLE_SYSTEM = 0x100;
const HANDLE_BOARD = 0x200;
const HANDLE_END = 0x7f00;
const STRUCTURES = 4;

/** The parts of `VENDOR PRODUCT[/BOARD], BIOS VERSION DATE`, as dmi_format_ids joins them; null where it is not of that form. */
export function dmiParts(dmi: string) {
  const match = /^(\S+) (.+?)(?:\/([^/,]+))?, BIOS (.*) (\S+)$/.exec(dmi);
  if (!match) return null;
  const [, vendor = '', product = '', board, version = '', date = ''] = match;
  return { vendor, product, board: board ?? '', version, date };
}

/**
 * Entry point and structures `at` an address, or in the BIOS area, clear of `taken`.
 * @throws InputError 'usage' where `dmi` is not what a kernel prints, or there is no room
 */
export function smbiosBlobs(dmi: string, taken: readonly Range[], at: number | null = null): Placed[] {
  const parts = dmiParts(dmi);
  if (parts === null)
    throw new InputError('usage', `dmi "${dmi}": expected "VENDOR PRODUCT[/BOARD], BIOS VERSION DATE"`);
  const table = concatBytes([
    structure(
      0,
      HANDLE_BIOS,
      [1, 2, 0x00, 0xe8, 3, 0, ...zeros(8), 0, 0, 0xff, 0xff, 0xff, 0xff],
      [parts.vendor, parts.version, parts.date],
    ),
    structure(1, HANDLE_SYSTEM, [1, 2, 0, 0, ...zeros(16), 6, 0, 0], [parts.vendor, parts.product]),
    structure(
      2,
      HANDLE_BOARD,
      parts.board === '' ? [0, 0, 0, 0] : [0, 1, 0, 0],
      parts.board === '' ? [] : [parts.board],
    ),
    structure(127, HANDLE_END, [], []),
  ]);
  const address =
    at ?? roomInBiosArea(alignUp(ENTRY_BYTES, PARAGRAPH) + table.length, taken, 'SMBIOS tables');
  const tableAt = address + alignUp(ENTRY_BYTES, PARAGRAPH);
  return [
    { address, bytes: entryPoint(table.length, tableAt), what: 'SMBIOS entry point' },
    { address: tableAt, bytes: table, what: 'SMBIOS structures' },
  ];
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

/** Header, fields, strings: each ends with a zero, the set with another, and no string is two zeros. */
function structure(
  type: number,
  handle: number,
  fields: readonly number[],
  strings: readonly string[],
): Uint8Array {
  const text = strings.length === 0 ? '\0\0' : strings.map((s) => `${s}\0`).join('') + '\0';
  const header = [type, 4 + fields.length, handle & 0xff, handle >> 8];
  return concatBytes([Uint8Array.from([...header, ...fields]), new TextEncoder().encode(text)]);
}

function entryPoint(tableBytes: number, tableAt: number): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('_SM_'));
  bytes.set([0, ENTRY_BYTES, 2, 8], 4);
  view.setUint16(8, tableBytes, true); // the largest structure: no smaller than any
  bytes.set(new TextEncoder().encode('_DMI_'), 16);
  view.setUint16(22, tableBytes, true);
  view.setUint32(24, tableAt, true);
  view.setUint16(28, STRUCTURES, true);
  bytes[30] = 0x28;
  bytes[21] = checksum(bytes.subarray(16));
  bytes[4] = checksum(bytes);
  return bytes;
}

function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

/**
 * An address in the BIOS area, on a paragraph, with room for `bytes` clear of `taken`.
 * @throws InputError 'acpi' where there is none
 */
export function roomInBiosArea(bytes: number, taken: readonly Range[], what: string): number {
  for (let at = BIOS_AREA; at + bytes <= BIOS_AREA_END; at += PARAGRAPH)
    if (taken.every((range) => range.end <= at || range.start >= at + bytes)) return at;
  throw new InputError('acpi', `no room for ${bytes} bytes of ${what} in the BIOS area`);
}

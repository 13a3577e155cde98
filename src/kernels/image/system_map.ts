// A System.map: `address letter name` lines, as nm prints them. Debian's packages hold one line that says where the real one is.
import { badImage } from './bytes.ts';
import { physical } from './elf.ts';
import type { RawSymbols } from './kallsyms.ts';

const LINE = /^([0-9a-f]{16}) ([A-Za-z?]) (\S+)$/;

/**
 * The symbols of a System.map, sorted by address.
 * @throws InputError 'image' with `name` and the line where it is none
 */
export function parseSystemMap(text: string, name: string): RawSymbols {
  const rows: { readonly name: string; readonly type: string; readonly address: number }[] = [];
  const absolute: { readonly name: string; readonly value: number }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const match = LINE.exec(line);
    if (!match)
      throw badImage(`${name}:${at + 1}: "${line.slice(0, 60)}": expected an address, a letter and a name`);
    const value = BigInt(`0x${match[1] as string}`);
    const address = physical(value);
    if (address !== null) rows.push({ name: match[3] as string, type: match[2] as string, address });
    else if (value < 2n ** 32n) absolute.push({ name: match[3] as string, value: Number(value) });
  }
  if (rows.length === 0)
    throw badImage(
      `${name}: no addresses of a kernel: expected a System.map (Debian’s is in the -dbg package)`,
    );
  rows.sort((a, b) => a.address - b.address);
  return {
    names: [...rows.map((row) => row.name), ...absolute.map((row) => row.name)],
    types: rows.map((row) => row.type).join('') + 'A'.repeat(absolute.length),
    addresses: Float64Array.from([...rows.map((row) => row.address), ...absolute.map(() => NaN)]),
    absolute: new Map(absolute.map((row, i) => [rows.length + i, row.value])),
  };
}

// The firmware's map out of a kernel log: the BIOS-e820 lines, which show it as the boot loader handed it over.
import { cut } from '../../lib/cut.ts';
import { InputError } from '../../lib/input-error.ts';
import type { MapEntry } from '../spec.ts';
import { MAX_MAP_ENTRIES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { placeOf, refuseMore, wordOf } from './numbers.ts';

/** Names as e820_print_type prints them, to 6.16 and since 6.17. */
const TYPE_NAMES: ReadonlyMap<string, number> = new Map([
  ['usable', 1],
  ['System RAM', 1],
  ['reserved', 2],
  ['device reserved', 2],
  ['ACPI data', 3],
  ['ACPI NVS', 4],
  ['unusable', 5],
  ['Soft Reserved', 0xefffffff],
  ['soft reserved', 0xefffffff],
]);

/** With a blank before it up to 3.4. */
const PREFIX = /^ ?BIOS-e820: /;
/** 2.6.x: `BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)`, end exclusive. */
const OLD_FORMAT = /^ ?BIOS-e820: ([0-9a-f]{16}) - ([0-9a-f]{16}) \((.+)\)$/is;
const FORMAT = /^ ?BIOS-e820: \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\] {1,8}([^ ].*)$/is;
/** Printed between entries since 6.17. */
const GAP = /^ ?BIOS-e820: \[gap /;
const ADDRESS_BITS = 64;
const LONGEST_SHOWN = 200;

/**
 * The map in the log's order.
 * @throws InputError 'log' where a BIOS-e820 line is cut off or names a type that no kernel prints
 */
export function mapFromLines(lines: readonly LogText[], path: string): MapEntry[] {
  const map: MapEntry[] = [];
  for (const { text, line } of lines) {
    if (!PREFIX.test(text) || GAP.test(text)) continue;
    const where = placeOf(path, line);
    refuseMore(map.length + 1, MAX_MAP_ENTRIES, 'BIOS-e820 lines', where);
    const old = OLD_FORMAT.exec(text);
    const match = old ?? FORMAT.exec(text);
    if (!match)
      throw new InputError(
        'log',
        `${where}: "${cut(text, LONGEST_SHOWN)}": expected BIOS-e820: [mem 0xSTART-0xEND] TYPE`,
      );
    const [, start = '', end = '', name = ''] = match;
    const addr = BigInt(`0x${start}`);
    const size = BigInt.asUintN(ADDRESS_BITS, BigInt(`0x${end}`) + (old ? 0n : 1n) - addr);
    map.push({ addr, size, type: typeOf(name.trim(), where) });
  }
  return map;
}

/** `type 20` and `persistent (type 12)` carry their number. */
function typeOf(name: string, where: string): number {
  const known = TYPE_NAMES.get(name);
  if (known !== undefined) return known;
  const number = /\(?type (\d+)\)?/.exec(name);
  if (number) return wordOf(number[1] ?? '', 10, where);
  if (name.startsWith('persistent')) return 7;
  throw new InputError(
    'log',
    `${where}: memory type "${cut(name, LONGEST_SHOWN)}": expected ${[...TYPE_NAMES.keys()].join(', ')} or type N`,
  );
}

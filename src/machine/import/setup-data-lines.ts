// The boot loader's setup_data: the kernel marks each in the map, and prints the map that this makes.
import type { PhysRange } from '../../arch/x86/boot/params.ts';
import type { MapEntry } from '../spec.ts';
import type { LogText } from './lines.ts';
import { rangesOf } from './ranges.ts';

/** Both types print as RAM. */
const UPDATE =
  /^e820: update \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\] (?:usable ==> usable|System RAM ==> System RAM)/;
const RESERVE =
  /^reserve setup_data: \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\] {1,2}(?:usable|System RAM)$/;
const USABLE = 1;

/** In the order of the list, where the changes are told; else in that of addresses. */
export function setupDataFromLines(
  lines: readonly LogText[],
  map: readonly MapEntry[],
  path: string,
): PhysRange[] {
  const updates = rangesOf(lines, UPDATE, path);
  // some versions change two maps, with a line each
  const once = updates.filter(({ start }, at) => updates.findIndex((other) => other.start === start) === at);
  return once.length > 0 ? once : piecesOf(rangesOf(lines, RESERVE, path), map);
}

/** Where one usable entry became several pieces that touch, every second one is setup_data. */
function piecesOf(printed: readonly PhysRange[], map: readonly MapEntry[]): PhysRange[] {
  return map
    .filter(({ type }) => type === USABLE)
    .flatMap(({ addr, size }) => {
      const pieces = printed.filter(
        ({ start, size: own }) => BigInt(start) >= addr && BigInt(start + own) <= addr + size,
      );
      return pieces.length < 3 ? [] : pieces.filter((_, at) => at % 2 === 1);
    });
}

// Numbers of a log's lines, checked against what they can be: a damaged or invented line is named, not rounded.
import { InputError } from '../../lib/input-error.ts';
import type { PhysAddr } from '../../lib/units.ts';

/** Where a line stands, `path:12`. */
export function placeOf(path: string, line: number): string {
  return `${path}:${line}`;
}

/** Hexadecimal digits as an address; x86 has at most 52 bits of it. */
export function addressOf(digits: string, where: string): PhysAddr {
  const value = Number.parseInt(digits, 16);
  if (value < 2 ** 52) return value;
  throw new InputError('log', `${where}: 0x${digits.slice(0, 20)}: expected an address below 2^52`);
}

/** The bytes from `first` to `last`, which is the last address of a range. */
export function sizeOf(first: string, last: string, where: string): number {
  const size = addressOf(last, where) + 1 - addressOf(first, where);
  if (size > 0) return size;
  throw new InputError(
    'log',
    `${where}: [0x${first}-0x${last}]: expected an end that is not below the start`,
  );
}

/** Digits of base `base` as an unsigned number below 2^32, which is what tables and registers hold. */
export function wordOf(digits: string, base: 10 | 16, where: string): number {
  const value = Number.parseInt(digits, base);
  if (value < 2 ** 32) return value;
  throw new InputError('log', `${where}: ${digits.slice(0, 20)}: expected a number below 2^32`);
}

/** @throws InputError where `count` lines of a kind are more than any kernel prints */
export function refuseMore(count: number, most: number, what: string, where: string): void {
  if (count > most) throw new InputError('log', `${where}: expected at most ${most} ${what}`);
}

// Values that break things: edges of number ranges, names that objects have already, texts that look like something else.
import type { Dice } from '../../lib/dice.ts';

const KiB = 2 ** 10;

/** Whole numbers at the edges of what some field, loop or type can hold. */
export const EXTREME_NUMBERS: readonly number[] = [
  0,
  1,
  2,
  -1,
  7,
  8,
  127,
  128,
  129,
  254,
  255,
  256,
  1023,
  1024,
  1025,
  4095,
  4096,
  8191,
  8192,
  8193,
  65535,
  65536,
  100_000,
  1_000_000,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 40,
  2 ** 46,
  2 ** 52 - 4096,
  2 ** 52,
  2 ** 53 - 1,
  1e9,
  1e15,
  0.5,
  -0.5,
  1e308,
];

/** Sizes as people and as the kernel write them, past every limit. */
export const EXTREME_SIZES: readonly string[] = [
  '0',
  '1',
  '8',
  '4095',
  '4K',
  '639K',
  '1M',
  '16M',
  '512M',
  '4G',
  '64T',
  '128T',
  '4P',
  '16P',
  '1E',
  '15E',
  '16E',
  '17E',
  '0x0',
  '0xfff',
  '0xfffff000',
  '0xffffffff',
  '0x100000000',
  '0xfffffffffffff000',
  '0xffffffffffffffff',
  '0x10000000000000000',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999999999',
  '-1',
  '-1M',
  '1.5T',
  '0.1K',
  '07777',
  '0b1',
  '1e3',
  'NaN',
  'Infinity',
  '',
  ' ',
  '1 G',
  '1GiB',
  '0x',
];

/** Texts that are names of something in JavaScript, in YAML, or on a terminal. */
export const EXTREME_TEXTS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'null',
  'undefined',
  'true',
  '~',
  '',
  ' ',
  '\n',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\ufeff',
  '\ud800',
  '😀',
  '..',
  '/',
  '%s%n',
  '<script>',
  '${x}',
  'type 99999999999',
  'a'.repeat(300),
];

/** A number near the small end most of the time, an extreme one otherwise. */
export function number(dice: Dice): number {
  return dice.oneIn(2) ? dice.pick(EXTREME_NUMBERS) : dice.below(300);
}

/** A size in some spelling. */
export function size(dice: Dice): string {
  if (dice.oneIn(2)) return dice.pick(EXTREME_SIZES);
  return `${dice.between(1, 4096)}${dice.pick(['', 'K', 'M', 'M', 'G', 'G', 'T'])}`;
}

/** An address as a log prints it; `digits` at least. */
export function hexAddress(dice: Dice, digits = 1): string {
  const value = dice.oneIn(4)
    ? BigInt(Math.max(0, Math.floor(dice.pick(EXTREME_NUMBERS))))
    : BigInt(dice.below(2 ** 26)) * BigInt(dice.pick([1, KiB, 4 * KiB, 16 * KiB]));
  return (dice.oneIn(40) ? 2n ** 64n - value - 1n : value).toString(16).padStart(digits, '0');
}

/** A text; long once in a while. */
export function text(dice: Dice): string {
  if (dice.oneIn(60))
    return dice.pick(['x', ' ', '\n', '<6>', 'é', '"', '[']).repeat(dice.between(1000, 100_000));
  return dice.pick(EXTREME_TEXTS);
}

// zod schemas of addresses and sizes.
import { z } from 'zod';
import { MAX_SIZE_TEXT } from './limits.ts';
import { parseSize, parseSizeNumber, SIZE_EXPECTED, SIZE_PATTERN, type Size } from './size.ts';

/** An unsigned 32-bit number, as tables hold them. */
export const word = z.number().int().min(0).max(0xffffffff);

/** Ill-formed values have their complaint already. */
function wellFormed(value: Size): boolean {
  return typeof value === 'number' ? Number.isInteger(value) && value >= 0 : SIZE_PATTERN.test(value);
}

const wide = (expected: string) =>
  z
    .union(
      [z.number().int().nonnegative(), z.string().max(MAX_SIZE_TEXT).regex(SIZE_PATTERN, expected)],
      expected,
    )
    .refine((value) => !wellFormed(value) || parseSize(value) !== null, 'expected at most 2^64 - 1')
    .describe(SIZE_EXPECTED);

/** Up to 2^64: firmware maps may say anything. */
export const wideSize = wide(`expected ${SIZE_EXPECTED}`);

/** As `size`, where other things may stand as well, which `expected` names. */
export const sizeOr = (expected: string) =>
  wide(expected).refine(
    (value) => !wellFormed(value) || parseSizeNumber(value) !== null,
    'expected at most 2^53 - 1',
  );

/** Up to 2^53: whatever the model computes with. */
export const size = sizeOr(`expected ${SIZE_EXPECTED}`);

// Addresses and sizes as people write them: 0x9fc00, 639K, 64G, 1024.

/** What a description may hold where a number of bytes is wanted. */
export type Size = number | string;

/** `0x…`, or a decimal number with an optional K, M, G, T or P (powers of 1024; `KiB` and `KB` say the same). */
export const SIZE_PATTERN = /^(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?: ?[KMGTPkmgtp](?:i?[Bb])?)?)$/;
export const SIZE_EXPECTED = '0x…, bytes, or a number with K, M, G, T or P';
const UNITS = 'KMGTP';
const ADDRESS_BITS = 64n;

/** The bytes that `size` says, null where it says none: a negative, fractional or too large number, another text. */
export function parseSize(size: Size): bigint | null {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size >= 0 ? BigInt(size) : null;
  const text = size.trim().replaceAll('_', '');
  if (!SIZE_PATTERN.test(text)) return null;
  const value = /^0[xX]/.test(text) ? BigInt(text) : decimal(text);
  return value === null || value >= 1n << ADDRESS_BITS ? null : value;
}

function decimal(text: string): bigint | null {
  const match = /^(\d+)(?:\.(\d+))? ?([A-Za-z]?)/.exec(text);
  if (!match) return null;
  const [, whole = '0', fraction = '', unit = ''] = match;
  const power = unit === '' ? 0 : UNITS.indexOf(unit.toUpperCase()) + 1;
  const scaled = BigInt(whole + fraction) << BigInt(10 * power);
  const divisor = 10n ** BigInt(fraction.length);
  return scaled % divisor === 0n ? scaled / divisor : null;
}

/** As parseSize, for addresses and sizes that the model holds exactly; null from 2^53 on. */
export function parseSizeNumber(size: Size): number | null {
  const value = parseSize(size);
  return value === null || value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);
}

/** The shortest exact spelling: `64G`, `639K`, hexadecimal where no unit fits. */
export function formatSize(value: number | bigint): string {
  const bytes = BigInt(value);
  if (bytes < 1024n) return bytes.toString();
  for (let power = UNITS.length; power > 0; power--) {
    const unit = 1n << BigInt(10 * power);
    if (bytes % unit === 0n && bytes / unit < 100_000n) return `${bytes / unit}${UNITS[power - 1]}`;
  }
  return `0x${bytes.toString(16)}`;
}

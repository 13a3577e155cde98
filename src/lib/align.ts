// Alignment arithmetic on numbers that are exact to 2^53 (addresses, sizes, page frame numbers).
// Bitwise operators of JavaScript stop at 32 bits, so these divide; alignments need not be powers of two.

/** The smallest multiple of `to` that is at least `value` (ALIGN, roundup). */
export function alignUp(value: number, to: number): number {
  const rest = value % to;
  return rest === 0 ? value : value + (to - rest);
}

/** The largest multiple of `to` that is at most `value` (ALIGN_DOWN, rounddown). */
export function alignDown(value: number, to: number): number {
  return value - (value % to);
}

/** Whether `value` is a multiple of `to` (IS_ALIGNED). */
export function isAligned(value: number, to: number): boolean {
  return value % to === 0;
}

/** `value` divided by `by`, rounded up (DIV_ROUND_UP). */
export function divRoundUp(value: number, by: number): number {
  return Math.ceil(value / by);
}

/** The smallest power of two that is at least `value` (roundup_pow_of_two); `value` from 1 to 2^52. */
export function roundupPowOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

/** The largest power of two that is at most `value` (rounddown_pow_of_two); `value` at least 1. */
export function rounddownPowOfTwo(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}

/** The position of the highest set bit (ilog2); `value` at least 1. */
export function ilog2(value: number): number {
  let log = 0;
  while (value >= 2) {
    value = Math.floor(value / 2);
    log += 1;
  }
  return log;
}

// Unsigned 64-bit arithmetic as the kernel's u64 does it: sums wrap at 2^64. For the few places that firmware and command line
// can fill with any value; the model's own addresses are numbers, exact to 2^53.

/** All ones (ULLONG_MAX). */
export const ULLONG_MAX = 2n ** 64n - 1n;

/** `value` modulo 2^64. */
export function u64(value: number | bigint): bigint {
  return BigInt.asUintN(64, BigInt(value));
}

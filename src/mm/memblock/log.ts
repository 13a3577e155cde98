// The text of memblock's log lines (mm/memblock.c, v6.1): addresses as %pa prints them.
import { PHYS_ADDR_MAX } from './types.ts';

const HALF = 2 ** 52;
const UPPER = 2n ** 64n - 2n ** 53n;

/** `value` modulo 2^53, as an unsigned 64-bit sum wraps in the kernel. */
export function wrap(value: number): number {
  return value < 0 ? value + PHYS_ADDR_MAX + 1 : value;
}

/** base + size - 1 without loss, wrapping as the kernel's 64-bit sum does. */
export function lastByte(base: number, size: number): number {
  if (size > PHYS_ADDR_MAX - base) return base - (PHYS_ADDR_MAX - size) - 2;
  return wrap(base + size - 1);
}

/** An address as %pa prints it: 0x and sixteen digits, or as many as a physical address has. */
export function pa(value: number, width = 16): string {
  const digits = value < HALF ? value.toString(16) : (BigInt(value) + UPPER).toString(16);
  return '0x' + digits.slice(-width).padStart(width, '0');
}

/** [first-last] of a range of `size` bytes. */
export function span(base: number, size: number, width = 16): string {
  return `[${pa(base, width)}-${pa(lastByte(base, size), width)}]`;
}

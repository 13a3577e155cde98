// Ranges of 64-bit addresses as arch/x86/kernel/e820.c (v6.1) takes and prints them.
import { u64, ULLONG_MAX } from '../../lib/u64.ts';
import { hex, type PhysAddr } from '../../lib/units.ts';

/** A number from 0, or a 64-bit value. */
export type U64 = number | bigint;

/** `[mem a-b]` with the last address, as e820's messages print a range. */
export function rangeText(start: bigint, end: bigint): string {
  return `[mem ${hex(start, 8)}-${hex(u64(end - 1n), 8)}]`;
}

/** `a - b`, with the address behind the last one, as messages printed a range to 3.4. */
export function oldRangeText(start: bigint, end: bigint): string {
  const bare = (value: bigint): string => value.toString(16).padStart(16, '0');
  return `${bare(start)} - ${bare(end)}`;
}

/** Start and end of a range, which is cut where it would pass the last address. */
export function clipped(from: U64, size: U64): [bigint, bigint] {
  const start = u64(from);
  const most = ULLONG_MAX - start;
  return [start, start + (u64(size) < most ? u64(size) : most)];
}

/** One change of the map: what was [start, end) of type `from` (null: any, or nothing) is of type `to` (null: no entry) from then on. */
export interface E820Change {
  readonly op: 'add' | 'update' | 'remove' | 'clear';
  /** Rounded from 2^53 on. */
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly from: number | null;
  readonly to: number | null;
}

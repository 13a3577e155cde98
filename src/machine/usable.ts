// Where in a machine's map there is usable memory and nothing else.
import { RangeSet, type Range } from '../lib/ranges.ts';
import type { MapEntry } from './spec.ts';

const TYPE_RAM = 1;

/** Parts of [from, to) that are usable and nothing else, sorted: what other entries touch is left out. */
export function usableRanges(map: readonly MapEntry[], from: number, to: number): Range[] {
  const usable = new RangeSet();
  for (const range of rangesOf(map, true, from, to)) usable.add(range.start, range.end);
  const others = new RangeSet();
  for (const range of rangesOf(map, false, from, to)) others.add(range.start, range.end);
  return usable.list().flatMap((range) => without(range, others.list()));
}

function rangesOf(map: readonly MapEntry[], ram: boolean, from: number, to: number): Range[] {
  const clip = (value: bigint): number =>
    Number(value < BigInt(from) ? BigInt(from) : value > BigInt(to) ? BigInt(to) : value);
  return map
    .filter((entry) => (entry.type === TYPE_RAM) === ram)
    .map((entry) => ({ start: clip(entry.addr), end: clip(entry.addr + entry.size) }))
    .filter((range) => range.start < range.end);
}

/** `range` without `holes`, which are sorted. */
export function without(range: Range, holes: readonly Range[]): Range[] {
  const left: Range[] = [];
  let at = range.start;
  for (const hole of holes) {
    if (hole.end <= at || hole.start >= range.end) continue;
    if (hole.start > at) left.push({ start: at, end: hole.start });
    at = hole.end;
  }
  if (at < range.end) left.push({ start: at, end: range.end });
  return left;
}

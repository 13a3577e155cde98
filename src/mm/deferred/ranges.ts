// Mirrors deferred_init_mem_pfn_range_in_zone() of mm/page_alloc.c (v6.1) over a list: where a zone's free memory goes on.
import type { Pfn } from '../../lib/units.ts';

/** Free page frames [startPfn, endPfn) of one zone: memblock.memory less memblock.reserved, whole pages, clipped to it. */
export interface FreeRange {
  readonly startPfn: Pfn;
  readonly endPfn: Pfn;
}

/** Ascending, apart. Plain data: it crosses workers. */
export type FreeRanges = readonly FreeRange[];

/** A place in the list: the range at `index`, from `spfn` on to its end `epfn`. Index at the end: no free memory left. */
export interface RangeAt {
  readonly index: number;
  readonly spfn: Pfn;
  readonly epfn: Pfn;
}

/** The first free memory at or after `pfn`; undefined where there is none. */
export function rangeFrom(ranges: FreeRanges, pfn: Pfn): RangeAt | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as FreeRange).endPfn <= pfn) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range && { index: low, spfn: Math.max(range.startPfn, pfn), epfn: range.endPfn };
}

/** The parts of [start, end) that are free. */
export function* freeWithin(ranges: FreeRanges, start: Pfn, end: Pfn): Generator<FreeRange> {
  for (let index = rangeFrom(ranges, start)?.index ?? ranges.length; index < ranges.length; index += 1) {
    const range = ranges[index] as FreeRange;
    if (range.startPfn >= end) return;
    yield { startPfn: Math.max(range.startPfn, start), endPfn: Math.min(range.endPfn, end) };
  }
}

/** How many pages of [start, end) are free. */
export function freePages(ranges: FreeRanges, start: Pfn, end: Pfn): number {
  let pages = 0;
  for (const range of freeWithin(ranges, start, end)) pages += range.endPfn - range.startPfn;
  return pages;
}

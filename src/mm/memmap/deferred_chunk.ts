// Mirrors deferred_init_memmap_chunk(), deferred_init_maxorder() and deferred_free_range() in mm/page_alloc.c (v6.1): the
// leaf of deferred init, a plain loop over pages.
import { Bug } from '../../lib/bug.ts';
import { MAX_ORDER_NR_PAGES, PAGEBLOCK_NR_PAGES } from '../../lib/units.ts';
import type { Pfn } from '../../lib/units.ts';
import type { Memmap } from '../memmap.ts';
import { MIGRATE_MOVABLE, PAGEBLOCK_ORDER } from './layout.ts';
import type { ZoneArea } from './zone_area.ts';

/** Free page frames of one zone, `endPfn` exclusive, ascending: for_each_free_mem_pfn_range_in_zone() as a list. */
export type FreePfnRanges = readonly { readonly startPfn: Pfn; readonly endPfn: Pfn }[];

/**
 * deferred_init_memmap_chunk(): initialises and frees the zone's free pages from `start` on, block of 1024 pages by
 * block, until one begins at or past `end`. Returns the number of pages.
 */
export function deferredInitMemmapChunk(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreePfnRanges,
  start: Pfn,
  end: Pfn,
): number {
  // deferred_init_mem_pfn_range_in_zone(); the list is sorted, so a binary search finds what the C walks to.
  let index = firstRangeAfter(ranges, start);
  const found = ranges[index];
  let cursor = found === undefined ? Infinity : Math.max(found.startPfn, start);
  let pages = 0;
  while (cursor < end) {
    // deferred_init_maxorder(), first pass: up to the end of this block of the largest order, over every range in it.
    const stop = cursor - (cursor % MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
    const [firstIndex, firstCursor] = [index, cursor];
    for (let range = rangeAt(ranges, index); cursor < stop;) {
      const to = Math.min(stop, range.endPfn);
      memmap.initPages(area, cursor, to);
      pages += to - cursor;
      if (stop < range.endPfn) {
        cursor = stop;
        break;
      }
      index += 1;
      const next = ranges[index];
      if (next === undefined) {
        cursor = Infinity;
        break;
      }
      range = next;
      cursor = next.startPfn;
    }
    freeUpTo(memmap, area, ranges, firstIndex, firstCursor, stop);
  }
  return pages;
}

/** The second pass: frees the same pages, now that every page which a merge may look at is initialised. */
function freeUpTo(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreePfnRanges,
  index: number,
  from: Pfn,
  stop: Pfn,
): void {
  for (let start = from; start < stop;) {
    const range = rangeAt(ranges, index);
    deferredFreePages(memmap, area, start, Math.min(stop, range.endPfn));
    if (stop <= range.endPfn) return;
    index += 1;
    const next = ranges[index];
    if (next === undefined) return;
    start = next.startPfn;
  }
}

/** deferred_free_pages(): whole page blocks in one go, the rest page by page. All in one block of the largest order. */
export function deferredFreePages(memmap: Memmap, area: ZoneArea, start: Pfn, end: Pfn): void {
  for (let pfn = start; pfn < end;) {
    const inBlock = pfn % PAGEBLOCK_NR_PAGES;
    const stop = Math.min(end, pfn - inBlock + PAGEBLOCK_NR_PAGES);
    if (inBlock === 0) memmap.setPageblockMigratetype(pfn, MIGRATE_MOVABLE);
    if (stop - pfn === PAGEBLOCK_NR_PAGES) memmap.freePagesCore(area, pfn, PAGEBLOCK_ORDER);
    else memmap.freeSinglePages(area, pfn, stop);
    pfn = stop;
  }
}

/** The index of the first range that ends after `pfn`; the list's length where there is none. */
export function firstRangeAfter(ranges: FreePfnRanges, pfn: Pfn): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rangeAt(ranges, middle).endPfn <= pfn) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeAt(ranges: FreePfnRanges, index: number): { readonly startPfn: Pfn; readonly endPfn: Pfn } {
  const range = ranges[index];
  if (range === undefined) throw new Bug(`free range ${index} of ${ranges.length}`);
  return range;
}

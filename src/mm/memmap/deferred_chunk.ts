// Mirrors deferred_init_memmap_chunk(), deferred_init_maxorder() and deferred_free_range() in mm/page_alloc.c (v6.1): the
// leaf of deferred init, a plain loop over pages.
import { alignUp } from '../../lib/align.ts';
import { Bug } from '../../lib/bug.ts';
import { MAX_ORDER_NR_PAGES, PAGEBLOCK_NR_PAGES } from '../../lib/units.ts';
import type { Pfn } from '../../lib/units.ts';
import { rangeFrom } from '../deferred/ranges.ts';
import type { FreeRange, FreeRanges, RangeAt } from '../deferred/ranges.ts';
import type { DeferredRules } from '../deferred/rules.ts';
import type { Memmap } from '../memmap.ts';
import { MAX_ORDER, MIGRATE_MOVABLE, PAGEBLOCK_ORDER } from './layout.ts';
import type { ZoneArea } from './zone_area.ts';

/** Told after each block of the largest order (some microseconds), so that others see that a chunk makes progress. */
export interface ChunkProgress {
  tick(): void;
}

/** What the versions of the kernel do differently here; `DeferredRules` has these. */
export type ChunkRules = Pick<DeferredRules, 'chunk' | 'freeBlockPages'>;

/**
 * deferred_init_memmap_chunk(): initialises and frees the zone's free pages from `start` on, block of 1024 pages by
 * block, until one begins at or past `end` (`maxorder`), or exactly to `end` (`range`). Returns the number of pages.
 */
export function deferredInitMemmapChunk(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreeRanges,
  rules: ChunkRules,
  start: Pfn,
  end: Pfn,
  progress?: ChunkProgress,
): number {
  const found = rangeFrom(ranges, start);
  if (found === undefined) return 0;
  return rules.chunk === 'maxorder'
    ? byMaxOrder(memmap, area, ranges, rules, found, end, progress)
    : byRange(memmap, area, ranges, rules, found, end, progress);
}

/** Each block in two passes over every range in it: a merge may look at pages of the next range (5.8 to 6.17). */
function byMaxOrder(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreeRanges,
  rules: ChunkRules,
  from: RangeAt,
  end: Pfn,
  progress: ChunkProgress | undefined,
): number {
  let { index, spfn: cursor } = from;
  let pages = 0;
  while (cursor < end) {
    const stop = cursor - (cursor % MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES;
    const [firstIndex, firstCursor] = [index, cursor];
    while (cursor < stop) {
      const range = rangeAt(ranges, index);
      const to = Math.min(stop, range.endPfn);
      memmap.initPages(area, cursor, to);
      pages += to - cursor;
      if (stop < range.endPfn) {
        cursor = stop;
        break;
      }
      index += 1;
      cursor = ranges[index]?.startPfn ?? Infinity;
    }
    freeUpTo(memmap, area, ranges, rules, firstIndex, firstCursor, stop);
    progress?.tick();
  }
  return pages;
}

/** Each range by itself, initialised and freed step by step (v1, and 6.18 on). */
function byRange(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreeRanges,
  rules: ChunkRules,
  from: RangeAt,
  end: Pfn,
  progress: ChunkProgress | undefined,
): number {
  let pages = 0;
  let cursor = from.spfn;
  for (let index = from.index; cursor < end; index += 1) {
    const stopRange = Math.min(end, rangeAt(ranges, index).endPfn);
    while (cursor < stopRange) {
      const stop = Math.min(stopRange, cursor - (cursor % MAX_ORDER_NR_PAGES) + MAX_ORDER_NR_PAGES);
      memmap.initPages(area, cursor, stop);
      deferredFreePages(memmap, area, rules, cursor, stop);
      pages += stop - cursor;
      cursor = stop;
      progress?.tick();
    }
    const next = ranges[index + 1];
    if (next === undefined) break;
    cursor = next.startPfn;
  }
  return pages;
}

/** The second pass: frees the same pages, now that every page which a merge may look at is initialised. */
function freeUpTo(
  memmap: Memmap,
  area: ZoneArea,
  ranges: FreeRanges,
  rules: ChunkRules,
  index: number,
  from: Pfn,
  stop: Pfn,
): void {
  for (let start = from; start < stop;) {
    const range = rangeAt(ranges, index);
    deferredFreePages(memmap, area, rules, start, Math.min(stop, range.endPfn));
    if (stop <= range.endPfn) return;
    index += 1;
    const next = ranges[index];
    if (next === undefined) return;
    start = next.startPfn;
  }
}

/**
 * deferred_free_pages(): whole aligned blocks of `freeBlockPages` in one go (a page block, from 6.4 on one of the largest
 * order), the rest page by page. All in one block of the largest order. Where that is free as a whole, its two page blocks
 * are freed as one: the second would merge with the first at once, and nothing could tell in between.
 */
function deferredFreePages(memmap: Memmap, area: ZoneArea, rules: ChunkRules, start: Pfn, end: Pfn): void {
  const size = end - start === MAX_ORDER_NR_PAGES ? MAX_ORDER_NR_PAGES : rules.freeBlockPages;
  const order = size === MAX_ORDER_NR_PAGES ? MAX_ORDER - 1 : PAGEBLOCK_ORDER;
  for (let pfn = start; pfn < end;) {
    const stop = Math.min(end, pfn - (pfn % size) + size);
    for (let block = alignUp(pfn, PAGEBLOCK_NR_PAGES); block < stop; block += PAGEBLOCK_NR_PAGES) {
      memmap.setPageblockMigratetype(block, MIGRATE_MOVABLE);
    }
    if (stop - pfn === size) memmap.freePagesCore(area, pfn, order);
    else freeSinglePages(memmap, area, pfn, stop);
    pfn = stop;
  }
}

/** Page by page, one page block after the other for they may differ in type. */
function freeSinglePages(memmap: Memmap, area: ZoneArea, start: Pfn, end: Pfn): void {
  for (let pfn = start; pfn < end;) {
    const stop = Math.min(end, pfn - (pfn % PAGEBLOCK_NR_PAGES) + PAGEBLOCK_NR_PAGES);
    memmap.freeSinglePages(area, pfn, stop);
    pfn = stop;
  }
}

function rangeAt(ranges: FreeRanges, index: number): FreeRange {
  const range = ranges[index];
  if (range === undefined) throw new Bug(`free range ${index} of ${ranges.length}`);
  return range;
}

// Mirrors deferred_grow_zone of mm/page_alloc.c (v6.1) by number of pages: an allocation that finds nothing initialises sections.
import { alignDown, alignUp } from '../lib/align.ts';
import { PAGES_PER_SECTION, MAX_ORDER_NR_PAGES, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import type { Zone } from './mmzone.ts';

/** One call of deferred_grow_zone: how far it moved the node's boundary; null where nothing is deferred any more. */
export interface GrowEvent {
  readonly node: Nid;
  readonly order: number;
  readonly fromPfn: Pfn;
  readonly toPfn: Pfn | null;
}

/**
 * Blocks of 1024 pages from the first free page frame on, until one has left its section and what a block of 2^order needs came
 * free. `gained` pages are free now; `next` is where the rest begins, null where there is none.
 */
export function initSections(
  ctx: BootContext,
  zone: Zone,
  fromPfn: Pfn,
  order: number,
): { readonly gained: number; readonly next: Pfn | null } {
  const needed = alignUp(2 ** order, PAGES_PER_SECTION);
  const ranges = ctx.memblock.forEachFreeMemPfnRangeInZone(zone, fromPfn);
  let gained = 0;
  let range = ranges.next().value ?? null;
  let pfn = range?.startPfn ?? 0;
  while (range) {
    const first = pfn;
    const blockEnd = alignUp(pfn + 1, MAX_ORDER_NR_PAGES);
    while (range && pfn < blockEnd) {
      gained += Math.min(blockEnd, range.endPfn) - pfn;
      if (blockEnd < range.endPfn) pfn = blockEnd;
      else {
        range = ranges.next().value ?? null;
        pfn = range?.startPfn ?? 0;
      }
    }
    const sameSection = alignDown(first, PAGES_PER_SECTION) === alignDown(pfn, PAGES_PER_SECTION);
    if (range && !sameSection && gained >= needed) break;
  }
  return { gained, next: range ? pfn : null };
}

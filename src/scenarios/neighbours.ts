// What freeing a page looks at beside the page itself. The buddy allocator merges a free block with its buddy, and reads the
// buddy's struct page to find out whether it can: it must be initialised by then.
import { bugOn } from '../lib/bug.ts';
import { alignDown, ilog2 } from '../lib/align.ts';
import { hex, MAX_ORDER_NR_PAGES, type Pfn } from '../lib/units.ts';
import type { PageLedger } from '../mm/deferred/ledger.ts';
import { freeWithin, type FreeRange, type FreeRanges } from '../mm/deferred/ranges.ts';

/** Told of each free, before it happens. @throws Bug */
export type NeighbourCheck = (start: Pfn, end: Pfn) => void;

/**
 * The rule that v2 to 6.17 keep with two passes: no page is freed before all free pages of its block of 1024 are initialised.
 */
export function blockMates(ledger: PageLedger, ranges: FreeRanges): NeighbourCheck {
  return (start) => {
    const block = alignDown(start, MAX_ORDER_NR_PAGES);
    for (const { startPfn, endPfn } of freeWithin(ranges, block, block + MAX_ORDER_NR_PAGES)) {
      const early = ledger.firstUninitialised(startPfn, endPfn);
      bugOn(
        early !== undefined,
        `pfn ${hex(start)} is freed while its neighbour ${hex(early ?? 0)} is not initialised`,
      );
    }
  };
}

/**
 * What __free_one_page() really reads: the first struct page of the buddy at each order up to which it merges. Reserved pages
 * are initialised early, and holes too where the kernel sees to it: `uninitialisedHoles` are those where it does not.
 */
export function buddyReads(
  ledger: PageLedger,
  ranges: FreeRanges,
  uninitialisedHoles: readonly FreeRange[] = [],
): NeighbourCheck {
  const orderOf = new Map<Pfn, number>();
  const maxOrder = ilog2(MAX_ORDER_NR_PAGES);
  const within = (list: FreeRanges, pfn: Pfn): boolean =>
    list.some(({ startPfn, endPfn }) => pfn >= startPfn && pfn < endPfn);
  const initialised = (pfn: Pfn): boolean =>
    within(ranges, pfn) ? ledger.initialised(pfn) : !within(uninitialisedHoles, pfn);
  const freeOne = (page: Pfn, freed: number): void => {
    let pfn = page;
    let order = freed;
    for (; order < maxOrder; order += 1) {
      const size = 2 ** order;
      const buddy = Math.floor(pfn / size) % 2 === 0 ? pfn + size : pfn - size;
      bugOn(
        !initialised(buddy),
        `freeing pfn ${hex(page)} reads its buddy ${hex(buddy)}, which is not initialised`,
      );
      if (orderOf.get(buddy) !== order) break;
      orderOf.delete(buddy);
      pfn = Math.min(pfn, buddy);
    }
    orderOf.set(pfn, order);
  };
  return (start, end) => {
    const size = end - start;
    const whole = 2 ** ilog2(size) === size && start % size === 0 && size >= 512;
    if (whole) freeOne(start, ilog2(size));
    else for (let pfn = start; pfn < end; pfn += 1) freeOne(pfn, 0);
  };
}

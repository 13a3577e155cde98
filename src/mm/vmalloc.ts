// Mirrors vm_area_alloc_pages of mm/vmalloc.c (v6.12, v7.2): in which blocks an area gets its pages.
import { ilog2 } from '../lib/align.ts';
import { MAX_ORDER_NR_PAGES, PAGE_SIZE } from '../lib/units.ts';
import type { KernelRules } from '../kernel/rules.ts';

/** Takes `pages` in blocks of 2^order; false where there are none. */
export type TakeBlocks = (pages: number, order: number) => boolean;

/** Bytes of a struct page pointer: an area keeps one for each of its pages. */
const POINTER_BYTES = 8;

/** The pages of an area that is mapped in blocks of 2^order, and of its array of pointers; false where memory ran out. */
export function vmallocPages(
  blocks: KernelRules['vmallocBlocks'],
  pages: number,
  order: number,
  take: TakeBlocks,
): boolean {
  // an area of its own; an array that fits a page comes from a slab
  const array = Math.ceil((pages * POINTER_BYTES) / PAGE_SIZE);
  if (array > 1 && !vmallocPages(blocks, array, 0, take)) return false;
  let left = pages;
  if (blocks === 'largest-first') left -= takeLargest(left, order, take);
  return left === 0 || take(left, order);
}

/** What there is of blocks above 2^order, the largest first. */
function takeLargest(pages: number, order: number, take: TakeBlocks): number {
  let left = pages;
  let most = ilog2(MAX_ORDER_NR_PAGES);
  while (left > 0) {
    const large = Math.min(most, ilog2(left));
    if (large <= order) break;
    const block = 2 ** large;
    if (take(block, large)) left -= block;
    else most = large - 1;
  }
  return pages - left;
}

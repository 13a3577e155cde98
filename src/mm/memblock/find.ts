// Mirrors __find_range_top_down() and __find_range_bottom_up() of mm/memblock.c (v6.1), for tables of few regions.
import type { RegionTree } from './region-tree.ts';
import { accepts } from './selection.ts';
import type { Selection } from './selection.ts';
import { PHYS_ADDR_MAX } from './types.ts';

/** What is looked for: `size` bytes (at least 1) in [low, high), at a multiple of `align`, a power of two. */
export interface Wanted {
  readonly size: number;
  readonly align: number;
  readonly low: number;
  readonly high: number;
  readonly sel: Selection;
}

/** The highest address that fits in memory less reserved, or 0. Walks both tables down from `high`. */
export function findTopDown(memory: RegionTree, reserved: RegionTree, wanted: Wanted): number {
  const { size, align, low, high, sel } = wanted;
  if (!memory.seekBefore(high)) return 0;
  let { leaf: ma, at: mi } = memory;
  let found = reserved.seekBefore(high);
  let { leaf: ra, at: ri } = reserved;
  let gapEnd = PHYS_ADDR_MAX;
  let gapStart = found ? ra.end[ri]! : 0;
  for (;;) {
    const mBase = ma.base[mi]!;
    const mEnd = ma.end[mi]! < high ? ma.end[mi]! : high;
    if (mEnd <= low) return 0;
    if (mEnd - mBase >= size && accepts(sel, ma.tag[mi]!)) {
      const from = mBase > low ? mBase : low;
      while (gapEnd > from) {
        const start = gapStart > from ? gapStart : from;
        const end = gapEnd < mEnd ? gapEnd : mEnd;
        if (end - start >= size) {
          const at = Math.floor((end - size) / align) * align;
          if (at >= start) return at;
        }
        if (gapStart <= from) break;
        gapEnd = ra.base[ri]!;
        if (ri > 0) ri -= 1;
        else if (ra.prev === null) found = false;
        else {
          ra = ra.prev;
          ri = ra.n - 1;
        }
        gapStart = found ? ra.end[ri]! : 0;
      }
    }
    if (mi > 0) mi -= 1;
    else {
      if (ma.prev === null) return 0;
      ma = ma.prev;
      mi = ma.n - 1;
    }
  }
}

/** The lowest address that fits in memory less reserved, or 0. Walks both tables up from `low`. */
export function findBottomUp(memory: RegionTree, reserved: RegionTree, wanted: Wanted): number {
  const { size, align, low, high, sel } = wanted;
  let more = memory.seek(low);
  let left = reserved.seek(low);
  while (more) {
    const { leaf: ma, at: mi } = memory;
    if (ma.base[mi]! >= high) return 0;
    const mEnd = ma.end[mi]! < high ? ma.end[mi]! : high;
    let from = ma.base[mi]! > low ? ma.base[mi]! : low;
    const taken = !accepts(sel, ma.tag[mi]!);
    while (!taken && from < mEnd) {
      while (left && reserved.leaf.end[reserved.at]! <= from) left = reserved.forward();
      const gapEnd = left ? reserved.leaf.base[reserved.at]! : PHYS_ADDR_MAX;
      const end = gapEnd < mEnd ? gapEnd : mEnd;
      const at = Math.ceil(from / align) * align;
      if (at < end && end - at >= size) return at;
      if (gapEnd >= mEnd) break;
      from = reserved.leaf.end[reserved.at]!;
    }
    more = memory.forward();
  }
  return 0;
}

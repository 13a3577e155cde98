// Mirrors split_mem_range of arch/x86/mm/init.c (v6.1): a range in pieces by the size of the pages that fit.
import { alignDown, alignUp } from '../../lib/align.ts';
import { PAGE_SIZE, pfnDown, type Pfn, type PhysAddr } from '../../lib/units.ts';
import type { MapRange, PageSizeMask } from './direct_map.ts';
import { PMD_SIZE, PUD_SIZE } from './layout.ts';

const PMD_PAGES = PMD_SIZE / PAGE_SIZE;
const PUD_PAGES = PUD_SIZE / PAGE_SIZE;

/** Cuts a range at 2 MiB and 1 GiB boundaries by the page size that fits (split_mem_range). */
export function splitMemRange(start: PhysAddr, end: PhysAddr, mask: PageSizeMask): MapRange[] {
  const ranges: MapRange[] = [];
  const small = { m2: false, g1: false };
  const medium = { m2: mask.m2, g1: false };
  const limit = pfnDown(end);
  let pfn = pfnDown(start);
  const cut = (from: Pfn, to: Pfn, size: PageSizeMask): void => {
    if (from >= to) return;
    ranges.push({ start: from * PAGE_SIZE, end: to * PAGE_SIZE, mask: size });
    pfn = to;
  };
  cut(pfn, Math.min(alignUp(pfn, PMD_PAGES), limit), small);
  const limit2m = alignDown(limit, PMD_PAGES);
  cut(alignUp(pfn, PMD_PAGES), Math.min(alignUp(pfn, PUD_PAGES), limit2m), medium);
  cut(alignUp(pfn, PUD_PAGES), alignDown(limit, PUD_PAGES), mask);
  cut(alignUp(pfn, PMD_PAGES), limit2m, medium);
  cut(pfn, limit, small);
  return ranges;
}

/** With 32 bits there are two sizes, and the first large page's memory is mapped in small ones for its MTRRs' sake. */
export function splitMemRange32(
  start: PhysAddr,
  end: PhysAddr,
  size: number,
  mask: PageSizeMask,
): MapRange[] {
  const ranges: MapRange[] = [];
  const limit = alignDown(end, PAGE_SIZE);
  let at = alignDown(start, PAGE_SIZE);
  const cut = (to: PhysAddr, m2: boolean): void => {
    if (at >= to) return;
    ranges.push({ start: at, end: to, mask: { m2, g1: false } });
    at = to;
  };
  cut(Math.min(at === 0 ? size : alignUp(at, size), limit), false);
  if (alignUp(at, size) < alignDown(limit, size)) cut(alignDown(limit, size), mask.m2);
  cut(limit, false);
  return ranges;
}

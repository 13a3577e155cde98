// Mirrors memmap_init(), init_unavailable_range() in mm/page_alloc.c and memblock_free_all() in mm/memblock.c (v6.1): the
// struct pages that exist before deferred init, and those that deferred init leaves alone.
import { PAGEBLOCK_NR_PAGES, PAGES_PER_SECTION } from '../../lib/units.ts';
import { pfnDown, pfnUp } from '../../lib/units.ts';
import { alignUp } from '../../lib/align.ts';
import type { Pfn, PhysAddr } from '../../lib/units.ts';
import type { Memmap } from '../memmap.ts';
import { initialPageFlags, MAX_ORDER, MIGRATE_MOVABLE } from './layout.ts';
import { earlyPfnToNid, freeRanges } from './memory_map.ts';
import type { MemoryMap } from './memory_map.ts';
import { MAX_NR_ZONES } from './nodes.ts';
import type { MemmapNode } from './nodes.ts';
import type { ZoneArea } from './zone_area.ts';

/** Pages of a range without memory that were initialised as reserved: one log line of the kernel. */
export interface UnavailableRange {
  readonly area: ZoneArea;
  readonly pages: number;
}

/**
 * memmap_init(): initialises what is not deferred, and every hole of the present sections as reserved pages.
 * Returns what the kernel prints as `On node …, zone …: … pages in unavailable ranges`, in its order.
 */
export function memmapInit(memmap: Memmap, nodes: readonly MemmapNode[], map: MemoryMap): UnavailableRange[] {
  const unavailable: UnavailableRange[] = [];
  let holePfn: Pfn = 0;
  let last: ZoneArea | undefined;
  let endPfn: Pfn = 0;
  for (const region of map.memory) {
    const node = nodes.find((n) => n.nid === region.nid);
    const startPfn = pfnUp(region.start);
    if (node === undefined || startPfn >= pfnDown(region.end)) continue;
    endPfn = pfnDown(region.end);
    for (const area of node.areas) {
      if (area.zone.presentPages === 0) continue;
      const zoneEnd = area.zone.startPfn + area.zone.spannedPages;
      const start = Math.min(Math.max(startPfn, area.zone.startPfn), zoneEnd);
      const end = Math.min(Math.max(endPfn, area.zone.startPfn), zoneEnd);
      last = area;
      if (start >= end) continue;
      memmapInitRange(memmap, node, area, start, end);
      if (holePfn < start) note(unavailable, area, initUnavailableRange(memmap, area, holePfn, start));
      holePfn = end;
    }
  }
  const sectionEnd = alignUp(endPfn, PAGES_PER_SECTION);
  if (last !== undefined && holePfn < sectionEnd) {
    note(unavailable, last, initUnavailableRange(memmap, last, holePfn, sectionEnd));
  }
  return unavailable;
}

function note(list: UnavailableRange[], area: ZoneArea, pages: number): void {
  if (pages > 0) list.push({ area, pages });
}

/** memmap_init_range() up to the first deferred page frame, which only the node's last zone has (defer_init). */
function memmapInitRange(memmap: Memmap, node: MemmapNode, area: ZoneArea, start: Pfn, end: Pfn): void {
  const zoneEnd = area.zone.startPfn + area.zone.spannedPages;
  const deferrable = zoneEnd >= node.endPfn && node.firstDeferredPfn !== null;
  const stop = deferrable ? Math.min(end, node.firstDeferredPfn ?? end) : end;
  if (start >= stop) return;
  memmap.initPages(area, start, stop);
  for (let block = alignUp(start, PAGEBLOCK_NR_PAGES); block < stop; block += PAGEBLOCK_NR_PAGES) {
    memmap.setPageblockMigratetype(block, MIGRATE_MOVABLE);
  }
}

/** init_unavailable_range(): the pages of the hole whose sections are present become reserved pages of the zone. */
function initUnavailableRange(memmap: Memmap, area: ZoneArea, start: Pfn, end: Pfn): number {
  let pages = 0;
  for (let pfn = start; pfn < end;) {
    const stop = Math.min(end, pfn - (pfn % PAGES_PER_SECTION) + PAGES_PER_SECTION);
    if (memmap.store.pfnValid(pfn)) {
      memmap.initPages(area, pfn, stop);
      memmap.setReserved(pfn, stop);
      pages += stop - pfn;
    }
    pfn = stop;
  }
  return pages;
}

/**
 * memblock_free_all(): marks what memblock reserved, initialising struct pages that are deferred, and frees the rest of
 * what is initialised to the buddy allocator. Returns the pages of all free ranges (totalram_pages), deferred ones
 * included, as the kernel counts them.
 */
export function memblockFreeAll(memmap: Memmap, nodes: readonly MemmapNode[], map: MemoryMap): number {
  for (const region of map.reserved) reserveBootmemRegion(memmap, nodes, map, region.start, region.end);
  let count = 0;
  for (const range of freeRanges(map)) {
    const start = pfnUp(range.start);
    const end = pfnDown(range.end);
    if (start >= end) continue;
    freePagesMemory(memmap, nodes, map, start, end);
    count += end - start;
  }
  return count;
}

/** reserve_bootmem_region(): marks the pages reserved; those that are deferred are initialised first. */
function reserveBootmemRegion(
  memmap: Memmap,
  nodes: readonly MemmapNode[],
  map: MemoryMap,
  start: PhysAddr,
  end: PhysAddr,
): void {
  const endPfn = pfnUp(end);
  for (let pfn = pfnDown(start); pfn < endPfn;) {
    const piece = earlyPfnToNid(nodes, map, pfn);
    const stop = Math.min(endPfn, piece.end, pfn - (pfn % PAGES_PER_SECTION) + PAGES_PER_SECTION);
    if (memmap.store.pfnValid(pfn)) {
      const deferred = piece.node?.firstDeferredPfn ?? null;
      if (piece.node !== undefined && deferred !== null && stop > deferred) {
        initReservedPages(memmap, piece.node, Math.max(pfn, deferred), stop);
      }
      memmap.setReserved(pfn, stop);
    }
    pfn = stop;
  }
}

/** init_reserved_page() on each page: of the zone of the node that spans it, of none (index 5) where no zone does. */
function initReservedPages(memmap: Memmap, node: MemmapNode, start: Pfn, end: Pfn): void {
  for (let pfn = start; pfn < end;) {
    const area = node.areas.find(
      (a) => pfn >= a.zone.startPfn && pfn < a.zone.startPfn + a.zone.spannedPages,
    );
    if (area !== undefined) {
      const stop = Math.min(end, area.zone.startPfn + area.zone.spannedPages);
      memmap.initPages(area, pfn, stop);
      pfn = stop;
      continue;
    }
    const flags = initialPageFlags(memmap.shape.layout, MAX_NR_ZONES, node.nid);
    memmap.initPagesWithFlags(Number(flags & 0xffffffffn), Number(flags >> 32n), pfn, pfn + 1);
    pfn += 1;
  }
}

/** __free_pages_memory(): the largest aligned blocks, in ascending order; deferred ones are left for later. */
function freePagesMemory(
  memmap: Memmap,
  nodes: readonly MemmapNode[],
  map: MemoryMap,
  start: Pfn,
  end: Pfn,
): void {
  for (let pfn = start; pfn < end;) {
    let order = 0;
    while (order < MAX_ORDER - 1 && pfn % 2 ** (order + 1) === 0) order += 1;
    while (pfn + 2 ** order > end) order -= 1;
    const { node } = earlyPfnToNid(nodes, map, pfn);
    const deferred = node?.firstDeferredPfn ?? null;
    if (deferred === null || pfn < deferred) memmap.freePagesCore(memmap.pageZone(pfn), pfn, order);
    pfn += 2 ** order;
  }
}

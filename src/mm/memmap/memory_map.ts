// Mirrors early_pfn_to_nid() in mm/page_alloc.c and for_each_free_mem_range() in mm/memblock.c (v6.1), over memblock's tables
// as plain lists.
import { NUMA_NO_NODE, PAGE_SIZE, pfnDown, pfnUp } from '../../lib/units.ts';
import type { Nid, Pfn, PhysAddr } from '../../lib/units.ts';
import type { MemmapNode } from './nodes.ts';
import type { ZoneArea } from './zone_area.ts';

/** Memory as memblock has it: what exists with its nodes, and what is reserved. Bytes, `end` exclusive, ascending. */
export interface MemoryMap {
  readonly memory: readonly { readonly start: PhysAddr; readonly end: PhysAddr; readonly nid: Nid }[];
  readonly reserved: readonly { readonly start: PhysAddr; readonly end: PhysAddr }[];
}

/**
 * early_pfn_to_nid(): the node of the memory that holds the page frame, else the first online one; and the page frame
 * at which that answer may change.
 */
export function earlyPfnToNid(
  nodes: readonly MemmapNode[],
  map: MemoryMap,
  pfn: Pfn,
): { node: MemmapNode | undefined; end: Pfn } {
  const addr = pfn * PAGE_SIZE;
  let low = 0;
  let high = map.memory.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((map.memory[middle]?.end ?? 0) <= addr) low = middle + 1;
    else high = middle;
  }
  const region = map.memory[low];
  if (region === undefined) return { node: nodes[0], end: Infinity };
  if (region.start > addr) return { node: nodes[0], end: pfnUp(region.start) };
  const node = region.nid === NUMA_NO_NODE ? nodes[0] : nodes.find((n) => n.nid === region.nid);
  return { node, end: Math.max(pfn + 1, pfnUp(region.end)) };
}

/** for_each_free_mem_range() over all nodes: memory that is not reserved, cut at both maps' borders. */
export function freeRanges(map: MemoryMap): { start: PhysAddr; end: PhysAddr; nid: Nid }[] {
  const free: { start: PhysAddr; end: PhysAddr; nid: Nid }[] = [];
  let r = 0;
  for (const region of map.memory) {
    let at = region.start;
    while (at < region.end) {
      while ((map.reserved[r]?.end ?? Infinity) <= at) r += 1;
      const reserved = map.reserved[r];
      const end = Math.min(region.end, reserved?.start ?? Infinity);
      if (at < end) free.push({ start: at, end, nid: region.nid });
      at = reserved !== undefined && reserved.start < region.end ? Math.max(end, reserved.end) : region.end;
    }
  }
  return free;
}

/** for_each_free_mem_pfn_range_in_zone() as a list: whole free page frames of the zone's node, clipped to the zone. */
export function zoneFreePfnRanges(map: MemoryMap, area: ZoneArea): { startPfn: Pfn; endPfn: Pfn }[] {
  const { nid, startPfn, spannedPages } = area.zone;
  const ranges: { startPfn: Pfn; endPfn: Pfn }[] = [];
  for (const free of freeRanges(map)) {
    const start = pfnUp(free.start);
    const end = pfnDown(free.end);
    if (free.nid !== nid || start >= end || end <= startPfn || start >= startPfn + spannedPages) continue;
    ranges.push({ startPfn: Math.max(start, startPfn), endPfn: Math.min(end, startPfn + spannedPages) });
  }
  return ranges;
}

// Mirrors memblock_free_all of mm/memblock.c and memblock_free_pages of mm/page_alloc.c (v6.1): what memblock has left
// goes to the zones, but for what deferred init frees later.
import { pfnDown, pfnUp, type Pfn, type PhysAddr } from '../lib/units.ts';
import type { BootContext, ReturnedRange } from './context.ts';
import { MEMBLOCK_MIRROR, PHYS_ADDR_MAX } from './memblock.ts';
import { zoneEndPfn, type Pgdat, type Zone } from './mmzone.ts';

/** What memblock_free_all handed over, in pages. */
export interface FreedPages {
  /** totalram_pages(): all of it, deferred pages included. */
  readonly total: number;
  /** Pages that are in the zones now. */
  readonly free: number;
}

/** Frees all that is not reserved; zones count as managed what they get now. */
export function memblockFreeAll(ctx: BootContext): FreedPages {
  const { memblock } = ctx;
  const nodes = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
  for (const { zones } of ctx.pgdats) for (const zone of zones) zone.managedPages = 0;
  memblock.clearHotplug(0, PHYS_ADDR_MAX, 'memblock_free_all');
  if (ctx.profile.rules.reservedNidsAtFreeAll) setReservedNodes(ctx);
  let total = 0;
  let free = 0;
  for (const range of memblock.forEachFreeMemRange()) {
    const start = pfnUp(range.start);
    const end = Math.min(pfnDown(range.end), ctx.maxPfn);
    if (start >= end) continue;
    total += end - start;
    const pgdat = nodes.get(range.nid);
    const early = Math.min(end, pgdat?.firstDeferredPfn ?? end);
    if (!pgdat || start >= early) continue;
    free += early - start;
    addToZones(ctx, pgdat, start, early);
  }
  return { total, free };
}

/** Reserved regions get the node of their memory; again from the start where the table had to grow (memmap_init_reserved_pages). */
function setReservedNodes({ memblock }: BootContext): void {
  for (let max = 0; max !== memblock.reserved.max;) {
    max = memblock.reserved.max;
    for (const { base, size, nid } of memblock.memory.regions())
      memblock.setNode(base, size, memblock.reserved, nid, 'memmap_init_reserved_pages');
  }
}

/** Counts [start, end) of a node in its zones. */
function addToZones(ctx: BootContext, pgdat: Pgdat, start: Pfn, end: Pfn): void {
  for (const { zone, pages } of zonePieces(ctx, pgdat, start, end)) zone.managedPages += pages;
}

/**
 * How [start, end), page frames of one memory region, lies in its node's zones. Zones overlap only with
 * kernelcore=mirror: there the region decides whether a page is Movable.
 */
export function zonePieces(
  ctx: BootContext,
  pgdat: Pgdat,
  start: Pfn,
  end: Pfn,
): { zone: Zone; pages: number }[] {
  const { memblock } = ctx;
  const mirrored =
    memblock.mirroredKernelcore &&
    ((memblock.memory.find(start * memblock.pageSize)?.flags ?? 0) & MEMBLOCK_MIRROR) !== 0;
  const pieces: { zone: Zone; pages: number }[] = [];
  let left = end;
  for (const zone of [...pgdat.zones].reverse()) {
    if (zone.spannedPages === 0 || (mirrored && zone.name === 'Movable')) continue;
    const pages = Math.min(left, zoneEndPfn(zone)) - Math.max(start, zone.zoneStartPfn);
    if (pages <= 0) continue;
    pieces.push({ zone, pages });
    left = Math.max(start, zone.zoneStartPfn);
  }
  return pieces;
}

/** memblock_discard: the tables of memblock's own go to their zones, once nobody asks memblock any more. */
export function memblockDiscard(ctx: BootContext): void {
  for (const { start, end } of ctx.memblock.discard()) countFreed(ctx, 'memblock', start, end);
}

/** Pages of [start, end) that come back after deferred init: their zone manages them from now on. */
export function countFreed(
  ctx: BootContext,
  what: ReturnedRange['what'],
  start: PhysAddr,
  end: PhysAddr,
  beforeMemoryLine = false,
): void {
  ctx.returned.push({ what, start, end, beforeMemoryLine });
  const nid = ctx.memblock.searchPfnNid(pfnDown(start))?.nid;
  const pgdat = ctx.pgdats.find((node) => node.nodeId === nid);
  if (pgdat) addToZones(ctx, pgdat, pfnUp(start), pfnDown(end));
}

/** cma_init_reserved_areas(): the pages of CMA's ranges are managed by their zone from then on. */
export function manageCmaAreas(ctx: BootContext): void {
  for (const { start, end } of ctx.cmaAreas) {
    ctx.returned.push({ what: 'cma', start, end, beforeMemoryLine: false });
    const pfn = pfnDown(start);
    const node = ctx.memblock.memory.find(start)?.nid;
    const zones = ctx.pgdats.find(({ nodeId }) => nodeId === node)?.zones ?? [];
    const zone = zones.find((z) => z.zoneStartPfn <= pfn && pfn < zoneEndPfn(z));
    if (zone) zone.managedPages += pfnDown(end) - pfn;
  }
}

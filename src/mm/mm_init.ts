// Mirrors free_area_init and what it calls in mm/page_alloc.c (v6.1): zones, nodes, and the memmap's first part.
import { hex, MiB, PAGE_SIZE, pfnDown, pfnUp, type Nid, type Pfn, type PhysAddr } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { allocNodeMemMap, type Flatmem } from './flatmem.ts';
import { freeAreaInitCore } from './free_area_core.ts';
import { memmapInit, printUnavailableTotal } from './memmap_init.ts';
import { mem, printZones } from './zone_lines.ts';
import { findZoneMovablePfns, movableParams } from './movable.ts';
import { emptyZones, type Pgdat } from './mmzone.ts';
import { pfnRangeForNid } from './pfn_ranges.ts';
import { MOVABLE, movableZoneIndex, sizeZone, zonesByIndex, type ZoneLimits } from './zone_size.ts';

const MAX_DMA_PFN = (16 * MiB) / PAGE_SIZE;

/** What free_area_init asks of the architecture. */
export interface ZoneArch {
  /** max_zone_pfns by zone index; 0 for zones that the architecture does not fill itself (Movable, Device). */
  readonly maxZonePfns: readonly Pfn[];
  readonly cacheBytes: number;
  /** Nodes that are set up, ascending, and whether each is online. */
  readonly possibleNodes: readonly {
    readonly nid: Nid;
    readonly online: boolean;
    readonly hasData: boolean;
  }[];
  /** One past the highest possible node (setup_nr_node_ids). */
  readonly nrNodeIds: number;
  setNodeData(nid: Nid, addr: PhysAddr): void;
  /** One memmap for all memory; null where memory is in sections. */
  readonly flatmem: Flatmem | null;
}

/** Pages below 16 MiB that are taken already (memblock_find_dma_reserve). */
export function findDmaReserve(ctx: BootContext): number {
  let pages = 0;
  for (const { startPfn, endPfn } of ctx.memblock.forEachMemPfnRange())
    pages += Math.min(endPfn, MAX_DMA_PFN) - Math.min(startPfn, MAX_DMA_PFN);
  for (const { start, end } of ctx.memblock.forEachFreeMemRange()) {
    const free = Math.min(pfnDown(end), MAX_DMA_PFN) - Math.min(pfnUp(start), MAX_DMA_PFN);
    pages -= Math.max(free, 0);
  }
  return pages;
}

/**
 * Fills ctx.pgdats with nodes and zones, and finds where each node's deferred pages start (free_area_init). `beforeMemmap` is what
 * comes between nodes and struct pages.
 */
export function freeAreaInit(
  ctx: BootContext,
  arch: ZoneArch,
  dmaReserve: number,
  beforeMemmap: () => void = () => {},
): void {
  const limits = zoneLimits(ctx, arch.maxZonePfns);
  const wanted = movableParams(ctx.params);
  const movablePfns = findZoneMovablePfns(ctx, wanted, limits.low[movableZoneIndex(limits)] as Pfn);
  printZones(ctx, limits, movablePfns);
  const { unavailableLine } = ctx.profile.rules;
  if (unavailableLine === 'total' || unavailableLine === 'between-memory')
    printUnavailableTotal(ctx, unavailableLine === 'total');
  ctx.nrNodeIds = arch.nrNodeIds;
  for (const { nid, online, hasData } of arch.possibleNodes) {
    if (!hasData) arch.setNodeData(nid, allocMemorylessNode(ctx, arch, nid));
    const pgdat = freeAreaInitNode(ctx, nid, online, limits, movablePfns, wanted.mirror);
    if (arch.flatmem) allocNodeMemMap(ctx, pgdat, arch.flatmem.structPageBytes);
    freeAreaInitCore(ctx, pgdat, dmaReserve, arch.flatmem);
    ctx.pgdats.push(pgdat);
  }
  if (ctx.profile.rules.kernelPages === 'by-memblock') calcNrKernelPages(ctx);
  beforeMemmap();
  memmapInit(ctx);
}

/** What memblock has free, in whole pages (calc_nr_kernel_pages). */
function calcNrKernelPages(ctx: BootContext): void {
  for (const { start, end } of ctx.memblock.forEachFreeMemRange()) {
    const pages = Math.max(pfnDown(end) - pfnUp(start), 0);
    ctx.nrKernelPages += pages;
    ctx.nrAllPages += pages;
  }
}

function zoneLimits(ctx: BootContext, maxZonePfns: readonly Pfn[]): ZoneLimits {
  const limits: ZoneLimits = { low: [0, 0, 0, 0, 0], high: [0, 0, 0, 0, 0] };
  let start = pfnDown(ctx.memblock.startOfDRAM());
  zonesByIndex(ctx).forEach((_name, zone) => {
    if (zone === MOVABLE) return;
    const end = Math.max(maxZonePfns[zone] ?? 0, start);
    limits.low[zone] = start;
    limits.high[zone] = end;
    start = end;
  });
  return limits;
}

/** A possible node that is not online gets a pg_data_t all the same (arch_alloc_nodedata). */
function allocMemorylessNode(ctx: BootContext, arch: ZoneArch, nid: Nid): PhysAddr {
  const { image, rules } = ctx.profile;
  if (rules.offlineNode === 'silent')
    return ctx.memblock.alloc(image.sizeofPglistData, arch.cacheBytes, 'alloc_offline_node_data');
  ctx.printk.info(`Initializing node ${nid} as memoryless`);
  return ctx.memblock.alloc(image.sizeofPglistData, arch.cacheBytes, 'free_area_init');
}

/** A node of CPUs alone, set up once CPUs are bound to nodes (free_area_init_memoryless_node, to 5.17). */
export function freeAreaInitMemorylessNode(ctx: BootContext, nid: Nid): Pgdat {
  const nowhere: ZoneLimits = { low: [0, 0, 0, 0, 0], high: [0, 0, 0, 0, 0] };
  return freeAreaInitNode(ctx, nid, true, nowhere, new Map(), false);
}

function freeAreaInitNode(
  ctx: BootContext,
  nid: Nid,
  online: boolean,
  limits: ZoneLimits,
  movablePfns: ReadonlyMap<Nid, Pfn>,
  mirror: boolean,
): Pgdat {
  const { startPfn, endPfn } = pfnRangeForNid(ctx.memblock, nid);
  const { zoneLines, memorylessNodes, nodeDataLine } = ctx.profile.rules;
  const empty = startPfn === endPfn;
  if (empty && memorylessNodes === 'with-cpus')
    ctx.printk.info(`Initmem setup node ${nid} [mem ${hex(0, 16)}-${hex(0, 16)}]`);
  else if (empty) ctx.printk.info(`Initmem setup node ${nid} as memoryless`);
  else if (nodeDataLine === 'allocated')
    ctx.printk.info(`Initmem setup node ${nid} ${mem(ctx, startPfn, endPfn)}`);
  const zones = emptyZones(nid, zonesByIndex(ctx));
  const pgdat: Pgdat = {
    nodeId: nid,
    online,
    nodeStartPfn: startPfn,
    nodeSpannedPages: 0,
    nodePresentPages: 0,
    firstDeferredPfn: null,
    zones,
  };
  zones.forEach((zone, index) => {
    if (empty) return;
    sizeZone(ctx, zone, index, { startPfn, endPfn }, limits, movablePfns.get(nid), mirror);
    pgdat.nodeSpannedPages += zone.spannedPages;
    pgdat.nodePresentPages += zone.presentPages;
  });
  if (zoneLines) ctx.printk.debug(`On node ${nid} totalpages: ${pgdat.nodePresentPages}`);
  return pgdat;
}

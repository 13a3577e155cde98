// Mirrors free_area_init and what it calls in mm/page_alloc.c (v6.1): zones, nodes, and the memmap's first part.
import { alignUp, rounddownPowOfTwo } from '../lib/align.ts';
import { clamp } from '../lib/ranges.ts';
import {
  hex,
  MiB,
  PAGE_SIZE,
  PAGES_PER_SECTION,
  pfnDown,
  pfnUp,
  type Nid,
  type Pfn,
  type PhysAddr,
} from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { MEMBLOCK_MIRROR } from './memblock.ts';
import { findZoneMovablePfns, movableParams } from './movable.ts';
import { emptyZones, pgdatEndPfn, ZONE_NAMES, zoneEndPfn, type Pgdat, type Zone } from './mmzone.ts';
import { absentPagesInRange, pfnRangeForNid } from './pfn_ranges.ts';

/** Bytes of one struct page. */
const STRUCT_PAGE_SIZE = 64;
const MOVABLE = ZONE_NAMES.indexOf('Movable');
const NORMAL = ZONE_NAMES.indexOf('Normal');
const MAX_DMA_PFN = (16 * MiB) / PAGE_SIZE;

/** What free_area_init asks of the architecture. */
export interface ZoneArch {
  /** max_zone_pfns by zone index; 0 for zones that the architecture does not fill itself (Movable, Device). */
  readonly maxZonePfns: readonly Pfn[];
  readonly cacheBytes: number;
  /** Possible nodes ascending, and whether each is online. */
  readonly possibleNodes: readonly {
    readonly nid: Nid;
    readonly online: boolean;
    readonly hasData: boolean;
  }[];
  setNodeData(nid: Nid, addr: PhysAddr): void;
}

/** Page frames [low, high) that a zone may hold on any node. */
interface ZoneLimits {
  readonly low: Pfn[];
  readonly high: Pfn[];
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
  ctx.nrNodeIds = Math.max(...arch.possibleNodes.map((node) => node.nid)) + 1;
  for (const { nid, online, hasData } of arch.possibleNodes) {
    if (!hasData) arch.setNodeData(nid, allocMemorylessNode(ctx, arch, nid));
    const pgdat = freeAreaInitNode(ctx, nid, online, limits, movablePfns, wanted.mirror);
    freeAreaInitCore(ctx, pgdat, dmaReserve);
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
  ZONE_NAMES.forEach((_name, zone) => {
    if (zone === MOVABLE) return;
    const end = Math.max(maxZonePfns[zone] ?? 0, start);
    limits.low[zone] = start;
    limits.high[zone] = end;
    start = end;
  });
  return limits;
}

/** The highest zone below Movable that has any page frames (find_usable_zone_for_movable). */
function movableZoneIndex({ low, high }: ZoneLimits): number {
  for (let zone = NORMAL; zone > 0; zone--) if ((high[zone] as Pfn) > (low[zone] as Pfn)) return zone;
  return 0;
}

const mem = (startPfn: Pfn, endPfn: Pfn): string =>
  `[mem ${hex(startPfn * PAGE_SIZE, 16)}-${hex(endPfn * PAGE_SIZE - 1, 16)}]`;

function printZones(ctx: BootContext, { low, high }: ZoneLimits, movablePfns: ReadonlyMap<Nid, Pfn>): void {
  const { printk } = ctx;
  printk.info('Zone ranges:');
  ZONE_NAMES.forEach((name, zone) => {
    if (zone === MOVABLE) return;
    const start = low[zone] as Pfn;
    const end = high[zone] as Pfn;
    printk.info(`  ${name.padEnd(8)} ${start === end ? 'empty' : mem(start, end)}`);
  });
  printk.info('Movable zone start for each node');
  for (const [nid, pfn] of movablePfns) printk.info(`  Node ${nid}: ${hex(pfn * PAGE_SIZE, 16)}`);
  printk.info('Early memory node ranges');
  for (const { startPfn, endPfn, nid } of ctx.memblock.forEachMemPfnRange())
    printk.info(`  node ${String(nid).padStart(3)}: ${mem(startPfn, endPfn)}`);
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

/** LIFO batch of a zone's per-CPU lists: a thousandth of its pages, no more than 1 MiB, a fourth of that as 2^n - 1. */
function zoneBatchsize(managedPages: number): number {
  const most = Math.min(Math.floor(managedPages / 1024), MiB / PAGE_SIZE);
  const batch = Math.max(Math.floor(most / 4), 1);
  return rounddownPowOfTwo(batch + Math.floor(batch / 2)) - 1;
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
  const { zoneLines, memorylessNodes } = ctx.profile.rules;
  const empty = startPfn === endPfn;
  if (empty && memorylessNodes === 'with-cpus')
    ctx.printk.info(`Initmem setup node ${nid} [mem ${hex(0, 16)}-${hex(0, 16)}]`);
  else if (empty) ctx.printk.info(`Initmem setup node ${nid} as memoryless`);
  else ctx.printk.info(`Initmem setup node ${nid} ${mem(startPfn, endPfn)}`);
  const zones = emptyZones(nid);
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

/** zone_spanned_pages_in_node and zone_absent_pages_in_node. */
function sizeZone(
  ctx: BootContext,
  zone: Zone,
  index: number,
  node: { readonly startPfn: Pfn; readonly endPfn: Pfn },
  limits: ZoneLimits,
  movablePfn: Pfn | undefined,
  mirror: boolean,
): void {
  const low = limits.low[index] as Pfn;
  const high = limits.high[index] as Pfn;
  let start = clamp(node.startPfn, low, high);
  let end = clamp(node.endPfn, low, high);
  if (movablePfn !== undefined) {
    if (index === MOVABLE) {
      start = movablePfn;
      end = Math.min(node.endPfn, limits.high[movableZoneIndex(limits)] as Pfn);
    } else if (!mirror && start < movablePfn && end > movablePfn) end = movablePfn;
    else if (start >= movablePfn) start = end;
  }
  if (end < node.startPfn || start > node.endPfn) return;
  let absent = absentPagesInRange(ctx.memblock, zone.node, start, end);
  if (mirror && movablePfn !== undefined) absent += mirrorAbsent(ctx, index, start, end);
  const spanStart = Math.max(start, node.startPfn);
  const spanned = Math.min(end, node.endPfn) - spanStart;
  if (spanned <= 0) return;
  zone.zoneStartPfn = spanStart;
  zone.spannedPages = spanned;
  zone.presentPages = spanned - absent;
}

/** With kernelcore=mirror, mirrored pages are absent from Movable, and all others from Normal. */
function mirrorAbsent(ctx: BootContext, index: number, start: Pfn, end: Pfn): number {
  let absent = 0;
  for (const { base, size, flags } of ctx.memblock.memory.regions()) {
    const pages = clamp(pfnDown(base + size), start, end) - clamp(pfnUp(base), start, end);
    const mirrored = (flags & MEMBLOCK_MIRROR) !== 0;
    if ((index === MOVABLE && mirrored) || (index === NORMAL && !mirrored)) absent += pages;
  }
  return absent;
}

/** Pages of memmap that a zone is charged with (calc_memmap_size). */
function calcMemmapSize(spanned: number, present: number): number {
  const pages = spanned > present + Math.floor(present / 16) ? present : spanned;
  return Math.ceil((pages * STRUCT_PAGE_SIZE) / PAGE_SIZE);
}

/** Counts the pages that are left for the kernel, which later size the hashes (free_area_init_core). */
function freeAreaInitCore(ctx: BootContext, pgdat: Pgdat, dmaReserve: number): void {
  pgdat.zones.forEach((zone, index) => {
    let free = zone.presentPages;
    zone.managedPages = free;
    if (ctx.profile.rules.kernelPages === 'by-memblock') return;
    const memmapPages = calcMemmapSize(zone.spannedPages, free);
    const say = (text: string): void => {
      if (ctx.profile.rules.zoneLines) ctx.printk.debug(`  ${zone.name} zone: ${text}`);
    };
    if (free >= memmapPages) {
      free -= memmapPages;
      if (memmapPages > 0) say(`${memmapPages} pages used for memmap`);
    } else ctx.printk.warn(`  ${zone.name} zone: ${memmapPages} memmap pages exceeds freesize ${free}`);
    if (index === 0 && free > dmaReserve) {
      free -= dmaReserve;
      say(`${dmaReserve} pages reserved`);
    }
    if (zone.presentPages > 0) say(`${zone.presentPages} pages, LIFO batch:${zoneBatchsize(free)}`);
    ctx.nrKernelPages += free;
    ctx.nrAllPages += free;
    zone.managedPages = free;
  });
}

/** The struct pages that are initialised at once, and the holes between them (memmap_init). */
function memmapInit(ctx: BootContext): void {
  const defer = new DeferInit(ctx);
  const zonesOf = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
  let holePfn = 0;
  let zoneOfHole: Zone | undefined;
  let lastEnd = 0;
  let lastNid = 0;
  for (const { startPfn, endPfn, nid } of ctx.memblock.forEachMemPfnRange()) {
    const pgdat = zonesOf.get(nid);
    lastEnd = endPfn;
    lastNid = nid;
    for (const zone of pgdat?.zones ?? []) {
      if (zone.presentPages === 0) continue;
      zoneOfHole = zone;
      const start = clamp(startPfn, zone.zoneStartPfn, zoneEndPfn(zone));
      const end = clamp(endPfn, zone.zoneStartPfn, zoneEndPfn(zone));
      if (start >= end) continue;
      if (pgdat) defer.initRange(pgdat, zone, start, end);
      if (holePfn < start) initUnavailableRange(ctx, holePfn, start, zone.name, nid);
      holePfn = end;
    }
  }
  const sectionEnd = alignUp(lastEnd, PAGES_PER_SECTION);
  if (holePfn < sectionEnd)
    initUnavailableRange(ctx, holePfn, sectionEnd, zoneOfHole?.name ?? 'DMA', lastNid);
}

/** Holes within present sections get reserved struct pages, and a line that counts them. */
function initUnavailableRange(ctx: BootContext, start: Pfn, end: Pfn, zone: string, nid: Nid): void {
  let count = 0;
  for (const sections of ctx.presentSections) {
    const from = Math.max(start, sections.start * PAGES_PER_SECTION);
    count += Math.max(0, Math.min(end, sections.end * PAGES_PER_SECTION) - from);
  }
  if (count > 0) ctx.printk.info(`On node ${nid}, zone ${zone}: ${count} pages in unavailable ranges`);
}

/** defer_init: where a node's struct pages stop being initialised early. */
class DeferInit {
  readonly #disabled: boolean;
  readonly #lastZoneOnly: boolean;
  #prevEndPfn: Pfn = 0;
  #nrInitialised = 0;

  constructor(ctx: BootContext) {
    this.#disabled = ctx.params.has('early_page_ext');
    this.#lastZoneOnly = ctx.profile.rules.deferCounter === 'last-zone';
  }

  /** Counts the pages of [start, end), and sets the node's firstDeferredPfn where the count stops. */
  initRange(pgdat: Pgdat, zone: Zone, start: Pfn, end: Pfn): void {
    const zoneEnd = zoneEndPfn(zone);
    if (this.#disabled) return;
    const early = zoneEnd < pgdatEndPfn(pgdat) || pgdat.firstDeferredPfn !== null;
    if (this.#lastZoneOnly && early) return;
    if (this.#prevEndPfn !== zoneEnd) {
      this.#prevEndPfn = zoneEnd;
      this.#nrInitialised = 0;
    }
    if (early) return;
    // the first section boundary at which more than one section's pages have been counted, itself included
    const first = alignUp(start + Math.max(PAGES_PER_SECTION - this.#nrInitialised, 0), PAGES_PER_SECTION);
    if (first < end) pgdat.firstDeferredPfn = first;
    else this.#nrInitialised += end - start;
  }
}

// The page allocator between memblock_free_all and deferred init, by number of pages only: enough to tell when a zone
// runs out of initialised pages and deferred_grow_zone (mm/page_alloc.c, v6.1) has to make more, and how much is free after it.
import { alignDown, alignUp } from '../lib/align.ts';
import { MAX_ORDER_NR_PAGES, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { initSections, type GrowEvent } from './early_growth.ts';
import { Interleave } from './interleave.ts';
import { pgdatEndPfn, zoneEndPfn, ZONE_NAMES, type Pgdat, type Zone } from './mmzone.ts';
import { PAGEBLOCK_ORDER } from './memmap/layout.ts';
import { PerCpuPages, zoneBatchsize, type ListKind } from './per_cpu_pages.ts';
import { fallbackOrders } from './zonelist.ts';

/** The zones that kernel allocations come from, highest first. */
const KERNEL_ZONES = [ZONE_NAMES.indexOf('Normal'), ZONE_NAMES.indexOf('DMA32'), ZONE_NAMES.indexOf('DMA')];
/** PAGE_ALLOC_COSTLY_ORDER: larger blocks come out of the zone, but for page blocks. */
const COSTLY_ORDER = 3;

/** Free pages by zone, and the growth that allocations cause. One instance a boot, made after memblock_free_all. */
export class EarlyBuddy {
  /** Calls of deferred_grow_zone in order. */
  readonly grown: GrowEvent[] = [];
  /** The memory policy of the start. */
  readonly interleave: Interleave;
  readonly #ctx: BootContext;
  readonly #free = new Map<Zone, number>();
  readonly #pgdats: ReadonlyMap<Nid, Pgdat>;
  readonly #fallback: ReadonlyMap<Nid, readonly Nid[]>;
  readonly #near = new Map<Nid, readonly Zone[]>();
  /** The boot CPU's lists; no zone has any before setup_per_cpu_pageset(). */
  readonly #lists = new Map<Zone, PerCpuPages>();
  #taken = 0;

  constructor(ctx: BootContext) {
    this.#ctx = ctx;
    this.#pgdats = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
    for (const { zones } of ctx.pgdats) for (const zone of zones) this.#free.set(zone, zone.managedPages);
    this.#fallback = fallbackOrders(ctx);
    this.interleave = new Interleave(ctx);
  }

  /** Pages that are free in all zones together. */
  get freePages(): number {
    let sum = 0;
    for (const pages of this.#free.values()) sum += pages;
    return sum;
  }

  /** Pages taken so far, those that wait in lists of the boot CPU among them. */
  get takenPages(): number {
    return this.#taken;
  }

  /** Those that wait in lists of the boot CPU. */
  get waitingPages(): number {
    let sum = 0;
    for (const lists of this.#lists.values()) sum += lists.waiting;
    return sum;
  }

  /** Pages by which the boot CPU's lists hold more or less where it took a few pages more or less: half a batch of each zone's. */
  get doubtfulPages(): number {
    let sum = 0;
    for (const lists of this.#lists.values()) if (lists.waiting > 0) sum += lists.nextBatch;
    return Math.floor(sum / 2);
  }

  /** setup_per_cpu_pageset(): from now on the boot CPU keeps lists, in batches as large as each zone is by now. */
  setupPerCpuPageset(): void {
    const { perCpuBatch } = this.#ctx.profile.rules;
    for (const zone of this.#free.keys())
      if (zone.managedPages > 0) this.#lists.set(zone, new PerCpuPages(zone.managedPages, perCpuBatch));
  }

  /** zone_batchsize() of the zones that allocations near `node` come from, as far as the first that is not used up at once. */
  batchesOn(node: Nid): readonly number[] {
    const batches: number[] = [];
    for (const zone of this.#zonesNear(node)) {
      batches.push(zoneBatchsize(zone.managedPages));
      if (zone.managedPages > MAX_ORDER_NR_PAGES) break;
    }
    return batches;
  }

  /** Takes `pages` in blocks of 2^order near `node`, past all lists; false where memory ran out. */
  takeOn(node: Nid, pages: number, order: number): boolean {
    const block = 2 ** order;
    for (let left = alignUp(pages, block); left > 0;) {
      const got = this.#takeNear(node, order, (zone) => this.#pull(zone, order, left / block) * block);
      if (got === 0) return false;
      left -= got;
    }
    return true;
  }

  /** The boot CPU takes one block of 2^order pages near `node`; false where memory ran out. */
  takeBlock(node: Nid, order: number, kind: ListKind = 'unmovable'): boolean {
    return (
      this.#takeNear(node, order, (zone) => {
        const lists = this.#hasList(order) ? this.#lists.get(zone) : undefined;
        const pull = (blocks: number): number => this.#pull(zone, order, blocks);
        return (lists ? lists.take(order, kind, pull) : pull(1) > 0) ? 1 : 0;
      }) > 0
    );
  }

  /** The boot CPU takes `pages` in blocks of 2^order, one node after the other as the memory policy says; single pages in a row. */
  takeInterleaved(pages: number, order: number): boolean {
    if (order > 0) {
      for (let left = pages; left > 0; left -= 2 ** order)
        if (!this.takeBlock(this.interleave.next(), order)) return false;
      return true;
    }
    for (const [node, share] of this.interleave.bulk(pages))
      for (let left = share; left > 0; left--) if (!this.takeBlock(node, 0)) return false;
    return true;
  }

  /** Pages of the kernel's image come back, from `pfn` on: they wait in the boot CPU's lists. */
  freeImage(pfn: Pfn, pages: number): void {
    for (const zone of this.#free.keys()) {
      if (pfn < zone.zoneStartPfn || pfn >= zoneEndPfn(zone)) continue;
      for (let left = pages; left > 0; left--) this.#lists.get(zone)?.free();
      this.#taken += pages;
    }
  }

  /** Blocks of so many pages have a list: small ones, and page blocks where there are transparent huge pages. */
  #hasList(order: number): boolean {
    const { config, rules } = this.#ctx.profile;
    if (order <= COSTLY_ORDER) return true;
    return (
      order === PAGEBLOCK_ORDER && rules.pageBlocks === 'in-twos' && config.transparentHugepage !== false
    );
  }

  /** Zones with pages that kernel allocations near `node` come from, in the order in which they are asked. */
  #zonesNear(node: Nid): readonly Zone[] {
    const known = this.#near.get(node);
    if (known) return known;
    const zones = (this.#fallback.get(node) ?? [node])
      .flatMap((nid) => KERNEL_ZONES.flatMap((index) => this.#pgdats.get(nid)?.zones[index] ?? []))
      .filter((zone) => zone.presentPages > 0 && zone.name !== 'HighMem');
    this.#near.set(node, zones);
    return zones;
  }

  /** What the first zone gives that gives anything; a zone without a block of 2^order grows first. */
  #takeNear(node: Nid, order: number, take: (zone: Zone) => number): number {
    for (const zone of this.#zonesNear(node)) {
      let got = take(zone);
      while (got === 0 && this.#grow(zone, order)) got = take(zone);
      if (got > 0) return got;
    }
    return 0;
  }

  /** Moves up to `blocks` blocks of 2^order out of the zone; how many. */
  #pull(zone: Zone, order: number, blocks: number): number {
    const block = 2 ** order;
    const free = this.#free.get(zone) ?? 0;
    const pulled = Math.min(blocks * block, alignDown(free, block));
    this.#free.set(zone, free - pulled);
    this.#taken += pulled;
    return pulled / block;
  }

  /** deferred_grow_zone: initialises whole sections of the node's last zone; true where it may be tried again. */
  #grow(zone: Zone, order: number): boolean {
    const pgdat = this.#pgdats.get(zone.node);
    if (!pgdat || pgdat.firstDeferredPfn === null || zoneEndPfn(zone) !== pgdatEndPfn(pgdat)) return false;
    const fromPfn = pgdat.firstDeferredPfn;
    const { gained, next } = initSections(this.#ctx, zone, fromPfn, order);
    pgdat.firstDeferredPfn = next;
    zone.managedPages += gained;
    this.#free.set(zone, (this.#free.get(zone) ?? 0) + gained);
    this.grown.push({ node: zone.node, order, fromPfn, toPfn: next });
    return gained > 0;
  }
}

// The page allocator between memblock_free_all and deferred init, by number of pages only: enough to tell when a zone
// runs out of initialised pages and deferred_grow_zone (mm/page_alloc.c, v6.1) has to make more.
import { alignDown, alignUp } from '../lib/align.ts';
import { MiB, PAGE_SIZE, PAGES_PER_SECTION, MAX_ORDER_NR_PAGES, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { pgdatEndPfn, zoneEndPfn, ZONE_NAMES, type Pgdat, type Zone } from './mmzone.ts';
import { fallbackOrders, memoryNodes } from './zonelist.ts';

/** One call of deferred_grow_zone: how far it moved the node's boundary; null where nothing is deferred any more. */
export interface GrowEvent {
  readonly node: Nid;
  readonly order: number;
  readonly fromPfn: Pfn;
  readonly toPfn: Pfn | null;
}

/** The zones that kernel allocations come from, highest first. */
const KERNEL_ZONES = [ZONE_NAMES.indexOf('Normal'), ZONE_NAMES.indexOf('DMA32'), ZONE_NAMES.indexOf('DMA')];
/** Nodes smaller than this do not take part in interleaving at boot (numa_policy_init). */
const INTERLEAVE_MIN_PAGES = (16 * MiB) / PAGE_SIZE;

/** Free pages by zone, and the growth that allocations cause. One instance a boot, made after memblock_free_all. */
export class EarlyBuddy {
  /** Calls of deferred_grow_zone in order. */
  readonly grown: GrowEvent[] = [];
  readonly #ctx: BootContext;
  readonly #free = new Map<Zone, number>();
  readonly #pgdats: ReadonlyMap<Nid, Pgdat>;
  readonly #fallback: ReadonlyMap<Nid, readonly Nid[]>;
  readonly #interleaved: readonly Nid[];
  #nextInterleaved = 0;
  #taken = 0;

  constructor(ctx: BootContext) {
    this.#ctx = ctx;
    this.#pgdats = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
    for (const { zones } of ctx.pgdats) for (const zone of zones) this.#free.set(zone, zone.managedPages);
    this.#fallback = fallbackOrders(ctx);
    const nodes = memoryNodes(ctx);
    const large = nodes.filter((pgdat) => pgdat.nodePresentPages >= INTERLEAVE_MIN_PAGES);
    const largest = nodes.reduce((a, b) => (b.nodePresentPages > a.nodePresentPages ? b : a));
    this.#interleaved = (large.length > 0 ? large : [largest]).map((pgdat) => pgdat.nodeId);
  }

  /** Pages that are free in all zones together. */
  get freePages(): number {
    let sum = 0;
    for (const pages of this.#free.values()) sum += pages;
    return sum;
  }

  /** Pages taken so far. */
  get takenPages(): number {
    return this.#taken;
  }

  /** Takes `pages` in blocks of 2^order, near `node`; false where memory ran out. */
  takeOn(node: Nid, pages: number, order: number): boolean {
    const block = 2 ** order;
    for (let left = pages; left > 0;) {
      const got = this.#takeFromLists(node, alignUp(left, block), order);
      if (got === 0) return false;
      left -= got;
    }
    return true;
  }

  /** Takes `pages` in blocks of 2^order, one node after the other as the boot's memory policy says. */
  takeInterleaved(pages: number, order: number): boolean {
    const blocks = Math.ceil(pages / 2 ** order);
    const count = this.#interleaved.length;
    for (let i = 0; i < Math.min(count, blocks); i++) {
      const node = this.#interleaved[(this.#nextInterleaved + i) % count] as Nid;
      const share = Math.floor(blocks / count) + (i < blocks % count ? 1 : 0);
      if (!this.takeOn(node, share * 2 ** order, order)) return false;
    }
    this.#nextInterleaved = (this.#nextInterleaved + blocks) % count;
    return true;
  }

  /** As much of `pages` as the first zone with a free block has. */
  #takeFromLists(node: Nid, pages: number, order: number): number {
    const block = 2 ** order;
    for (const nid of this.#fallback.get(node) ?? [node]) {
      for (const index of KERNEL_ZONES) {
        const zone = this.#pgdats.get(nid)?.zones[index];
        if (!zone || zone.presentPages === 0 || zone.name === 'HighMem') continue;
        while (this.#freeOf(zone) < block && this.#grow(zone, order));
        const got = alignDown(Math.min(pages, this.#freeOf(zone)), block);
        if (got === 0) continue;
        this.#free.set(zone, this.#freeOf(zone) - got);
        this.#taken += got;
        return got;
      }
    }
    return 0;
  }

  #freeOf(zone: Zone): number {
    return this.#free.get(zone) ?? 0;
  }

  /** deferred_grow_zone: initialises whole sections of the node's last zone; true where it may be tried again. */
  #grow(zone: Zone, order: number): boolean {
    const pgdat = this.#pgdats.get(zone.node);
    if (!pgdat || pgdat.firstDeferredPfn === null || zoneEndPfn(zone) !== pgdatEndPfn(pgdat)) return false;
    const fromPfn = pgdat.firstDeferredPfn;
    const { gained, next } = this.#initSections(zone, fromPfn, alignUp(2 ** order, PAGES_PER_SECTION));
    pgdat.firstDeferredPfn = next;
    zone.managedPages += gained;
    this.#free.set(zone, this.#freeOf(zone) + gained);
    this.grown.push({ node: zone.node, order, fromPfn, toPfn: next });
    return gained > 0;
  }

  /**
   * Blocks of 1024 pages from the first free page frame on, until one has left its section and `needed` pages came
   * free. `next` is where the rest begins, null where there is none.
   */
  #initSections(zone: Zone, fromPfn: Pfn, needed: number): { gained: number; next: Pfn | null } {
    const ranges = this.#ctx.memblock.forEachFreeMemPfnRangeInZone(zone, fromPfn);
    let gained = 0;
    let range = ranges.next().value ?? null;
    let pfn = range?.startPfn ?? 0;
    while (range) {
      const first = pfn;
      const blockEnd = alignUp(pfn + 1, MAX_ORDER_NR_PAGES);
      while (range && pfn < blockEnd) {
        gained += Math.min(blockEnd, range.endPfn) - pfn;
        if (blockEnd < range.endPfn) pfn = blockEnd;
        else {
          range = ranges.next().value ?? null;
          pfn = range?.startPfn ?? 0;
        }
      }
      const sameSection = alignDown(first, PAGES_PER_SECTION) === alignDown(pfn, PAGES_PER_SECTION);
      if (range && !sameSection && gained >= needed) break;
    }
    return { gained, next: range ? pfn : null };
  }
}

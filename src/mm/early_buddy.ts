// The page allocator between memblock_free_all and deferred init, by number of pages only: enough to tell when a zone
// runs out of initialised pages and deferred_grow_zone (mm/page_alloc.c, v6.1) has to make more, and how much is free after it.
import { alignDown, alignUp } from '../lib/align.ts';
import { MiB, PAGE_SIZE, PAGES_PER_SECTION, MAX_ORDER_NR_PAGES, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { pgdatEndPfn, zoneEndPfn, ZONE_NAMES, type Pgdat, type Zone } from './mmzone.ts';
import { PAGEBLOCK_ORDER } from './memmap/layout.ts';
import { blocksAtOnce, waitingAfter, zoneBatchsize } from './per_cpu_pages.ts';
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
  /** Page blocks in the boot CPU's lists: taken from the zone with another one, and not used yet. */
  readonly #waiting = new Map<Zone, number>();
  #nextInterleaved = 0;
  #taken = 0;
  #doubtful = 0;

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

  /** Pages taken so far, those that wait in lists of the boot CPU among them. */
  get takenPages(): number {
    return this.#taken;
  }

  /** Pages that may wait in lists beside `takenPages`, or be counted there and do not, after what took single pages in a row. */
  get doubtfulPages(): number {
    return this.#doubtful;
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
    return this.#interleavedShares(Math.ceil(pages / 2 ** order)).every(([node, blocks]) =>
      this.takeOn(node, blocks * 2 ** order, order),
    );
  }

  /** The same for single pages that one function takes in a row: what its last batches leave waits in the boot CPU's lists. */
  takeInterleavedInRow(pages: number): boolean {
    const { perCpuBatch } = this.#ctx.profile.rules;
    return this.#interleavedShares(pages).every(([node, share]) => {
      const waiting = waitingAfter(share, this.batchesOn(node)[0] ?? 0, perCpuBatch);
      this.#doubtful += 2 * waiting;
      return this.takeOn(node, share + waiting, 0);
    });
  }

  /** Zones with pages that kernel allocations near `node` come from, in the order in which they are asked. */
  *#zonesNear(node: Nid): Generator<Zone> {
    for (const nid of this.#fallback.get(node) ?? [node])
      for (const index of KERNEL_ZONES) {
        const zone = this.#pgdats.get(nid)?.zones[index];
        if (zone && zone.presentPages > 0 && zone.name !== 'HighMem') yield zone;
      }
  }

  /** How many blocks each node gives; where the next share begins. */
  #interleavedShares(blocks: number): (readonly [node: Nid, blocks: number])[] {
    const count = this.#interleaved.length;
    const shares = this.#interleaved.map((_, i) => {
      const node = this.#interleaved[(this.#nextInterleaved + i) % count] as Nid;
      return [node, Math.floor(blocks / count) + (i < blocks % count ? 1 : 0)] as const;
    });
    this.#nextInterleaved = (this.#nextInterleaved + blocks) % count;
    return shares.filter(([, share]) => share > 0);
  }

  /** As much of `pages` as the first zone with a free block has. */
  #takeFromLists(node: Nid, pages: number, order: number): number {
    const block = 2 ** order;
    for (const zone of this.#zonesNear(node)) {
      const kept = this.#takeWaiting(zone, pages, order);
      if (kept > 0) return kept;
      while (this.#freeOf(zone) < block && this.#grow(zone, order));
      const pulled = alignDown(Math.min(this.#batched(zone, pages, order), this.#freeOf(zone)), block);
      if (pulled === 0) continue;
      this.#free.set(zone, this.#freeOf(zone) - pulled);
      this.#taken += pulled;
      if (pulled > pages) this.#waiting.set(zone, pulled - pages);
      return Math.min(pulled, pages);
    }
    return 0;
  }

  /** What a CPU takes from the zone for `pages`: page blocks come in twos or more. Smaller blocks are counted by who takes them. */
  #batched(zone: Zone, pages: number, order: number): number {
    if (order !== PAGEBLOCK_ORDER || this.#ctx.profile.config.transparentHugepage === false) return pages;
    return alignUp(pages, blocksAtOnce(zoneBatchsize(zone.managedPages), order) * 2 ** order);
  }

  /** Of `pages` in page blocks those that the zone's list has. */
  #takeWaiting(zone: Zone, pages: number, order: number): number {
    if (order !== PAGEBLOCK_ORDER) return 0;
    const waiting = this.#waiting.get(zone) ?? 0;
    const kept = Math.min(pages, waiting);
    this.#waiting.set(zone, waiting - kept);
    return kept;
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

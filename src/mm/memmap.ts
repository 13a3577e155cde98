// Mirrors __init_single_page(), __free_pages_core() and set_pageblock_migratetype() in mm/page_alloc.c (v6.1), over
// struct pages that really exist: 64 bytes each, in memory that worker threads share.
import { Bug } from '../lib/bug.ts';
import { PAGES_PER_SECTION } from '../lib/units.ts';
import type { Pfn } from '../lib/units.ts';
import { Buddy } from './buddy.ts';
import { allocateMemmap, MemmapStore } from './memmap/store.ts';
import type { MemmapMemory, MemmapShape } from './memmap/store.ts';
import { ZoneArea } from './memmap/zone_area.ts';

export { BASES_4_LEVEL, BASES_5_LEVEL, STRUCT_PAGE_6_1 } from './memmap/layout.ts';
export { allocateMemmap, memmapBytes } from './memmap/store.ts';
export type { MemmapMemory, MemmapShape, MemmapZone } from './memmap/store.ts';
export type { ZoneArea } from './memmap/zone_area.ts';

/** All struct pages and the buddy allocator's lists, as one thread sees them. */
export class Memmap {
  readonly store: MemmapStore;
  readonly areas: readonly ZoneArea[];
  readonly #buddy: Buddy;
  /** node << 3 | zone of a page's flags to position in `areas`. */
  readonly #areaOfId = new Map<number, ZoneArea>();
  readonly #flagsHighWord: number;
  readonly #zoneShift: number;
  readonly #size: number;
  /** Address of page frame 0's lru, in two words. */
  readonly #lruLow: number;
  readonly #lruHigh: number;

  constructor(shape: MemmapShape, memory: MemmapMemory) {
    const { layout } = shape;
    this.store = new MemmapStore(shape, memory);
    this.areas = shape.zones.map((zone, i) => new ZoneArea(shape, zone, i, memory.zones));
    this.#buddy = new Buddy(this.store);
    this.#flagsHighWord = layout.flags / 4 + 1;
    this.#zoneShift = layout.zonesPgshift - 32;
    this.#size = layout.size;
    this.#lruLow = Number(shape.bases.vmemmapBase & 0xffffffffn) + layout.lru;
    this.#lruHigh = Number(shape.bases.vmemmapBase >> 32n);
    for (const area of this.areas) this.#areaOfId.set(area.flagsHigh >>> this.#zoneShift, area);
  }

  /** A memmap over fresh memory with empty free lists. Other threads take `new Memmap(shape, memory)`. */
  static create(shape: MemmapShape, shared = true): { memmap: Memmap; memory: MemmapMemory } {
    const memory = allocateMemmap(shape, shared);
    const memmap = new Memmap(shape, memory);
    for (const area of memmap.areas) area.initFreeLists();
    return { memmap, memory };
  }

  get shape(): MemmapShape {
    return this.store.shape;
  }

  /** The zone of a node by its index (0 is DMA). */
  area(nid: number, index: number): ZoneArea {
    const area = this.areas.find((a) => a.zone.nid === nid && a.zone.index === index);
    if (area === undefined) throw new Bug(`no zone ${index} on node ${nid}`);
    return area;
  }

  /** page_zone(): the zone that an initialised page's flags name. */
  pageZone(pfn: Pfn): ZoneArea {
    const section = this.store.section(pfn);
    const id =
      (section.words[this.store.wordOf(section, pfn) + this.#flagsHighWord] ?? 0) >>> this.#zoneShift;
    const area = this.#areaOfId.get(id);
    if (area === undefined) throw new Bug(`pfn 0x${pfn.toString(16)} names no zone: ${id}`);
    return area;
  }

  /** __init_single_page() on each page of the range, which may lie across sections; all of them must be present. */
  initPages(area: ZoneArea, start: Pfn, end: Pfn): void {
    this.initPagesWithFlags(area.flagsLow, area.flagsHigh, start, end);
  }

  /** As initPages(), for flags that name no zone of the shape (init_reserved_page() past every zone). */
  initPagesWithFlags(flagsLow: number, flagsHigh: number, start: Pfn, end: Pfn): void {
    for (let pfn = start; pfn < end;) {
      const section = this.store.section(pfn);
      const stop = Math.min(end, section.startPfn + PAGES_PER_SECTION);
      const lru = pfn * this.#size + this.#lruLow;
      const lruHigh = this.#lruHigh + Math.floor(lru / 2 ** 32);
      const at = this.store.wordOf(section, pfn) * 4;
      section.kernel.init(at, stop - pfn, flagsLow | 0, flagsHigh | 0, lru | 0, lruHigh | 0);
      pfn = stop;
    }
  }

  /** __SetPageReserved() on each initialised page of a range within one section. */
  setReserved(start: Pfn, end: Pfn): void {
    const { layout } = this.shape;
    const section = this.store.section(start);
    const { words } = section;
    const size = layout.size / 4;
    let word = this.store.wordOf(section, start) + layout.flags / 4;
    for (let pfn = start; pfn < end; pfn += 1, word += size) {
      words[word] = (words[word] ?? 0) | (1 << layout.pgReserved);
    }
  }

  /** set_pageblock_migratetype(). */
  setPageblockMigratetype(pfn: Pfn, migratetype: number): void {
    this.store.pageblocks[this.store.pageblockOf(this.store.section(pfn), pfn)] = migratetype;
  }

  /** get_pfnblock_migratetype(): MIGRATE_UNMOVABLE (0) where it was never set. */
  pageblockMigratetype(pfn: Pfn): number {
    return this.store.pageblocks[this.store.pageblockOf(this.store.section(pfn), pfn)] ?? 0;
  }

  /** __free_pages_core(): gives an initialised block to its zone, under the zone's lock. */
  freePagesCore(area: ZoneArea, pfn: Pfn, order: number): void {
    const section = this.store.section(pfn);
    const pages = 1 << order;
    section.kernel.clear(this.store.wordOf(section, pfn) * 4, pages);
    const migratetype = this.store.pageblocks[this.store.pageblockOf(section, pfn)] ?? 0;
    area.lock();
    area.addManaged(pages);
    this.#buddy.freeOnePage(area, section, pfn, order, migratetype);
    area.unlock();
  }

  /** __free_pages_core(page, 0) on each page of a range within one page block, the lock taken once. */
  freeSinglePages(area: ZoneArea, start: Pfn, end: Pfn): void {
    const section = this.store.section(start);
    section.kernel.clear(this.store.wordOf(section, start) * 4, end - start);
    const migratetype = this.store.pageblocks[this.store.pageblockOf(section, start)] ?? 0;
    area.lock();
    area.addManaged(end - start);
    for (let pfn = start; pfn < end; pfn += 1) this.#buddy.freeOnePage(area, section, pfn, 0, migratetype);
    area.unlock();
  }

  /** First page frames of the zone's free blocks of an order, list by list, first to last. */
  freeBlocks(area: ZoneArea, order: number): Pfn[] {
    return this.#buddy.freeBlocks(area, order);
  }
}

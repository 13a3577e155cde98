// Mirrors __free_one_page() and its list helpers in mm/page_alloc.c (v6.1): free blocks merged with their buddies, kept
// in lists that run through the struct pages' own lru. The caller holds the zone's lock.
import { Bug } from '../lib/bug.ts';
import type { Pfn } from '../lib/units.ts';
import { LIST_POISON1, LIST_POISON2, MAX_ORDER, MIGRATE_TYPES, PAGEBLOCK_ORDER } from './memmap/layout.ts';
import type { MemmapStore, SectionPages } from './memmap/store.ts';
import { LIST_HEAD } from './memmap/zone_area.ts';
import type { ZoneArea } from './memmap/zone_area.ts';

const TWO_32 = 2 ** 32;
const low32 = (value: bigint): number => Number(value & 0xffffffffn);
const high32 = (value: bigint): number => Number(value >> 32n);
const [POISON1_LOW, POISON1_HIGH] = [low32(LIST_POISON1), high32(LIST_POISON1)];
const [POISON2_LOW, POISON2_HIGH] = [low32(LIST_POISON2), high32(LIST_POISON2)];

/** Blocks of a migratetype below this may merge with any such block (migratetype_is_mergeable, MIGRATE_PCPTYPES). */
const MIGRATE_PCPTYPES = 3;

/** Frees blocks into zones' lists. One for each thread; it has no state of its own. */
export class Buddy {
  readonly #store: MemmapStore;
  readonly #baseLow: number;
  readonly #baseHigh: number;
  readonly #flags: number;
  readonly #wordsPerPage: number;
  readonly #size: number;
  readonly #freeAreaSize: number;
  readonly #lru: number;
  readonly #private: number;
  readonly #mapcount: number;
  readonly #zoneShift: number;
  readonly #buddyMapcount: number;
  readonly #noMapcount: number;

  constructor(store: MemmapStore) {
    const { layout, bases } = store.shape;
    this.#store = store;
    this.#baseLow = low32(bases.vmemmapBase) + layout.lru;
    this.#baseHigh = high32(bases.vmemmapBase);
    this.#flags = layout.flags / 4;
    this.#wordsPerPage = layout.size / 4;
    this.#size = layout.size;
    this.#freeAreaSize = layout.freeAreaSize;
    this.#lru = layout.lru / 4;
    this.#private = layout.privateData / 4;
    this.#mapcount = layout.mapcount / 4;
    this.#zoneShift = layout.zonesPgshift - 32;
    this.#buddyMapcount = layout.mapcountBuddy >>> 0;
    this.#noMapcount = layout.mapcountNone >>> 0;
  }

  /**
   * __free_one_page() with FPI_TO_TAIL: frees the block of 2^order pages at `pfn`, whose pages are initialised and
   * count no reference, and merges it with free buddies as long as there are any.
   */
  freeOnePage(area: ZoneArea, section: SectionPages, pfn: Pfn, order: number, migratetype: number): void {
    const { words, firstWord, startPfn } = section;
    const wordsPerPage = this.#wordsPerPage;
    // The largest block is smaller than a section, so merging stays within it.
    let offset = (pfn - startPfn) | 0;
    if ((offset & ((1 << order) - 1)) !== 0)
      throw new Bug(`order ${order} block at pfn 0x${pfn.toString(16)}`);
    const zoneId = (words[firstWord + offset * wordsPerPage + this.#flags + 1] ?? 0) >>> this.#zoneShift;
    while (order < MAX_ORDER - 1) {
      const buddy = offset ^ (1 << order);
      const word = firstWord + buddy * wordsPerPage;
      if (words[word + this.#mapcount] !== this.#buddyMapcount || words[word + this.#private] !== order)
        break;
      if ((words[word + this.#flags + 1] ?? 0) >>> this.#zoneShift !== zoneId) break;
      if (order >= PAGEBLOCK_ORDER && !this.#mergeable(migratetype, section, startPfn + buddy)) break;
      this.#listDel(area, words, word);
      words[word + this.#mapcount] = this.#noMapcount;
      words[word + this.#private] = 0;
      area.addNrFree(order, -1);
      offset &= buddy;
      order += 1;
    }
    const word = firstWord + offset * wordsPerPage;
    words[word + this.#private] = order;
    words[word + this.#mapcount] = this.#buddyMapcount;
    this.#listAddTail(area, order * MIGRATE_TYPES + migratetype, startPfn + offset, words, word);
    area.addNrFree(order, 1);
  }

  /** The blocks of an order from each list's first to its last; a Bug where next and prev do not agree. */
  freeBlocks(area: ZoneArea, order: number): Pfn[] {
    const blocks: Pfn[] = [];
    for (let list = order * MIGRATE_TYPES; list < (order + 1) * MIGRATE_TYPES; list += 1) {
      let prev: Pfn = LIST_HEAD;
      for (let pfn = area.first(list); pfn !== LIST_HEAD; pfn = this.#link(pfn, 0)) {
        if (this.#link(pfn, 2) !== prev)
          throw new Bug(`free list ${list}: prev of pfn 0x${pfn.toString(16)}`);
        blocks.push(pfn);
        prev = pfn;
      }
      if (area.last(list) !== prev) throw new Bug(`free list ${list}: its last block`);
    }
    return blocks;
  }

  /** The neighbour that next (`link` 0) or prev (2) of a block leads to. */
  #link(pfn: Pfn, link: 0 | 2): Pfn {
    const section = this.#store.section(pfn);
    const word = this.#store.wordOf(section, pfn) + this.#lru + link;
    return this.#pfnOfNode(section.words[word] ?? 0, section.words[word + 1] ?? 0);
  }

  #mergeable(migratetype: number, section: SectionPages, buddyPfn: Pfn): boolean {
    const other = this.#store.pageblocks[this.#store.pageblockOf(section, buddyPfn)];
    if (other === migratetype) return true;
    return migratetype < MIGRATE_PCPTYPES && other !== undefined && other < MIGRATE_PCPTYPES;
  }

  /** list_add_tail(&page->buddy_list, head). */
  #listAddTail(area: ZoneArea, list: number, pfn: Pfn, words: Uint32Array, word: number): void {
    const prev = area.last(list);
    const next = word + this.#lru;
    const headLow = area.headLow(list);
    const headHigh = area.headHigh(list);
    const own = pfn * this.#size + this.#baseLow;
    const ownHigh = this.#baseHigh + Math.floor(own / TWO_32);
    words[next] = headLow;
    words[next + 1] = headHigh;
    if (prev === LIST_HEAD) {
      words[next + 2] = headLow;
      words[next + 3] = headHigh;
      area.setFirst(list, pfn);
    } else {
      const before = prev * this.#size + this.#baseLow;
      words[next + 2] = before >>> 0;
      words[next + 3] = this.#baseHigh + Math.floor(before / TWO_32);
      this.#setLink(prev, 0, own >>> 0, ownHigh);
    }
    area.setLast(list, pfn);
  }

  /** list_del(&page->buddy_list): takes the page out of whichever list it is on. */
  #listDel(area: ZoneArea, words: Uint32Array, word: number): void {
    const at = word + this.#lru;
    const [nextLow, nextHigh] = [words[at] ?? 0, words[at + 1] ?? 0];
    const [prevLow, prevHigh] = [words[at + 2] ?? 0, words[at + 3] ?? 0];
    const next = this.#pfnOfNode(nextLow, nextHigh);
    const prev = this.#pfnOfNode(prevLow, prevHigh);
    if (next === LIST_HEAD) {
      area.setLast(this.#listOfHead(area, nextLow, nextHigh), prev);
    } else {
      this.#setLink(next, 2, prevLow, prevHigh);
    }
    if (prev === LIST_HEAD) {
      area.setFirst(this.#listOfHead(area, prevLow, prevHigh), next);
    } else {
      this.#setLink(prev, 0, nextLow, nextHigh);
    }
    words[at] = POISON1_LOW;
    words[at + 1] = POISON1_HIGH;
    words[at + 2] = POISON2_LOW;
    words[at + 3] = POISON2_HIGH;
  }

  /** Sets next (`link` 0) or prev (2) of another page of the list. */
  #setLink(pfn: Pfn, link: 0 | 2, low: number, high: number): void {
    const section = this.#store.section(pfn);
    const word = this.#store.wordOf(section, pfn) + this.#lru + link;
    section.words[word] = low;
    section.words[word + 1] = high;
  }

  /** The page whose lru stands at this address, LIST_HEAD where the address lies below the memmap. */
  #pfnOfNode(low: number, high: number): Pfn {
    if (high < this.#baseHigh) return LIST_HEAD;
    return ((high - this.#baseHigh) * TWO_32 + low - this.#baseLow) / this.#size;
  }

  /** Which list of the zone has its head at this address. */
  #listOfHead(area: ZoneArea, low: number, high: number): number {
    const inAreas = (high - high32(area.headsAddress)) * TWO_32 + low - low32(area.headsAddress);
    const order = Math.floor(inAreas / this.#freeAreaSize);
    return order * MIGRATE_TYPES + (inAreas % this.#freeAreaSize) / 16;
  }
}

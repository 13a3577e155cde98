// A chunk of deferred init as the guest does it: the struct pages that the kernel's own loop would initialise, as runs of the
// shared window; the loop's second half, the buddy allocator, stays with the host.
import { Bug } from '../../lib/bug.ts';
import { PAGES_PER_SECTION } from '../../lib/units.ts';
import type { Pfn } from '../../lib/units.ts';
import type { FreeRanges } from '../../mm/deferred/ranges.ts';
import { Memmap } from '../../mm/memmap.ts';
import type { MemmapMemory, MemmapShape, ZoneArea } from '../../mm/memmap.ts';
import { deferredInitMemmapChunk } from '../../mm/memmap/deferred_chunk.ts';
import type { ChunkRules } from '../../mm/memmap/deferred_chunk.ts';
import { ARGUMENTS_MAX, WINDOW_BASE } from './layout.ts';

/** Arguments of the page commands for each run (firmware/smp/pages.inc). */
const RUN_WORDS = 6;
const WORD = 2 ** 32;

/** One command's worth of a chunk. */
export interface PageBatch {
  readonly bank: number;
  readonly arguments: readonly number[];
  readonly pages: number;
  readonly runs: number;
}

/** A zone's part of the memmap, and its free memory. */
export interface PlanZone {
  readonly area: ZoneArea;
  readonly ranges: FreeRanges;
}

/** The kernel's loop with its hands tied: it notes which pages it would initialise, and leaves all alone. */
class Planner extends Memmap {
  runs: { start: Pfn; end: Pfn }[] = [];

  override initPages(_area: ZoneArea, start: Pfn, end: Pfn): void {
    const last = this.runs.at(-1);
    if (last?.end === start) last.end = end;
    else this.runs.push({ start, end });
  }

  override setPageblockMigratetype(): void {
    // the second half's
  }

  override freePagesCore(): void {
    // the second half's
  }

  override freeSinglePages(): void {
    // the second half's
  }
}

/** The other half: the guest initialised the pages, and the ends of each block show it. */
class Freer extends Memmap {
  override initPages(area: ZoneArea, start: Pfn, end: Pfn): void {
    this.#expectInitialised(area, start);
    this.#expectInitialised(area, end - 1);
  }

  #expectInitialised(area: ZoneArea, pfn: Pfn): void {
    const section = this.store.section(pfn);
    const at = this.store.wordOf(section, pfn);
    if (section.words[at] === area.flagsLow >>> 0 && section.words[at + 1] === area.flagsHigh >>> 0) return;
    throw new Bug(`the guest left the struct page of pfn 0x${pfn.toString(16)} uninitialised`);
  }
}

export class ChunkPlanner {
  readonly #planner: Planner;
  readonly #freer: Freer;
  readonly #shape: MemmapShape;
  readonly #rules: ChunkRules;
  /** The bank of a buffer. */
  readonly #banks: ReadonlyMap<ArrayBufferLike, number>;

  constructor(memmap: { readonly shape: MemmapShape; readonly memory: MemmapMemory }, rules: ChunkRules) {
    this.#planner = new Planner(memmap.shape, memmap.memory);
    this.#freer = new Freer(memmap.shape, memmap.memory);
    this.#shape = memmap.shape;
    this.#rules = rules;
    this.#banks = new Map(memmap.memory.banks.map(({ buffer }, bank) => [buffer, bank]));
  }

  /** A zone of the memmap. */
  area(nid: number, zid: number): ZoneArea {
    return this.#freer.area(nid, zid);
  }

  /** What the guest has to do for [start, end), a command each. */
  plan(zone: PlanZone, start: Pfn, end: Pfn): PageBatch[] {
    this.#planner.runs = [];
    deferredInitMemmapChunk(this.#planner, zone.area, zone.ranges, this.#rules, start, end);
    const batches: { bank: number; arguments: number[]; pages: number; runs: number }[] = [];
    for (const part of this.#planner.runs.flatMap((run) => this.#parts(run.start, run.end))) {
      let batch = batches.at(-1);
      if (batch?.bank !== part.bank || batch.arguments.length + 2 * RUN_WORDS > ARGUMENTS_MAX)
        batches.push((batch = { bank: part.bank, arguments: [], pages: 0, runs: 0 }));
      const lru = this.#lru(part.start);
      const pages = part.end - part.start;
      batch.arguments.push(pages, WINDOW_BASE + part.byte, zone.area.flagsLow, zone.area.flagsHigh);
      batch.arguments.push(lru.low, lru.high);
      batch.pages += pages;
      batch.runs += 1;
    }
    return batches;
  }

  /**
   * Frees the pages of a chunk whose plan was carried out; how many.
   * @throws Bug where the ends of a block are not as the guest should have left them
   */
  free(zone: PlanZone, start: Pfn, end: Pfn): number {
    return deferredInitMemmapChunk(this.#freer, zone.area, zone.ranges, this.#rules, start, end);
  }

  /** Where the pages stand: cut where neighbours do not stand side by side, and where the low half of lru would wrap. */
  #parts(start: Pfn, end: Pfn): { start: Pfn; end: Pfn; bank: number; byte: number }[] {
    const { store } = this.#planner;
    const { size } = this.#shape.layout;
    const parts: { start: Pfn; end: Pfn; bank: number; byte: number }[] = [];
    for (let pfn = start; pfn < end;) {
      const section = store.section(pfn);
      const untilWrap = Math.ceil((WORD - this.#lru(pfn).low) / size);
      const to = Math.min(end, section.startPfn + PAGES_PER_SECTION, pfn + untilWrap);
      const bank = this.#banks.get(section.words.buffer);
      if (bank === undefined) throw new Bug(`struct pages of pfn ${pfn} are in no bank`);
      const byte = store.wordOf(section, pfn) * 4;
      const last = parts.at(-1);
      const joins = last && last.bank === bank && last.byte + (last.end - last.start) * size === byte;
      if (joins && this.#lru(pfn).low >= size) last.end = to;
      else parts.push({ start: pfn, end: to, bank, byte });
      pfn = to;
    }
    return parts;
  }

  /** The address of a page's lru, in two halves. */
  #lru(pfn: Pfn): { low: number; high: number } {
    const { layout, bases } = this.#shape;
    const address = bases.vmemmapBase + BigInt(pfn) * BigInt(layout.size) + BigInt(layout.lru);
    return { low: Number(address & 0xffffffffn), high: Number(address >> 32n) };
  }
}

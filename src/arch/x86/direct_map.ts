// Mirrors kernel_physical_mapping_init of arch/x86/mm/init_64.c (v6.1): which page tables the direct mapping needs.
// Entries are kept only as far as they decide whether a table must be allocated: absent, large page, or table.
import { RangeSet } from '../../lib/ranges.ts';
import { PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { P4D_SIZE, PGD_SIZE_5LEVEL, PMD_SIZE, PTRS_PER_TABLE, PUD_SIZE } from './layout.ts';

/** Page sizes that a range may be mapped with, beside 4 KiB. */
export interface PageSizeMask {
  readonly m2: boolean;
  readonly g1: boolean;
}

/** State of one entry of a PMD table. */
const NONE = 0;
const LARGE = 1;
const TABLE = 2;

/** The direct mapping's tables. `allocPage` is called for each new table, in the kernel's order. */
export class DirectMap {
  readonly #la57: boolean;
  readonly #allocPage: () => void;
  /** Tables by the index of the entry that points to them: top level, then P4D entries (5-level only). */
  readonly #pgd = new Set<number>();
  readonly #p4d = new Set<number>();
  /** PUD entries that point to a PMD table, and those that are 1 GiB pages: 4 PiB have four million of them, in few runs. */
  readonly #pud = new Map<number, Uint8Array>();
  readonly #huge = new RangeSet();

  constructor(la57: boolean, allocPage: () => void) {
    this.#la57 = la57;
    this.#allocPage = allocPage;
  }

  /** Maps [start, end); returns the last address mapped, which lies past `end` where a large page reaches further. */
  map(start: PhysAddr, end: PhysAddr, mask: PageSizeMask): PhysAddr {
    const pgdSize = this.#la57 ? PGD_SIZE_5LEVEL : P4D_SIZE;
    let last = end;
    for (let addr = start; addr < end; addr = nextBoundary(addr, pgdSize)) {
      this.#need(this.#pgd, Math.floor(addr / pgdSize));
      last = this.#la57 ? this.#mapP4d(addr, end, mask) : this.#mapPud(addr, end, mask);
    }
    return last;
  }

  #need(tables: Set<number>, index: number): void {
    if (tables.has(index)) return;
    this.#allocPage();
    tables.add(index);
  }

  #mapP4d(start: PhysAddr, end: PhysAddr, mask: PageSizeMask): PhysAddr {
    const stop = nextBoundary(start, PGD_SIZE_5LEVEL);
    let last = end;
    for (let addr = start; addr < Math.min(end, stop); addr = nextBoundary(addr, P4D_SIZE)) {
      this.#need(this.#p4d, Math.floor(addr / P4D_SIZE));
      last = this.#mapPud(addr, end, mask);
    }
    return last;
  }

  #mapPud(start: PhysAddr, end: PhysAddr, mask: PageSizeMask): PhysAddr {
    const stop = Math.min(end, nextBoundary(start, P4D_SIZE));
    let last = end;
    let huge: number | undefined;
    for (let addr = start; addr < stop; addr = nextBoundary(addr, PUD_SIZE)) {
      const index = Math.floor(addr / PUD_SIZE);
      const entry = this.#pud.get(index);
      if (entry === undefined) {
        if (mask.g1) {
          huge ??= index;
          last = nextBoundary(addr, PUD_SIZE);
          continue;
        }
        this.#addHuge(huge, index);
        huge = undefined;
        this.#allocPage();
        const table = new Uint8Array(PTRS_PER_TABLE);
        last = this.#mapPmd(table, addr, end, mask);
        this.#pud.set(index, table);
      } else {
        this.#addHuge(huge, index);
        huge = undefined;
        last = this.#mapPmd(entry, addr, end, mask);
      }
    }
    this.#addHuge(huge, Math.ceil(stop / PUD_SIZE));
    return last;
  }

  /** 1 GiB pages from `from` to before `to`; none where there is no `from`. */
  #addHuge(from: number | undefined, to: number): void {
    if (from !== undefined) this.#huge.add(from, to);
  }

  #mapPmd(table: Uint8Array, start: PhysAddr, end: PhysAddr, mask: PageSizeMask): PhysAddr {
    const stop = Math.min(end, nextBoundary(start, PUD_SIZE));
    let last = end;
    let i = Math.floor(start / PMD_SIZE) % PTRS_PER_TABLE;
    for (let addr = start; addr < stop; addr = nextBoundary(addr, PMD_SIZE), i++) {
      if (table[i] !== TABLE && mask.m2) {
        table[i] = LARGE;
        last = nextBoundary(addr, PMD_SIZE);
        continue;
      }
      if (table[i] !== TABLE) {
        this.#allocPage();
        table[i] = TABLE;
      }
      last = mapPte(addr, end);
    }
    return last;
  }

  /** Whether `addr`'s 2 MiB are mapped at all; for tests and the run record. */
  isMapped(addr: PhysAddr): boolean {
    const index = Math.floor(addr / PUD_SIZE);
    const entry = this.#pud.get(index);
    if (entry === undefined) return this.#huge.covers(index, index + 1);
    return entry[Math.floor(addr / PMD_SIZE) % PTRS_PER_TABLE] !== NONE;
  }
}

/** The next multiple of `size` after `addr`. */
function nextBoundary(addr: PhysAddr, size: number): PhysAddr {
  return addr - (addr % size) + size;
}

/** phys_pte_init: 4 KiB pages up to the end of the range or of the 2 MiB. */
function mapPte(start: PhysAddr, end: PhysAddr): PhysAddr {
  const stop = Math.min(end, nextBoundary(start, PMD_SIZE));
  const lastPage = stop - 1 - ((stop - 1) % PAGE_SIZE);
  return lastPage + PAGE_SIZE;
}

/** A piece of a range and the page sizes that it is mapped with (struct map_range). */
export interface MapRange {
  start: PhysAddr;
  end: PhysAddr;
  mask: PageSizeMask;
}

/** Touching ranges of the same page sizes as one. */
export function mergeNeighbours(ranges: readonly MapRange[]): MapRange[] {
  const merged: MapRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last && last.end === range.start && last.mask.m2 === range.mask.m2 && last.mask.g1 === range.mask.g1)
      last.end = range.end;
    else merged.push(range);
  }
  return merged;
}

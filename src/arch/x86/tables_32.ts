// Mirrors arch/x86/mm/init_32.c (v6.1): which page tables a 32-bit kernel makes, for low memory and for what lies above it.
import { PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { areas32, PAGE_OFFSET, type Areas32 } from './areas_32.ts';
import type { PageSizeMask } from './direct_map.ts';

/** Where pages for tables come from: one, or several side by side (alloc_low_pages). */
export interface LowPages {
  alloc(pages?: number): void;
}

/** Entries of the level above page tables: absent, a large page, or a table. Pages come from `pool`. */
export class Tables32 {
  readonly areas: Areas32;
  readonly #pool: LowPages;
  readonly #tables = new Set<number>();

  /** The kernel has tables for [0, initialEnd), the last fixed addresses, and boot-time mappings from the start. */
  constructor(nrCpus: number, pae: boolean, initialEnd: PhysAddr, pool: LowPages) {
    this.areas = areas32(nrCpus, pae);
    this.#pool = pool;
    for (let at = 0; at < initialEnd; at += this.areas.pmdSize)
      this.#tables.add(this.#index(PAGE_OFFSET + at));
    this.#tables.add(this.#index(2 ** 32 - 1)); // initial_pg_fixmap
    this.#tables.add(this.#index(this.areas.btmapBegin)); // bm_pte
  }

  #index(address: number): number {
    return Math.floor(address / this.areas.pmdSize);
  }

  /** one_page_table_init(). */
  #need(address: number): void {
    if (this.#tables.has(this.#index(address))) return;
    this.#pool.alloc();
    this.#tables.add(this.#index(address));
  }

  /** kernel_physical_mapping_init(): large pages take the place of tables. */
  map(start: PhysAddr, end: PhysAddr, mask: PageSizeMask): PhysAddr {
    for (let at = start; at < end; at = (Math.floor(at / this.areas.pmdSize) + 1) * this.areas.pmdSize) {
      if (mask.m2) this.#tables.add(this.#index(PAGE_OFFSET + at));
      else this.#need(PAGE_OFFSET + at);
    }
    return end;
  }

  /** page_table_range_init(): tables of local mappings must lie side by side, so they are made anew. */
  #initRange(start: number, end: number): void {
    const { kmap, pmdSize } = this.areas;
    const [first, last] = [this.#index(kmap.start), this.#index(kmap.end - PAGE_SIZE)];
    let count = 0;
    for (let at = start; at < end; at += pmdSize)
      if (first !== last && this.#index(at) >= first && this.#index(at) <= last) count++;
    if (count > 0) this.#pool.alloc(count);
    for (let at = start; at < end; at += pmdSize) this.#need(at);
  }

  /** early_ioremap_page_table_range_init(). */
  initFixmap(): void {
    this.#initRange(this.areas.fixmap.start, this.areas.fixmap.end);
  }

  /** permanent_kmaps_init(): LAST_PKMAP pages are what one table maps. */
  initPermanentKmaps(): void {
    this.#initRange(this.areas.pkmapBase, this.areas.pkmapBase + this.areas.pmdSize);
  }

  /** setup_cpu_entry_area_ptes(). */
  initCpuEntryAreas(): void {
    const { start, end } = this.areas.cpuEntryArea;
    for (let at = start; at < end; at += this.areas.pmdSize) this.#need(at);
  }
}

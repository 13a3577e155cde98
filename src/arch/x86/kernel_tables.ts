// Mirrors spp_getpage, fill_p4d, fill_pud, fill_pmd and fill_pte of arch/x86/mm/init_64.c (v6.1): page tables that are
// made one by one for kernel addresses outside the direct mapping.
import { panic } from '../../kernel/panic.ts';
import { GiB, MiB, PAGE_SIZE, TiB } from '../../lib/units.ts';
import type { BootContext } from '../../mm/context.ts';

/** Bytes that one table maps, by level: P4D (only with five levels), PUD, PMD, PTE. */
const P4D_TABLE_SPAN = 256 * TiB;
const PUD_TABLE_SPAN = 512 * GiB;
const PMD_TABLE_SPAN = GiB;
export const PTE_TABLE_SPAN = 2 * MiB;

/** A kernel address: bytes from `base`, which is a multiple of what a PUD table maps. */
export interface KernelArea {
  /** Names the area in the keys of its tables. */
  readonly name: string;
  /** With five levels: whether head_64.S already made the P4D table that covers the area. */
  readonly hasP4d: boolean;
}

/** VMALLOC_START: 0xffffc90000000000 with four levels, 0xffa0000000000000 with five (asm/pgtable_64_types.h). */
export const VMALLOC_AREA: KernelArea = { name: 'vmalloc', hasP4d: false };
/** CPU_ENTRY_AREA_BASE 0xfffffe0000000000: under the top PGD entry, which the kernel image's mapping made. */
export const CPU_ENTRY_AREA: KernelArea = { name: 'cpu_entry_area', hasP4d: true };

/** VMALLOC_SIZE_TB in bytes (asm/pgtable_64_types.h: 32 TiB, 12800 TiB with five levels). */
export function vmallocSize(la57: boolean): number {
  return (la57 ? 12800 : 32) * TiB;
}

/** Top-level page-table entries of vmalloc space; each gets its table before the first process is made. */
function vmallocTopEntries(la57: boolean): number {
  return vmallocSize(la57) / (la57 ? P4D_TABLE_SPAN : PUD_TABLE_SPAN);
}

/** Which tables there are, and one memblock page for each that is made. */
export class KernelTables {
  readonly #ctx: BootContext;
  readonly #made = new Set<string>();
  /** Whether areas are at random addresses. */
  readonly kaslr: boolean;

  constructor(ctx: BootContext, kaslr = false) {
    this.#ctx = ctx;
    this.kaslr = kaslr;
  }

  /** Tables for the pages of [start, end) of an area, as set_pte_vaddr for each in ascending order would make them. */
  populate(area: KernelArea, start: number, end: number): void {
    for (let at = start; at < end; at = (Math.floor(at / PTE_TABLE_SPAN) + 1) * PTE_TABLE_SPAN) {
      if (this.#ctx.features.la57 && !area.hasP4d) this.#need(area, 'p4d', at, P4D_TABLE_SPAN);
      this.#need(area, 'pud', at, PUD_TABLE_SPAN);
      this.#need(area, 'pmd', at, PMD_TABLE_SPAN);
      this.#need(area, 'pte', at, PTE_TABLE_SPAN);
    }
  }

  /**
   * Top-level entries of vmalloc space without a table: what preallocate_vmalloc_pages asks the page allocator for. Where KASLR put it,
   * it hardly ever begins on a top-level entry (1 of 512), and so takes one more.
   */
  missingVmallocTables(): number {
    const { la57 } = this.#ctx.features;
    const level = la57 ? 'p4d' : 'pud';
    const made = [...this.#made].filter((key) => key.startsWith(`${VMALLOC_AREA.name} ${level} `));
    return vmallocTopEntries(la57) + (this.kaslr ? 1 : 0) - made.length;
  }

  #need(area: KernelArea, level: string, at: number, span: number): void {
    const key = `${area.name} ${level} ${Math.floor(at / span)}`;
    if (this.#made.has(key)) return;
    if (!this.#ctx.memblock.alloc(PAGE_SIZE, PAGE_SIZE, 'spp_getpage'))
      throw panic(this.#ctx.printk, 'set_pte_phys: cannot allocate page data ');
    this.#made.add(key);
  }
}

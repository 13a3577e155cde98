// Mirrors alloc_low_pages of arch/x86/mm/init.c (v6.1): where page tables of the direct mapping come from.
import { kernelBug, panic } from '../../kernel/panic.ts';
import { PAGE_SIZE, pfnDown, type Pfn, type PhysAddr } from '../../lib/units.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { X86State } from './state.ts';

/** BUG_ON(_brk_start == 0) of extend_brk (6.1.192): brk is closed. */
const EXTEND_BRK_BUG = { file: 'arch/x86/kernel/setup.c', line: 203 };

/** INIT_PGD_PAGE_COUNT without KASLR's own memory layout, which 32-bit kernels do not have. */
const I386_PAGE_TABLES = 6;

/** Pages of brk for the first page tables. */
export function earlyPageTables({ image, rules }: KernelProfile): number {
  return image.i386 ? I386_PAGE_TABLES : rules.earlyPageTables;
}

/** Where page tables are taken from while the mapping is built. */
export class PageTablePool {
  readonly #x86: X86State;
  /** pgt_buf_*: pages of brk set aside for the first tables. */
  #bufEnd: Pfn;
  readonly #bufTop: Pfn;
  minPfnMapped: Pfn = 0;
  canUseBrk = true;

  constructor(x86: X86State, bufStart: PhysAddr) {
    this.#x86 = x86;
    this.#bufEnd = pfnDown(bufStart);
    this.#bufTop = this.#bufEnd + earlyPageTables(x86.ctx.profile);
  }

  /**
   * alloc_low_pages(): from brk while there is some that lies outside what is being mapped, else from memblock.
   * @throws KernelPanic where there is no mapped memory left
   */
  alloc(pages = 1): void {
    if (this.canUseBrk && this.#bufEnd + pages <= this.#bufTop) {
      this.#bufEnd += pages;
      return;
    }
    const { ctx, maxPfnMapped } = this.#x86;
    let addr = 0;
    if (this.minPfnMapped < maxPfnMapped) {
      const from = this.minPfnMapped * PAGE_SIZE;
      const to = maxPfnMapped * PAGE_SIZE;
      addr = ctx.memblock.takeRange(pages * PAGE_SIZE, PAGE_SIZE, from, to, 'alloc_low_pages');
    }
    if (!addr && this.canUseBrk) throw kernelBug(ctx.printk, EXTEND_BRK_BUG);
    if (!addr) throw panic(ctx.printk, 'alloc_low_pages: can not alloc memory');
  }

  /** Forbids brk for a range that holds the pages of it that are still free. */
  avoidBrkIn(start: PhysAddr, end: PhysAddr): void {
    const from = Math.max(start, this.#bufEnd * PAGE_SIZE);
    this.canUseBrk = from >= Math.min(end, this.#bufTop * PAGE_SIZE);
  }
}

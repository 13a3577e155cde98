// Mirrors register_nosave_region of kernel/power/snapshot.c (v6.1): ranges that hibernation must not save.
import { hex, PAGE_SIZE, type Pfn } from '../lib/units.ts';
import type { Printk } from './printk.ts';

/** Keeps the last region, which the next one extends where they touch. `alloc` is called for each new region. */
export class NosaveRegions {
  #lastEnd: Pfn | null = null;
  readonly #alloc: () => void;
  readonly #printk: Printk;

  constructor(printk: Printk, alloc: () => void) {
    this.#printk = printk;
    this.#alloc = alloc;
  }

  /** Registers [startPfn, endPfn); nothing where it is empty. Calls must come in ascending order. */
  register(startPfn: Pfn, endPfn: Pfn): void {
    if (startPfn >= endPfn) return;
    if (this.#lastEnd !== startPfn) this.#alloc();
    this.#lastEnd = endPfn;
    const last = BigInt(endPfn) * BigInt(PAGE_SIZE) - 1n;
    const range = `[mem ${hex(startPfn * PAGE_SIZE, 8)}-${hex(last, 8)}]`;
    this.#printk.info(`PM: hibernation: Registered nosave memory: ${range}`);
  }
}

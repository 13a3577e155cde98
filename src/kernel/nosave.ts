// Mirrors register_nosave_region of kernel/power/snapshot.c (v6.1): ranges that hibernation must not save.
import { hex, PAGE_SIZE, type Pfn } from '../lib/units.ts';
import type { Printk } from './printk.ts';
import type { TextRules } from './text_rules.ts';

/** Keeps the last region, which the next one extends where they touch. `alloc` is called for each new region. */
export class NosaveRegions {
  #lastEnd: Pfn | null = null;
  readonly #alloc: () => void;
  readonly #printk: Printk;
  readonly #rules: Pick<TextRules, 'e820Lines' | 'nosavePrefix'>;

  constructor(printk: Printk, rules: Pick<TextRules, 'e820Lines' | 'nosavePrefix'>, alloc: () => void) {
    this.#printk = printk;
    this.#rules = rules;
    this.#alloc = alloc;
  }

  /** Registers [startPfn, endPfn); nothing where it is empty. Calls must come in ascending order. */
  register(startPfn: Pfn, endPfn: Pfn): void {
    if (startPfn >= endPfn) return;
    if (this.#lastEnd !== startPfn) this.#alloc();
    this.#lastEnd = endPfn;
    const last = BigInt(endPfn) * BigInt(PAGE_SIZE) - 1n;
    const bare = (value: bigint): string => value.toString(16).padStart(16, '0');
    const { e820Lines, nosavePrefix } = this.#rules;
    const range =
      e820Lines === 'start-end'
        ? `${bare(BigInt(startPfn * PAGE_SIZE))} - ${bare(last + 1n)}`
        : `[mem ${hex(startPfn * PAGE_SIZE, 8)}-${hex(last, 8)}]`;
    this.#printk.info(`${nosavePrefix}Registered nosave memory: ${range}`);
  }
}

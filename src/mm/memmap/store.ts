// The memory that struct pages stand in: banks of shared memory, one slot a present section, so that absent sections
// take none (sparsemem with vmemmap, mm/sparse.c). A bank is a WebAssembly memory so that the SIMD loops reach it.
import { Bug, bugOn } from '../../lib/bug.ts';
import { PAGEBLOCK_NR_PAGES, PAGES_PER_SECTION } from '../../lib/units.ts';
import type { Nid, Pfn } from '../../lib/units.ts';
import { pageKernelModule, plainPageKernel, wasmPageKernel } from './kernel.ts';
import type { PageKernel } from './kernel.ts';
import { MAX_ORDER, MIGRATE_TYPES } from './layout.ts';
import type { StructPageLayout, VirtualBases } from './layout.ts';

/** A zone as the memmap needs it. `spannedPages` may be 0. */
export interface MemmapZone {
  readonly nid: Nid;
  /** Position in ZONE_NAMES, 0 for DMA. */
  readonly index: number;
  readonly name: string;
  readonly startPfn: Pfn;
  readonly spannedPages: number;
  readonly presentPages: number;
  /** Kernel virtual address of the node's struct pglist_data, which holds the list heads. */
  readonly pgdatAddress: bigint;
}

/** What a memmap is made from: plain data, so that it crosses to worker threads. */
export interface MemmapShape {
  readonly layout: StructPageLayout;
  readonly bases: VirtualBases;
  /** Numbers of the sections that are present, ascending. */
  readonly sections: readonly number[];
  readonly zones: readonly MemmapZone[];
  /** Which loops to use: `wasm` (SIMD, the quickest that was measured) or `plain` TypeScript. */
  readonly dataPath: 'wasm' | 'plain';
}

/** The shared memory of one memmap; posting it to a worker shares it. */
export interface MemmapMemory {
  readonly banks: readonly WebAssembly.Memory[];
  /** Lock word, counters and list heads of each zone (layout in zone_area.ts). */
  readonly zones: SharedArrayBuffer | ArrayBuffer;
  /** A byte for each page block of each slot: its migratetype. */
  readonly pageblocks: SharedArrayBuffer | ArrayBuffer;
}

/** 1 GiB of struct pages: 512 sections, 64 GiB of modelled memory. */
export const SECTIONS_PER_BANK = 512;
const WASM_PAGE = 65536;
/** A zone's block in `zones`: 8 words of 32 bits for the lock, then 64-bit floats. */
export const ZONE_LOCK_BYTES = 64;
export const ZONE_FLOATS = 16 + 2 * MAX_ORDER * MIGRATE_TYPES + 2;
export const ZONE_BYTES = ZONE_LOCK_BYTES + ZONE_FLOATS * 8;

/** Bytes of shared memory that a memmap of so many sections takes, zones' bookkeeping left out. */
export function memmapBytes(layout: StructPageLayout, sections: number): number {
  return sections * PAGES_PER_SECTION * layout.size;
}

/** Reserves the memory. The host maps it as it is touched, so this itself costs little. */
export function allocateMemmap(shape: MemmapShape, shared = true): MemmapMemory {
  const sectionBytes = memmapBytes(shape.layout, 1);
  const banks: WebAssembly.Memory[] = [];
  for (let first = 0; first < shape.sections.length; first += SECTIONS_PER_BANK) {
    const sections = Math.min(SECTIONS_PER_BANK, shape.sections.length - first);
    const pages = (sections * sectionBytes) / WASM_PAGE;
    banks.push(new WebAssembly.Memory({ initial: pages, maximum: pages, shared }));
  }
  const Buffer = shared ? SharedArrayBuffer : ArrayBuffer;
  return {
    banks,
    zones: new Buffer(shape.zones.length * ZONE_BYTES),
    pageblocks: new Buffer((shape.sections.length * PAGES_PER_SECTION) / PAGEBLOCK_NR_PAGES),
  };
}

/** One bank as a thread sees it. */
export interface Bank {
  readonly words: Uint32Array;
  readonly kernel: PageKernel;
}

/** Finds struct pages in the banks. Each thread makes its own over the same memory. */
export class MemmapStore {
  readonly shape: MemmapShape;
  readonly banks: readonly Bank[];
  readonly pageblocks: Uint8Array;
  /** Section number to slot, -1 where absent. */
  readonly #slots: Int32Array;
  readonly #wordsPerPage: number;
  readonly #wordsPerSection: number;

  constructor(shape: MemmapShape, memory: MemmapMemory) {
    const { layout } = shape;
    bugOn(layout.size % 16 !== 0, `struct page of ${layout.size} bytes`);
    this.shape = shape;
    this.#wordsPerPage = layout.size / 4;
    this.#wordsPerSection = this.#wordsPerPage * PAGES_PER_SECTION;
    this.pageblocks = new Uint8Array(memory.pageblocks);
    const shared = memory.zones instanceof ArrayBuffer === false;
    const module = shape.dataPath === 'wasm' ? pageKernelModule(layout, shared) : null;
    this.banks = memory.banks.map((bank) => {
      const words = new Uint32Array(bank.buffer);
      return { words, kernel: module ? wasmPageKernel(module, bank) : plainPageKernel(layout, words) };
    });
    this.#slots = new Int32Array((shape.sections.at(-1) ?? -1) + 1).fill(-1);
    shape.sections.forEach((section, slot) => (this.#slots[section] = slot));
  }

  /** pfn_valid(): whether the page frame has a struct page. At boot a present section is valid as a whole. */
  pfnValid(pfn: Pfn): boolean {
    return (this.#slots[Math.floor(pfn / PAGES_PER_SECTION)] ?? -1) >= 0;
  }

  /** The slot of the section of `pfn`; a Bug where the section is absent. */
  slotOf(pfn: Pfn): number {
    const slot = this.#slots[Math.floor(pfn / PAGES_PER_SECTION)] ?? -1;
    if (slot < 0) throw new Bug(`no struct page for pfn 0x${pfn.toString(16)}`);
    return slot;
  }

  /** The bank that holds a slot. */
  bankOfSlot(slot: number): Bank {
    const bank = this.banks[Math.floor(slot / SECTIONS_PER_BANK)];
    if (bank === undefined) throw new Bug(`no bank for slot ${slot}`);
    return bank;
  }

  /** The 32-bit word in its bank where a slot's first struct page begins. */
  firstWordOfSlot(slot: number): number {
    return (slot % SECTIONS_PER_BANK) * this.#wordsPerSection;
  }

  /** The words of the bank of `pfn`. */
  wordsOf(pfn: Pfn): Uint32Array {
    return this.bankOfSlot(this.slotOf(pfn)).words;
  }

  /** Where in `wordsOf(pfn)` the struct page begins. */
  wordOf(pfn: Pfn): number {
    return this.firstWordOfSlot(this.slotOf(pfn)) + (pfn % PAGES_PER_SECTION) * this.#wordsPerPage;
  }

  /** The index in `pageblocks` of the page block of `pfn`. */
  pageblockOf(pfn: Pfn): number {
    const inSection = pfn % PAGES_PER_SECTION;
    return (
      (this.slotOf(pfn) * PAGES_PER_SECTION + inSection - (inSection % PAGEBLOCK_NR_PAGES)) /
      PAGEBLOCK_NR_PAGES
    );
  }
}

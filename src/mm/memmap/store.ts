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
  /** The SIMD loops, compiled once for all threads; null for the plain data path. */
  readonly kernel: WebAssembly.Module | null;
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
    kernel: shape.dataPath === 'wasm' ? pageKernelModule(shape.layout, shared) : null,
    zones: new Buffer(shape.zones.length * ZONE_BYTES),
    pageblocks: new Buffer((shape.sections.length * PAGES_PER_SECTION) / PAGEBLOCK_NR_PAGES),
  };
}

/** The struct pages of one present section, as a thread sees them. */
export interface SectionPages {
  readonly startPfn: Pfn;
  /** The bank that they stand in, as 32-bit words, and the loops over it. */
  readonly words: Uint32Array;
  readonly kernel: PageKernel;
  /** Where in `words` the section's first struct page begins. */
  readonly firstWord: number;
  /** Where in the store's `pageblocks` the section's first page block stands. */
  readonly firstPageblock: number;
}

/** Finds struct pages in the banks. Each thread makes its own over the same memory. */
export class MemmapStore {
  readonly shape: MemmapShape;
  readonly pageblocks: Uint8Array;
  /** 32-bit words in a struct page. */
  readonly wordsPerPage: number;
  /** By section number; undefined where the section is absent. */
  readonly #sections: readonly (SectionPages | undefined)[];

  constructor(shape: MemmapShape, memory: MemmapMemory) {
    const { layout } = shape;
    bugOn(layout.size % 16 !== 0, `struct page of ${layout.size} bytes`);
    this.shape = shape;
    this.wordsPerPage = layout.size / 4;
    this.pageblocks = new Uint8Array(memory.pageblocks);
    const { kernel } = memory;
    const banks = memory.banks.map((bank) => {
      const words = new Uint32Array(bank.buffer);
      return { words, kernel: kernel ? wasmPageKernel(kernel, bank) : plainPageKernel(layout, words) };
    });
    const sections = Array<SectionPages | undefined>((shape.sections.at(-1) ?? -1) + 1).fill(undefined);
    shape.sections.forEach((section, slot) => {
      const bank = banks[Math.floor(slot / SECTIONS_PER_BANK)];
      if (bank === undefined) throw new Bug(`no bank for slot ${slot}`);
      sections[section] = {
        ...bank,
        startPfn: section * PAGES_PER_SECTION,
        firstWord: (slot % SECTIONS_PER_BANK) * PAGES_PER_SECTION * this.wordsPerPage,
        firstPageblock: slot * (PAGES_PER_SECTION / PAGEBLOCK_NR_PAGES),
      };
    });
    this.#sections = sections;
  }

  /** pfn_valid(): whether the page frame has a struct page. At boot a present section is valid as a whole. */
  pfnValid(pfn: Pfn): boolean {
    return this.#sections[(pfn / PAGES_PER_SECTION) | 0] !== undefined;
  }

  /** The section of `pfn`; a Bug where it is absent. */
  section(pfn: Pfn): SectionPages {
    const section = this.#sections[(pfn / PAGES_PER_SECTION) | 0];
    if (section === undefined) throw new Bug(`no struct page for pfn 0x${pfn.toString(16)}`);
    return section;
  }

  /** Where in `section.words` the struct page of `pfn` begins. */
  wordOf(section: SectionPages, pfn: Pfn): number {
    return section.firstWord + (pfn - section.startPfn) * this.wordsPerPage;
  }

  /** Where in `pageblocks` the page block of `pfn` stands. */
  pageblockOf(section: SectionPages, pfn: Pfn): number {
    return section.firstPageblock + (((pfn - section.startPfn) / PAGEBLOCK_NR_PAGES) | 0);
  }
}

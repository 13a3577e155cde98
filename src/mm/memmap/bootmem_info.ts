// Mirrors register_page_bootmem_info_node() in mm/bootmem_info.c and register_page_bootmem_memmap() in
// arch/x86/mm/init_64.c (v6.1): mem_init() marks the pages that hold the memmap itself, its page tables, the section
// usage maps and the nodes' pglist_data.
import { Bug } from '../../lib/bug.ts';
import type { StructPageRules } from '../../kernel/rules.ts';
import { alignUp } from '../../lib/align.ts';
import { PAGE_SIZE, PAGES_PER_SECTION, pfnDown } from '../../lib/units.ts';
import type { Nid, Pfn, PhysAddr } from '../../lib/units.ts';
import type { Memmap } from '../memmap.ts';
import { earlyPfnToNid } from './memory_map.ts';
import type { MemoryMap } from './memory_map.ts';
import type { MemmapNode } from './nodes.ts';

/** include/linux/bootmem_info.h: what `index` says about such a page. */
const SECTION_INFO = 12;
const MIX_SECTION_INFO = 13;
const NODE_INFO = 14;

/** How pages are marked, where they are. */
type BootmemForm = Exclude<StructPageRules['bootmemInfo'], 'none'>;

/** Where one section's struct pages, its usage map and the page tables that map it stand. */
export interface VmemmapSection {
  readonly memmap: PhysAddr;
  readonly usage: PhysAddr;
  /** Tables from the top down, as register_page_bootmem_memmap() meets them. */
  readonly tables: readonly PhysAddr[];
}

/** What sparse_init() took from memblock, in the order of its calls. */
export interface SparseAllocations {
  /** One for each run of sections of one node (sparse_init_nid): usage maps and the buffer for the memmap, 0 where there was no room. */
  readonly usages: readonly PhysAddr[];
  readonly buffers: readonly PhysAddr[];
  /** One for each section without a buffer: from 7.2 on all of them. */
  readonly blocks: readonly PhysAddr[];
  /** Page-table pages (vmemmap_alloc_block_zero). */
  readonly tables: readonly PhysAddr[];
}

/** sizeof(struct mem_section_usage) with the page block bits of a section (mem_section_usage_size). */
const MEM_SECTION_USAGE_SIZE = 56;
/** Bytes of address space under one entry of a page table, from the PGD (5-level) down to the PUD. */
const PGDIR_SHIFT_5_LEVEL = 48;
const P4D_SHIFT = 39;
const PUD_SHIFT = 30;

/** Follows sparse_init() through the present sections: which of its allocations each section got. */
export function vmemmapSections(
  memmap: Memmap,
  map: MemoryMap,
  la57: boolean,
  allocations: SparseAllocations,
): Map<number, VmemmapSection> {
  const { layout, sections, bases } = memmap.shape;
  const bytes = PAGES_PER_SECTION * layout.size;
  const taken = new Map<string, PhysAddr>();
  let tableCount = 0;
  let blockCount = 0;
  const table = (address: bigint, shift: number): PhysAddr => {
    const key = `${shift}:${address >> BigInt(shift)}`;
    const known = taken.get(key);
    if (known !== undefined) return known;
    const page = at(allocations.tables, tableCount, 'page table');
    tableCount += 1;
    taken.set(key, page);
    return page;
  };
  const result = new Map<number, VmemmapSection>();
  let run = -1;
  let inRun = 0;
  let previous: Nid | undefined;
  for (const section of sections) {
    const nid = sectionNid(map, section);
    if (nid !== previous) {
      run += 1;
      inRun = 0;
      previous = nid;
    }
    const address = bases.vmemmapBase + BigInt(section) * BigInt(bytes);
    // With 4-level paging the P4D is folded: the PGD's and the P4D's entry both lead to the PUD table.
    const upper = la57
      ? [table(address, PGDIR_SHIFT_5_LEVEL), table(address, P4D_SHIFT)]
      : [table(address, P4D_SHIFT), table(address, P4D_SHIFT)];
    const buffer = allocations.buffers[run];
    result.set(section, {
      memmap: buffer
        ? buffer + inRun * alignUp(bytes, 2 ** 21)
        : at(allocations.blocks, blockCount++, 'memmap'),
      usage: at(allocations.usages, run, 'usage map') + inRun * MEM_SECTION_USAGE_SIZE,
      tables: [...upper, table(address, PUD_SHIFT)],
    });
    inRun += 1;
  }
  return result;
}

function at(list: readonly PhysAddr[], index: number, what: string): PhysAddr {
  const value = list[index];
  if (value === undefined) throw new Bug(`sparse_init() allocated no ${what} ${index}`);
  return value;
}

/** The node that memory_present() gave the section: that of the first memory in it. */
function sectionNid(map: MemoryMap, section: number): Nid {
  const start = section * PAGES_PER_SECTION * PAGE_SIZE;
  const region = map.memory.find((m) => m.end > start);
  if (region === undefined) throw new Bug(`section ${section} without memory`);
  return region.nid;
}

/**
 * register_page_bootmem_info(): for each online node its pglist_data (`pgdats`: address and bytes), then its sections'
 * memmap, page tables and usage maps, in the form that `form` says.
 */
export function registerPageBootmemInfo(
  memmap: Memmap,
  nodes: readonly MemmapNode[],
  map: MemoryMap,
  pgdats: ReadonlyMap<Nid, { readonly address: PhysAddr; readonly size: number }>,
  sections: ReadonlyMap<number, VmemmapSection>,
  form: BootmemForm,
): void {
  const memmapPages = (PAGES_PER_SECTION * memmap.shape.layout.size) / PAGE_SIZE;
  for (const node of nodes) {
    const pgdat = pgdats.get(node.nid);
    if (pgdat === undefined) throw new Bug(`node ${node.nid} without pglist_data`);
    const mark = (info: number, first: Pfn, count: number, type: number): void =>
      getPagesBootmem(memmap, { info, first, count, type }, form);
    if (form !== 'memmap-only')
      mark(node.nid, pfnDown(pgdat.address), alignUp(pgdat.size, PAGE_SIZE) / PAGE_SIZE, NODE_INFO);
    for (let pfn = node.startPfn; pfn < node.endPfn; pfn += PAGES_PER_SECTION) {
      if (!memmap.store.pfnValid(pfn) || earlyPfnToNid(nodes, map, pfn).node !== node) continue;
      const number = Math.floor(pfn / PAGES_PER_SECTION);
      const section = sections.get(number);
      if (section === undefined) throw new Bug(`section ${number} without memmap`);
      for (const table of section.tables) mark(number, pfnDown(table), 1, MIX_SECTION_INFO);
      mark(number, pfnDown(section.memmap), memmapPages, SECTION_INFO);
      if (form !== 'memmap-only') mark(number, pfnDown(section.usage), 1, MIX_SECTION_INFO);
    }
  }
}

/** `count` pages from `first`, what they are for, and the section or node. */
interface BootmemPages {
  readonly info: number;
  readonly first: Pfn;
  readonly count: number;
  readonly type: number;
}

/** Bits of `private` that hold the type, where it is there. */
const TYPE_BITS = 4;

/** get_page_bootmem() on each page: one more reference, what it is for, and PG_private to 7.1. */
function getPagesBootmem(
  memmap: Memmap,
  { info, first, count, type }: BootmemPages,
  form: BootmemForm,
): void {
  const { layout } = memmap.shape;
  const flag = form === 'memmap-only' ? 0 : 1 << layout.pgPrivate;
  for (let pfn = first; pfn < first + count; pfn += 1) {
    const section = memmap.store.section(pfn);
    const { words } = section;
    const word = memmap.store.wordOf(section, pfn);
    if (form === 'in-index') words[word + layout.index / 4] = type;
    words[word + layout.flags / 4] = (words[word + layout.flags / 4] ?? 0) | flag;
    words[word + layout.privateData / 4] = form === 'in-index' ? info : (info << TYPE_BITS) | type;
    words[word + layout.refcount / 4] = (words[word + layout.refcount / 4] ?? 0) + 1;
  }
}

// Mirrors mm/sparse.c, mm/sparse-vmemmap.c (v6.1): sections, their usage maps, and the memory of the memmap itself.
import { panic } from '../kernel/panic.ts';
import { alignDown } from '../lib/align.ts';
import {
  GiB,
  hex,
  MiB,
  PAGE_SIZE,
  PAGES_PER_SECTION,
  pfnDown,
  SECTION_SIZE,
  TiB,
  type Nid,
  type Pfn,
  type PhysAddr,
} from '../lib/units.ts';
import type { BootContext, PresentSections } from './context.ts';
import { MEMBLOCK_ALLOC_ACCESSIBLE, MEMBLOCK_ALLOC_NOLEAKTRACE } from './memblock.ts';
import { earlyPfnToNid } from './pfn_ranges.ts';

/** What sparse_init asks of the architecture. */
export interface SparseArch {
  /** Bits of physical addresses that sections cover (MAX_PHYSMEM_BITS). */
  readonly maxPhysmemBits: number;
  /** Five page-table levels. */
  readonly la57: boolean;
  /** Boot allocations for the memmap start here if they can (MAX_DMA_ADDRESS). */
  readonly maxDmaAddress: PhysAddr;
  readonly cacheBytes: number;
  /** Physical address of a node's pg_data_t. */
  nodeData(nid: Nid): PhysAddr | undefined;
}

/** struct pages of one section: 32768 × 64 bytes, exactly one PMD. */
const SECTION_MAP_SIZE = 2 * MiB;
const POINTER_SIZE = 8;
/** Memmap bytes that one table of each level maps: PMD table 1 GiB, PUD table 512 GiB, P4D table 256 TiB. */
const PMD_TABLE_SPAN = GiB;
const PUD_TABLE_SPAN = 512 * GiB;
const P4D_TABLE_SPAN = 256 * TiB;

/** The upper bound that the memmap's allocations name; both mean what is mapped. */
function memmapLimit({ profile }: BootContext): PhysAddr {
  return profile.rules.memmapLimit === 'accessible' ? MEMBLOCK_ALLOC_ACCESSIBLE : MEMBLOCK_ALLOC_NOLEAKTRACE;
}

/** Marks sections present and gives each node's sections their memmap (sparse_init). */
export function sparseInit(ctx: BootContext, arch: SparseArch): void {
  memblocksPresent(ctx, arch);
  const tables = new VmemmapTables(ctx, arch);
  for (let i = 0; i < ctx.presentSections.length;) {
    const { nid } = ctx.presentSections[i] as PresentSections;
    const group: PresentSections[] = [];
    for (; ctx.presentSections[i]?.nid === nid; i++) group.push(ctx.presentSections[i] as PresentSections);
    sparseInitNid(ctx, arch, tables, nid, group);
  }
}

/** memblocks_present: the root array, a page of section structs for each root met, and who owns each section. */
function memblocksPresent(ctx: BootContext, arch: SparseArch): void {
  const { memblock, profile } = ctx;
  const sectionsPerRoot = PAGE_SIZE / profile.image.sizeofMemSection;
  const sectionCount = 2 ** arch.maxPhysmemBits / SECTION_SIZE;
  const rootsSize = (sectionCount / sectionsPerRoot) * POINTER_SIZE;
  if (!memblock.alloc(rootsSize, arch.cacheBytes, 'sparse_init'))
    throw panic(
      ctx.printk,
      `memory_present: Failed to allocate ${rootsSize} bytes align=0x${arch.cacheBytes.toString(16)}`,
    );
  let nextRoot = 0;
  const maxSparsememPfn = 2 ** arch.maxPhysmemBits / PAGE_SIZE;
  for (const range of [...memblock.forEachMemPfnRange()]) {
    const { nid } = range;
    const [startPfn, endPfn] = validLimits(ctx, range, maxSparsememPfn);
    const last = ctx.presentSections.at(-1);
    const start = Math.max(Math.floor(startPfn / PAGES_PER_SECTION), last?.end ?? 0);
    const end = Math.ceil(endPfn / PAGES_PER_SECTION);
    const firstRoot = Math.max(
      Math.floor(Math.floor(startPfn / PAGES_PER_SECTION) / sectionsPerRoot),
      nextRoot,
    );
    for (let root = firstRoot; root * sectionsPerRoot < end; root++) {
      if (!memblock.allocNode(PAGE_SIZE, arch.cacheBytes, nid, 'sparse_index_alloc'))
        throw panic(ctx.printk, `sparse_index_alloc: Failed to allocate ${PAGE_SIZE} bytes nid=${nid}`);
      nextRoot = root + 1;
    }
    if (start >= end) continue;
    if (last && last.end === start && last.nid === nid) last.end = end;
    else ctx.presentSections.push({ start, end, nid });
  }
}

/** No section lies beyond what the CPU can address, whatever the map says (mminit_validate_memmodel_limits, which warns as well). */
function validLimits(
  ctx: BootContext,
  { startPfn, endPfn }: { readonly startPfn: Pfn; readonly endPfn: Pfn },
  max: Pfn,
): readonly [start: Pfn, end: Pfn] {
  if (endPfn > max)
    ctx.warn(`memory from ${hex(max * PAGE_SIZE)} on has no struct pages: the last section ends there`);
  return [Math.min(startPfn, max), Math.min(endPfn, max)];
}

/** Usage maps in the section of the node's pg_data_t, the memmap in one piece, then page tables (sparse_init_nid). */
function sparseInitNid(
  ctx: BootContext,
  arch: SparseArch,
  tables: VmemmapTables,
  nid: Nid,
  group: readonly PresentSections[],
): void {
  const { memblock, profile } = ctx;
  const count = group.reduce((sum, { start, end }) => sum + end - start, 0);
  const usageSize = profile.image.sizeofMemSectionUsage * count;
  if (!allocUsage(ctx, arch, nid, usageSize))
    ctx.warn(`sparse_init_nid: node[${nid}] usemap allocation failed: its sections are not modelled`);
  if (profile.rules.memmapPieces === 'one-a-section') {
    for (const { start, end } of group) tables.populate(start, end, nid, false);
    return;
  }
  const buffer = memblock.allocExactNidRaw(
    count * SECTION_MAP_SIZE,
    SECTION_MAP_SIZE,
    arch.maxDmaAddress,
    memmapLimit(ctx),
    nid,
    'sparse_init_nid#memmap',
  );
  for (const { start, end } of group) tables.populate(start, end, nid, buffer !== 0);
}

/** Usage maps of a node's sections; those near NODE_DATA so that its section can be unplugged last. 0 where there is no room. */
function allocUsage(ctx: BootContext, arch: SparseArch, nid: Nid, size: number): PhysAddr {
  const { memblock, profile } = ctx;
  const site = 'sparse_init_nid#usage';
  if (profile.rules.usageMaps === 'on-node') return memblock.allocNode(size, arch.cacheBytes, nid, site);
  const goal = alignDown(arch.nodeData(nid) ?? 0, SECTION_SIZE);
  const goalNid = earlyPfnToNid(ctx, pfnDown(goal));
  return (
    memblock.allocTryNid(size, arch.cacheBytes, goal, goal + SECTION_SIZE, goalNid, site) ||
    memblock.allocTryNid(size, arch.cacheBytes, goal, MEMBLOCK_ALLOC_ACCESSIBLE, goalNid, site)
  );
}

/** The page tables of the virtual memmap (vmemmap_populate_hugepages), one allocation for each that is missing. */
class VmemmapTables {
  readonly #ctx: BootContext;
  readonly #arch: SparseArch;
  readonly #p4d = new Set<number>();
  readonly #pud = new Set<number>();
  readonly #pmd = new Set<number>();

  constructor(ctx: BootContext, arch: SparseArch) {
    this.#ctx = ctx;
    this.#arch = arch;
  }

  /** Maps the memmap of sections [start, end); without a buffer each section's 2 MiB are allocated on their own. */
  populate(start: number, end: number, nid: Nid, buffered: boolean): void {
    const step = buffered ? PMD_TABLE_SPAN / SECTION_MAP_SIZE : 1;
    for (let section = start; section < end; section = alignDown(section, step) + step) {
      const offset = section * SECTION_MAP_SIZE;
      if (this.#arch.la57) this.#need(this.#p4d, Math.floor(offset / P4D_TABLE_SPAN), nid);
      this.#need(this.#pud, Math.floor(offset / PUD_TABLE_SPAN), nid);
      this.#need(this.#pmd, Math.floor(offset / PMD_TABLE_SPAN), nid);
      if (!buffered) this.#allocBlock(SECTION_MAP_SIZE, nid, 'vmemmap_alloc_block_buf');
    }
  }

  #need(tables: Set<number>, index: number, nid: Nid): void {
    if (tables.has(index)) return;
    this.#allocBlock(PAGE_SIZE, nid, 'vmemmap_alloc_block_zero');
    tables.add(index);
  }

  #allocBlock(size: number, nid: Nid, caller: string): void {
    const { memblock } = this.#ctx;
    const { maxDmaAddress } = this.#arch;
    memblock.allocTryNidRaw(size, size, maxDmaAddress, memmapLimit(this.#ctx), nid, caller);
  }
}

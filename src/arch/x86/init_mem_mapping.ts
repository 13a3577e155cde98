// Mirrors arch/x86/mm/init.c (v6.1): the direct mapping of all RAM, and where its page tables come from.
import { alignDown, alignUp } from '../../lib/align.ts';
import { clamp } from '../../lib/ranges.ts';
import { PAGE_SIZE, pfnDown, type Pfn, type PhysAddr } from '../../lib/units.ts';
import { DirectMap, mergeNeighbours, type MapRange, type PageSizeMask } from './direct_map.ts';
import { PageTablePool } from './page_table_pool.ts';
import { ISA_END_ADDRESS, PMD_SIZE, PUD_SIZE } from './layout.ts';
import type { X86State } from './state.ts';

const PMD_PAGES = PMD_SIZE / PAGE_SIZE;
const PUD_PAGES = PUD_SIZE / PAGE_SIZE;
/** The step grows by this factor once as much as a step is mapped (get_new_step_size: PMD_SHIFT - PAGE_SHIFT - 1). */
const STEP_GROWTH = 2 ** 8;

/**
 * Maps all RAM, low memory first and then from the top down (init_mem_mapping). `pgtBuf` is brk's page-table buffer.
 * Returns in how many steps: steps in which no RAM lies are not made, the kernel's do nothing but move on.
 * @throws KernelPanic where no page tables can be had
 */
export function initMemMapping(x86: X86State, pgtBuf: PhysAddr): number {
  const mapper = new MemMapper(x86, pgtBuf);
  mapper.run();
  return mapper.steps;
}

class MemMapper {
  readonly #x86: X86State;
  readonly #pool: PageTablePool;
  readonly #map: DirectMap;
  readonly #mask: PageSizeMask;
  /** Memory in ascending order; nothing is added or removed while it is mapped. */
  readonly #ram: readonly { readonly start: PhysAddr; readonly end: PhysAddr }[];
  steps = 0;

  constructor(x86: X86State, pgtBuf: PhysAddr) {
    this.#x86 = x86;
    this.#pool = new PageTablePool(x86, pgtBuf);
    this.#map = new DirectMap(x86.ctx.features.la57, () => this.#pool.alloc());
    const g1 = x86.gbPagesWanted && x86.ctx.features.gbPages;
    if (g1) x86.ctx.printk.info('Using GB pages for direct mapping');
    this.#mask = { m2: true, g1 };
    this.#ram = [...x86.ctx.memblock.forEachMemPfnRange()].map(({ startPfn, endPfn }) => ({
      start: startPfn * PAGE_SIZE,
      end: endPfn * PAGE_SIZE,
    }));
  }

  run(): void {
    const { ctx, kernelStart, kaslr } = this.#x86;
    const end = ctx.maxPfn * PAGE_SIZE;
    this.#initMemoryMapping(0, ISA_END_ADDRESS);
    // init_trampoline_kaslr: the trampoline's own mapping of the first MiB, a table for each level above PMD but the top one
    if (kaslr) for (let table = 0; table < (ctx.features.la57 ? 2 : 1); table++) this.#pool.alloc();
    if (ctx.memblock.bottomUp) {
      const kernelEnd = kernelStart + ctx.profile.image.imageEnd - ctx.profile.image.textStart;
      this.#mapBottomUp(kernelEnd, end);
      this.#mapBottomUp(ISA_END_ADDRESS, kernelEnd);
    } else {
      this.#mapTopDown(ISA_END_ADDRESS, end);
    }
    ctx.maxLowPfn = Math.max(ctx.maxLowPfn, ctx.maxPfn);
  }

  #mapTopDown(mapStart: PhysAddr, mapEnd: PhysAddr): void {
    const { ctx } = this.#x86;
    const { memblock, profile } = ctx;
    const findOnly = profile.rules.rangeAlloc === 'find-and-reserve';
    const addr = findOnly
      ? memblock.findInRange(mapStart, mapEnd, PMD_SIZE, PMD_SIZE)
      : memblock.physAllocRange(PMD_SIZE, PMD_SIZE, mapStart, mapEnd, 'init_mem_mapping#probe');
    let realEnd: PhysAddr;
    if (addr || findOnly) {
      if (!findOnly) memblock.free(addr, PMD_SIZE, 'init_mem_mapping#probed');
      realEnd = addr + PMD_SIZE;
    } else {
      ctx.printk.warn('Failed to release memory for alloc_low_pages()');
      realEnd = Math.max(mapStart, alignDown(mapEnd, PMD_SIZE));
    }
    let stepSize = PMD_SIZE;
    let mapped = 0;
    this.#x86.maxPfnMapped = 0;
    this.#pool.minPfnMapped = pfnDown(realEnd);
    for (let lastStart = realEnd; lastStart > mapStart;) {
      const ramBelow = this.#ram.findLast((ram) => ram.start < lastStart)?.end ?? 0;
      const boundary = Math.max(alignUp(ramBelow, stepSize), mapStart);
      if (boundary < lastStart) {
        lastStart = boundary;
        this.#pool.minPfnMapped = pfnDown(lastStart);
        continue;
      }
      const start = lastStart > stepSize ? Math.max(alignDown(lastStart - 1, stepSize), mapStart) : mapStart;
      mapped += this.#initRange(start, lastStart);
      lastStart = start;
      this.#pool.minPfnMapped = pfnDown(lastStart);
      if (mapped >= stepSize) stepSize *= STEP_GROWTH;
    }
    if (realEnd < mapEnd) this.#initRange(realEnd, mapEnd);
  }

  #mapBottomUp(mapStart: PhysAddr, mapEnd: PhysAddr): void {
    let stepSize = PMD_SIZE;
    let mapped = 0;
    this.#pool.minPfnMapped = pfnDown(mapStart);
    for (let start = mapStart; start < mapEnd;) {
      const ramAbove = this.#ram.find((ram) => ram.end > start)?.start ?? mapEnd;
      const boundary = Math.min(alignDown(ramAbove, stepSize), mapEnd);
      if (boundary > start) {
        start = boundary;
        continue;
      }
      const next = mapEnd - start > stepSize ? Math.min(alignUp(start + 1, stepSize), mapEnd) : mapEnd;
      mapped += this.#initRange(start, next);
      start = next;
      if (mapped >= stepSize) stepSize *= STEP_GROWTH;
    }
  }

  /** Maps the RAM within [start, end); returns its size (init_range_memory_mapping). */
  #initRange(rangeStart: PhysAddr, rangeEnd: PhysAddr): number {
    let size = 0;
    this.steps += 1;
    for (const ram of this.#ram) {
      const start = clamp(ram.start, rangeStart, rangeEnd);
      const end = clamp(ram.end, rangeStart, rangeEnd);
      if (start >= end) continue;
      this.#pool.avoidBrkIn(start, end);
      this.#initMemoryMapping(start, end);
      size += end - start;
      this.#pool.canUseBrk = true;
    }
    return size;
  }

  #initMemoryMapping(start: PhysAddr, end: PhysAddr): void {
    let last: PhysAddr = 0;
    for (const range of this.#splitMemRange(start, end))
      last = this.#map.map(range.start, range.end, range.mask);
    this.#x86.pfnMapped.add(pfnDown(start), pfnDown(last));
    this.#x86.maxPfnMapped = Math.max(this.#x86.maxPfnMapped, pfnDown(last));
  }

  /** Cuts a range at 2 MiB and 1 GiB boundaries by the page size that fits (split_mem_range). */
  #splitMemRange(start: PhysAddr, end: PhysAddr): MapRange[] {
    const ranges: MapRange[] = [];
    const small = { m2: false, g1: false };
    const medium = { m2: this.#mask.m2, g1: false };
    const limit = pfnDown(end);
    let pfn = pfnDown(start);
    const cut = (from: Pfn, to: Pfn, mask: PageSizeMask): void => {
      if (from >= to) return;
      ranges.push({ start: from * PAGE_SIZE, end: to * PAGE_SIZE, mask });
      pfn = to;
    };
    cut(pfn, Math.min(alignUp(pfn, PMD_PAGES), limit), small);
    const limit2m = alignDown(limit, PMD_PAGES);
    cut(alignUp(pfn, PMD_PAGES), Math.min(alignUp(pfn, PUD_PAGES), limit2m), medium);
    cut(alignUp(pfn, PUD_PAGES), alignDown(limit, PUD_PAGES), this.#mask);
    cut(alignUp(pfn, PMD_PAGES), limit2m, medium);
    cut(pfn, limit, small);
    this.#adjustPageSizes(ranges);
    return mergeNeighbours(ranges);
  }

  /** A small range gets a bigger page where the whole big page is RAM (adjust_range_page_size_mask). */
  #adjustPageSizes(ranges: MapRange[]): void {
    const { memblock } = this.#x86.ctx;
    const isRam = (range: MapRange, size: number): boolean => {
      const start = alignDown(range.start, size);
      return memblock.isRegionMemory(start, alignUp(range.end, size) - start);
    };
    for (const range of ranges) {
      if (this.#mask.m2 && !range.mask.m2 && isRam(range, PMD_SIZE)) range.mask = { ...range.mask, m2: true };
      if (this.#mask.g1 && !range.mask.g1 && isRam(range, PUD_SIZE)) range.mask = { ...range.mask, g1: true };
    }
  }
}

// Mirrors paging_init, zone_sizes_init and mm_core_init_early (v6.1 to v7.3) as x86 has them: sections, zones, the memmap.
import type { Nid } from '../../lib/units.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { Flatmem } from '../../mm/flatmem.ts';
import { findDmaReserve, freeAreaInit } from '../../mm/mm_init.ts';
import { sparseInit } from '../../mm/sparse.ts';
import { MAX_DMA32_PFN, MAX_DMA_ADDRESS, MAX_DMA_PFN, maxPhysmemBits, SMP_CACHE_BYTES } from './layout.ts';
import { ascending } from './numa_state.ts';
import type { X86State } from './state.ts';

/** struct page of 6.1 on i386. */
const STRUCT_PAGE_32 = 40;

/** The memmap's own memory, zones, and where deferred pages start: within setup_arch, or right after it (mm_core_init_early). */
export function zoneSizesInit(x86: X86State, hugetlb: () => void = () => {}): void {
  const { printk, profile } = x86.ctx;
  const { sparseAt, hugetlbAt } = profile.rules;
  const step = (name: string, run: () => void): void => {
    printk.step = name;
    run();
  };
  printk.step = 'memblock_find_dma_reserve';
  // what firmware holds there no map tells: a log's number is better than a count of what is known
  const counted = profile.image.i386 ? 0 : findDmaReserve(x86.ctx);
  const dmaReserve = x86.bootParams.platform?.lowReservedPages ?? counted;
  if (hugetlbAt === 'before-zones') step('hugetlb_bootmem_alloc', hugetlb); // gigantic pages
  const { i386 } = profile.image;
  if (i386)
    x86.tables32?.initPermanentKmaps(); // paging_init
  else if (sparseAt === 'before-zones') step('sparse_init', () => sparseInitX86(x86));
  printk.step = 'free_area_init';
  freeAreaInitX86(x86, dmaReserve, () => {
    if (hugetlbAt === 'after-nodes') step('hugetlb_bootmem_alloc', hugetlb);
    if (sparseAt === 'after-nodes') step('sparse_init', () => sparseInitX86(x86));
    printk.step = 'free_area_init';
  });
}

function sparseInitX86(x86: X86State): void {
  const { la57 } = x86.ctx.features;
  sparseInit(x86.ctx, {
    maxPhysmemBits: maxPhysmemBits(la57),
    la57,
    maxDmaAddress: MAX_DMA_ADDRESS,
    cacheBytes: SMP_CACHE_BYTES,
    nodeData: (nid: Nid) => x86.numa.nodeData.get(nid),
  });
}

/** A page block is a huge page: 2 MiB, or 4 MiB without PAE. */
function flatmem32({ image }: KernelProfile, pae: boolean): Flatmem {
  return { structPageBytes: image.structPage?.size ?? STRUCT_PAGE_32, pageblockPages: pae ? 512 : 1024 };
}

/** zone_sizes_init: DMA to 16 MiB, DMA32 to 4 GiB, Normal above; with 32 bits Normal to the end of low memory, HighMem above. */
function freeAreaInitX86(x86: X86State, dmaReserve: number, beforeMemmap: () => void): void {
  const { ctx, numa } = x86;
  const fixed = ctx.profile.rules.zoneEnds === 'fixed';
  const { i386 } = ctx.profile.image;
  const low = ctx.maxLowPfn;
  const bound = fixed ? Infinity : low;
  const withAll = ctx.profile.rules.memorylessNodes === 'with-nodes';
  freeAreaInit(
    ctx,
    {
      maxZonePfns: [
        ctx.profile.config.zoneDma === false ? 0 : Math.min(MAX_DMA_PFN, bound),
        ...(i386 ? [low, ctx.maxPfn] : [Math.min(MAX_DMA32_PFN, bound), low]),
        0,
        0,
      ],
      flatmem: i386 ? flatmem32(ctx.profile, i386.pae) : null,
      cacheBytes: SMP_CACHE_BYTES,
      // after setup_arch nodes of CPUs alone are online too: there what counts is whether a node has its data
      possibleNodes: ascending(withAll ? numa.nodesPossible : numa.nodesOnline).map((nid) => ({
        nid,
        online: numa.nodesOnline.has(nid),
        hasData: numa.nodeData.has(nid),
      })),
      // CPUs alone make a node possible, also where its data comes later
      nrNodeIds: Math.max(...numa.nodesPossible) + 1,
      setNodeData: (nid, addr) => numa.nodeData.set(nid, addr),
    },
    dmaReserve,
    beforeMemmap,
  );
}

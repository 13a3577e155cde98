// The named choices that one version of the kernel's early memory code makes where another makes a different one. Plain data:
// src/kernels/history.ts says which change sets which; the model asks for a choice and never for a version.
import type { OrderRules } from './order_rules.ts';
import type { ParamRules } from './param_rules.ts';
import type { TextRules } from './text_rules.ts';

/** padata's multithreaded jobs and deferred struct page initialisation. */
export interface ThreadingRules {
  /** Threads of a job: its size by min_chunk, or by the larger of min_chunk and align. */
  readonly padataThreads: 'by-min-chunk' | 'by-align';
  /** Where a chunk is kept from being 0: not at all, after it is rounded to align, or before. */
  readonly padataChunkFloor: 'none' | 'after-rounding' | 'before-rounding';
  /** Whether a job can ask for its works to be spread over nodes. */
  readonly padataNumaAware: boolean;
  /** What a node's pgdatinit thread makes of its free memory. */
  readonly deferredPieces: 'serial' | 'by-range' | 'aligned-down' | 'aligned-up' | 'by-zone';
  /** A chunk goes over whole blocks first initialising and then freeing, or range by range. */
  readonly deferredChunk: 'by-block' | 'by-range';
  /** What one call frees at most: a page block, or a block of the largest order. */
  readonly deferredFree: 'pageblock' | 'max-order';
  /** The iterator over free ranges begins again for each range, or keeps its place. */
  readonly deferredIterator: 'restarts' | 'keeps-place';
  readonly deferredGrow: 'by-blocks' | 'by-sections';
  /** What the thread does about being long: interrupts off and the watchdog touched, or cond_resched(). */
  readonly deferredPreempt: 'irqs-off' | 'cond-resched';
  readonly deferredLine: 'with-pages' | 'time-only';
  /** A job of hugetlb's over node numbers follows deferred initialisation. */
  readonly hugetlbJob: boolean;
  /** Pages of a node that are initialised early: a section's, or 2 GiB and a 256th of large nodes. */
  readonly deferAfter: 'static' | 'section';
  /** Which zones' pages defer_init counts: all (the counter is reset by each), or only a node's last zone. */
  readonly deferCounter: 'every-zone' | 'last-zone';
}

/** memblock's tables, flags and texts. */
export interface MemblockRules {
  /** A merge looks at the whole table, or around what was added. */
  readonly memblockMerge: 'whole-table' | 'around-change';
  /** memblock_mark_mirror() counts always, or only with kernelcore=mirror. */
  readonly mirrorMark: 'always' | 'with-kernelcore';
  /** Memory that a driver manages is allocated from like any, or left out. */
  readonly driverManaged: 'as-any' | 'left-out';
  /** memblock_cap_memory_range() where there is no memory yet: cuts what is reserved, or is refused. */
  readonly capOfNothing: 'cuts-reserved' | 'refused';
  /** How x86 takes a range: memblock_find_in_range and memblock_reserve, or memblock_phys_alloc_range, which debug lines tell. */
  readonly rangeAlloc: 'find-and-reserve' | 'phys-alloc-range';
  /** The name of the function that gives a range back. */
  readonly freeLine: 'memblock_free' | 'memblock_phys_free';
  /** `memblock_reserve: [..]`, or `__memblock_reserve: [..] nid= flags=`. */
  readonly reserveLine: 'range' | 'range-nid-flags';
  /** memblock_free_all gives reserved regions the node of their memory. */
  readonly reservedNidsAtFreeAll: boolean;
  /** What a reserved region carries: nothing, or the node that was asked for, and MEMBLOCK_RSRV_KERN where it is the kernel's. */
  readonly reservedTags: 'none' | 'kernel';
  /** MEMBLOCK_KHO_SCRATCH on the first MiB while the trampoline is placed. */
  readonly khoScratchFirstMegabyte: boolean;
  /** memblock_alloc_or_panic: written out at each call, or a function that debug lines name. */
  readonly allocOrPanic: 'at-the-call' | 'function';
  /** Huge pages' tails are marked MEMBLOCK_RSRV_NOINIT. */
  readonly hugePageTails: 'plain' | 'no-init';
  /**
   * How boot takes a huge page: near the node asked for; never from another one than was named; or so by a function of
   * its own, which marks the region as the huge pages'.
   */
  readonly hugePageTake: 'near' | 'named-node' | 'own-function';
}

/** The firmware's map and what setup_arch makes of it. */
export interface SetupRules {
  /** The words for map types, and the form of messages about the map. */
  readonly e820Texts: 'usable' | 'system-ram';
  /**
   * The first MiB: the BIOS's part, the trampoline and the lowest 64 KiB once RAM is known; or what is known first of all, and
   * all of it once the trampoline is placed.
   */
  readonly firstMegabyte: 'parts' | 'whole';
  /** Pages of brk for the first page tables: 4 levels for three ranges, or for four (INIT_PGD_PAGE_COUNT). */
  readonly earlyPageTables: 6 | 12 | 16;
  /** Fewer entries of the firmware's map than this make the kernel fall back to older BIOS calls. */
  readonly e820Least: 1 | 2;
  /**
   * The hole below 4 GiB that PCI devices get: the largest between entries, of equal ones the lowest; or the largest of all, the
   * one before the first entry too, of equal ones the highest.
   */
  readonly pciGap: 'downwards' | 'upwards';
  /** Where memory ends: with the last RAM, or with the last RAM or ACPI tables. */
  readonly lastPfn: 'ram' | 'ram-and-acpi';
  /** A nosave region for each map entry that is no RAM, from the second or the first on, or for each gap between RAM. */
  readonly nosaveRegions: 'after-first' | 'by-entry' | 'by-gap';
  /** Whether setup_data is marked in the map for kexec, too. */
  readonly kexecSetupData: 'kept' | 'marked';
  /** A crash kernel is looked for below this first. */
  readonly crashLowMax: '896M' | '4G';
  /** With a crash kernel the first MiB is kept whole. */
  readonly crashLowMegabyte: boolean;
  /** With KASLR the CPUs' entry areas lie one after the other, or at random. */
  readonly entryAreas: 'in-order' | 'random';
  /** The firmware's mapped I/O stays in the map, or is taken out of it. */
  readonly efiMmio: 'kept' | 'removed';
  /** EFI's boot services come back while boot goes on, with a debug line each, or when it is over. */
  readonly efiBootServices: 'freed-late' | 'freed-at-the-end';
  /** crashkernel= as x86 had it, or the generic code. */
  readonly crashkernel: 'x86' | 'generic';
  /** Whether crashkernel=SIZE,cma is known (6.17). */
  readonly crashkernelCma: 'unknown' | 'known';
  /** How the line that counts possible CPUs reads. */
  readonly cpuLine: 'smp' | 'smpboot' | 'cpu-topo';
  /** setup_cpu_local_masks: how many masks beside one for each node. */
  readonly cpuLocalMasks: 4 | 1 | 0;
}

/** Nodes. */
export interface NumaRules {
  /** `SRAT: PXM n -> APIC …` is printed, or is a debug line. */
  readonly sratApicLines: 'info' | 'debug';
  /** Node blocks are cut to max_pfn only, or to where memory begins and ends. */
  readonly numaBounds: 'max-pfn' | 'dram';
  /** What a region's node is set to before nodes are known: MAX_NUMNODES, as for new regions, or -1. */
  readonly numaReset: 'max-numnodes' | 'no-node';
  /** RAM that no node has: all of it against the map and 1 MiB, or memblock's memory without a node. */
  readonly numaCoverage: 'by-e820' | 'by-memblock';
  /** NODE_DATA takes whole pages, or the struct's size. */
  readonly nodeDataSize: 'pages' | 'bytes';
  /** The distance table is looked for below what is mapped, or allocated as anything. */
  readonly distanceTable: 'phys-range' | 'alloc';
  /** `NUMA: Initialized distance table` is printed, or is a debug line. */
  readonly distanceLine: 'printed' | 'debug';
  /** `Initializing node N as memoryless` for a possible node that is not online, or nothing. */
  readonly offlineNode: 'announced' | 'silent';
  /** A node of CPUs alone gets its data when CPUs are bound to nodes, or with the other nodes. */
  readonly memorylessNodes: 'with-cpus' | 'with-nodes';
  /** Whether `Fallback order for Node N` is printed. */
  readonly fallbackLines: boolean;
  /** A node without memory stands first in its own fallback order, or not at all. */
  readonly fallbackOrder: 'itself-first' | 'memory-only';
}

/** Zones and what is counted of them. */
export interface ZoneRules {
  /** nr_kernel_pages: zones less their memmap and DMA's reserve, or what memblock has free. */
  readonly kernelPages: 'by-zones' | 'by-memblock';
  /** Whether pages, memmap and batch of each zone are printed. */
  readonly zoneLines: boolean;
  /** The chunk lists of per-CPU memory: two sets by type, or one set with lists for chunks on their way out. */
  readonly percpuChunkLists: 'by-type' | 'one-set';
  /** nr_cpumask_bits: NR_CPUS where masks are on the stack, or always the number of possible CPUs. */
  readonly cpumaskBits: 'all-without-offstack' | 'possible';
  /** KiB that per-CPU allocations may take before slabs are up: the least of a first chunk of single pages. */
  readonly percpuEarlyK: 12 | 20;
  /** What the bounce buffer needs beside itself: a list and addresses, or slots and areas. */
  readonly swiotlbTables: 'list-and-addresses' | 'slots-and-areas';
  /** vmalloc takes 2 MiB pages never, where each node's share fills one, or where the whole does. */
  readonly vmallocHuge: 'never' | 'by-share-of-node' | 'by-size';
  /** Single pages that a CPU takes from a zone at once: a batch, or twice as many each time while none comes back. */
  readonly perCpuBatch: 'constant' | 'doubling';
  /** Blocks of 2 MiB come out of a zone in twos, of which a CPU keeps one in its lists, or one by one. */
  readonly pageBlocks: 'in-twos' | 'one-by-one';
  /** vmalloc takes all pages in blocks of the size that it maps, or tries larger ones first. */
  readonly vmallocBlocks: 'as-mapped' | 'largest-first';
  /** Upper bound that the memmap's allocations name: none, or the value that keeps kmemleak off. */
  readonly memmapLimit: 'accessible' | 'no-leak-trace';
  /** Usage maps of a node's sections lie near its NODE_DATA, or anywhere on the node. */
  readonly usageMaps: 'near-node-data' | 'on-node';
  /** The memmap of a node is allocated in one piece, or section by section. */
  readonly memmapPieces: 'one-a-node' | 'one-a-section';
}

/** What struct pages say of their use. */
export interface StructPageRules {
  /** A page type takes a bit of _mapcount off, or is a byte of its own (PGTY_buddy). */
  readonly pageTypes: 'bits' | 'byte';
  /**
   * What marks the pages of the memmap, of its page tables and usage maps, and of node data: a type in `index` beside `private`;
   * both in `private`; that without PG_private and for memmap and page tables alone; nothing.
   */
  readonly bootmemInfo: 'in-index' | 'in-private' | 'memmap-only' | 'none';
}

/** All choices of one kernel. */
export interface KernelRules
  extends
    ThreadingRules,
    MemblockRules,
    SetupRules,
    NumaRules,
    ZoneRules,
    StructPageRules,
    OrderRules,
    ParamRules,
    TextRules {}

// What distinguishes one kernel from another: the image's facts (data) and the version's rules (data and small
// functions). Code paths never ask for a version number; they ask the profile.
import type { KernelRules } from './rules.ts';

/** Facts of one built image that are the same on every machine. Sizes in bytes, addresses physical without KASLR. */
export interface ImageFacts {
  /** `Linux version …` line as the image prints it. */
  readonly banner: string;
  /** Physical addresses without relocation: _text, __end_of_kernel_reserve (where brk starts), and _end. */
  readonly textStart: number;
  readonly endOfKernelReserve: number;
  readonly imageEnd: number;
  /** init_size and kernel_alignment of the boot header: what the EFI stub allocates for the kernel, and on what boundary. */
  readonly initSize: number;
  readonly kernelAlignment: number;
  /** real_mode_size_needed(): the trampoline's pages below 1 MiB. */
  readonly realModeSize: number;
  /** What `Memory:` prints: code, rwdata, rodata, init, bss in KiB. */
  readonly codeK: number;
  readonly rwdataK: number;
  readonly rodataK: number;
  readonly initK: number;
  readonly bssK: number;
  /**
   * Parts of the image that come back when the kernel is up, in the order of the log: lock prefixes (empty where there are none),
   * unused decrypted memory, init sections, gaps after text and rodata. Physical addresses without relocation, end exclusive.
   */
  readonly freedParts: readonly { readonly start: number; readonly end: number }[];
  /** Size of the static per-CPU section, reserved and dynamic sizes (setup_percpu). */
  readonly percpuStatic: number;
  readonly percpuReserved: number;
  readonly percpuDynamic: number;
  readonly earlyPages: EarlyPages;
  /** Sizes of structs that early boot allocates. */
  readonly sizeofPglistData: number;
  readonly sizeofMemSection: number;
  readonly sizeofMemSectionUsage: number;
  readonly sizeofPcpuChunk: number;
  readonly sizeofPcpuBlockMd: number;
  readonly sizeofPrbDesc: number;
  readonly sizeofPrintkInfo: number;
  readonly sizeofIoTlbSlot: number;
  readonly sizeofIoTlbArea: number;
  /** The parameters that the image knows; others go to init. */
  readonly params: KnownParams;
  /** Call sites: id (`function` or `function#tag`) to the text that memblock=debug prints for it. */
  readonly callers: Readonly<Record<string, string>>;
  /** Sizes of further structs by their C names; a struct that the image does not have is left out. */
  readonly sizes?: Readonly<Record<string, number>> | undefined;
  /** struct page: its size and where its members are, in bytes. */
  readonly structPage?: StructPageFacts | undefined;
  /** enum pageflags: the bit of each name (PG_reserved …). */
  readonly pageFlags?: Readonly<Record<string, number>> | undefined;
  /** A 32-bit kernel; undefined for x86-64. */
  readonly i386?: I386Facts | undefined;
  /** Every call of memblock: the calling function to `offset target[ via function][ mark]`, comma-separated. */
  readonly callSites?: CallSites | undefined;
}

/** Pages that the kernel takes between memblock_free_all and the end of deferred init beside what is modelled one by one. Measured. */
export interface EarlyPages {
  /** What every machine takes on the boot CPU's node, and spread over nodes. */
  readonly onBootNode: number;
  readonly interleaved: number;
  /** For each further CPU on its own node (idle task, kernel threads, its slabs), and on the boot CPU's. */
  readonly perCpu: number;
  readonly perCpuOnBootNode: number;
  /** What came later or was counted apart; undefined where it was not measured, or is part of the others. */
  readonly further?: FurtherEarlyPages | undefined;
}

/** Pages that count in the `Memory:` line since 6.11. */
export interface FurtherEarlyPages {
  /** Once, with more than one CPU: scheduler domains and what else only they need. */
  readonly severalCpus: number;
  /** For each further node with memory: its pool of workers and its slabs. */
  readonly perNode: number;
  /** For each thread that helps a node's own with deferred init: a worker's stack, task_struct and slabs. */
  readonly perHelper: number;
  /** Of `onBootNode` and `interleaved`: what the boot CPU takes once it keeps lists, which decides what is left over in them. */
  readonly takes: EarlyTakes;
  /** What waits in each further CPU's lists of its node, by the batch in which that zone gives pages, ascending. */
  readonly waitingPerCpu: readonly WaitingPages[];
}

/** Blocks in the order in which the boot CPU takes them, as src/init/early_takes.ts reads them. */
export interface EarlyTakes {
  /** From setup_per_cpu_pageset() to the hash tables of vfs_caches_init(), one node after the other. */
  readonly untilTables: string;
  /** From there until there is a second process, likewise. */
  readonly untilProcesses: string;
  /** From there to the `Memory:` line, with one CPU, on its node. */
  readonly onBootNode: string;
}

/** Pages that wait in a CPU's lists where it takes them in batches of `batch`. */
export interface WaitingPages {
  readonly batch: number;
  readonly pages: number;
}

/** What tells one 32-bit kernel from another; all have flat memory, one node, and high memory (CONFIG_HIGHMEM). */
export interface I386Facts {
  /** CONFIG_X86_PAE: 64-bit page-table entries and physical addresses. */
  readonly pae: boolean;
}

/** `setup_arch/0xd4f` to `0x797 memblock_reserve brk, …`. */
export type CallSites = Readonly<Record<string, string>>;

/** Places in struct page. */
export interface StructPageFacts {
  readonly size: number;
  readonly flags: number;
  readonly lru: number;
  readonly private: number;
  readonly mapcount: number;
  readonly refcount: number;
}

/** The names in the image's parameter tables. */
export interface KnownParams {
  /** early_param(): match as a whole. */
  readonly early: readonly string[];
  /** __setup(): match as a prefix. */
  readonly setup: readonly string[];
  /** Of `setup`, those whose function refuses a parameter that goes on after the name. */
  readonly wholeSetup: readonly string[];
  /** Names of __param that have no dot. */
  readonly core: readonly string[];
}

/** Build configuration that early boot depends on. */
export interface KernelConfig {
  readonly hz: number;
  /** CONFIG_X86_5LEVEL: five page-table levels where the CPU has them. */
  readonly x86FiveLevel: boolean;
  /** CONFIG_NR_CPUS and 1 << CONFIG_NODES_SHIFT. */
  readonly nrCpus: number;
  readonly maxNumnodes: number;
  /** CONFIG_LOG_BUF_SHIFT and CONFIG_LOG_CPU_MAX_BUF_SHIFT. */
  readonly logBufShift: number;
  readonly logCpuMaxBufShift: number;
  /** CONFIG_INIT_ON_ALLOC_DEFAULT_ON and CONFIG_INIT_ON_FREE_DEFAULT_ON. */
  readonly initOnAlloc: boolean;
  readonly initOnFree: boolean;
  /** What the compiler clears of stacks, as the log says it: `off`, `all(zero)`, `all(pattern)`, `byref_all(zero)` …. */
  readonly initStack: string;
  // Options that an image read by itself says; undefined where nothing is known of them: Debian's choice.
  readonly deferredStructPageInit?: boolean | undefined;
  readonly zoneDma?: boolean | undefined;
  /** CONFIG_NUMA; without it there is one node, whatever maxNumnodes says. */
  readonly numa?: boolean | undefined;
  readonly numaEmu?: boolean | undefined;
  /** CONFIG_CPUMASK_OFFSTACK, which more than 512 CPUs need; undefined: only those have it. */
  readonly cpumaskOffstack?: boolean | undefined;
  readonly x86Mpparse?: boolean | undefined;
  readonly cma?: boolean | undefined;
  /** CONFIG_CMA_SIZE_MBYTES. */
  readonly cmaSizeMbytes?: number | undefined;
  readonly pageExtension?: boolean | undefined;
  readonly shufflePageAllocator?: boolean | undefined;
  /** CONFIG_TRANSPARENT_HUGEPAGE: CPUs keep lists of page blocks; real-time kernels have none. */
  readonly transparentHugepage?: boolean | undefined;
  readonly kfence?: boolean | undefined;
  readonly unacceptedMemory?: boolean | undefined;
  /** CONFIG_HUGETLB_PAGE_OPTIMIZE_VMEMMAP. */
  readonly hugetlbVmemmap?: boolean | undefined;
  readonly swiotlbDynamic?: boolean | undefined;
  readonly kexecHandover?: boolean | undefined;
  readonly randomizeBase?: boolean | undefined;
  // Options that only a log tells of: undefined is what nearly every kernel has.
  readonly zoneDevice?: boolean | undefined;
  readonly hibernation?: boolean | undefined;
  readonly memoryHotplug?: boolean | undefined;
  /** Whether the kernel finds a PCI bus: without one no RAM buffers are registered. */
  readonly pci?: boolean | undefined;
  /** SLUB is the slab allocator. */
  readonly slub?: boolean | undefined;
  /** A driver for the machine's IOMMU takes over from the bounce buffer. */
  readonly iommuDriver?: boolean | undefined;
}

/** One kernel: what a boot needs to know of it. */
export interface KernelProfile {
  /** The name that --kernel takes, such as `6.1`. */
  readonly name: string;
  readonly image: ImageFacts;
  readonly config: KernelConfig;
  /** Which build the image is, such as `6.1.0-56-amd64`. */
  readonly release?: string | undefined;
  /** Where facts are known from that do not come from the image itself: `image.earlyPages` to `assumed: …`. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
  /** Its version with the patch level, as `6.1.192`; a posting of the series by its name. */
  readonly version: string;
  /** The choices of its version. */
  readonly rules: KernelRules;
}

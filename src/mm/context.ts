// The state of one boot that mm and arch share: what the C keeps in globals. Each boot makes its own.
import type { KernelProfile } from '../kernel/profile.ts';
import type { Params } from '../kernel/params.ts';
import type { Printk } from '../kernel/printk.ts';
import type { CpuId, Nid, Pfn, PhysAddr } from '../lib/units.ts';
import type { Memblock } from './memblock.ts';
import type { Pgdat } from './mmzone.ts';

/** A possible CPU. Index in `cpus.possible` is the Linux CPU number. */
export interface PossibleCpu {
  readonly apicId: number;
  /** Early node (numa_node of the CPU, after fall-back to an online node); -1 where unknown. */
  node: Nid;
  /** Listed as enabled by the MADT, so that smp_init tries to start it. */
  readonly present: boolean;
}

/** CPU features that change what early boot does with memory. */
export interface CpuFeatures {
  /** 1 GiB pages in the direct mapping (pdpe1gb). */
  readonly gbPages: boolean;
  /** 5-level paging in use (la57, and no `no5lvl`). */
  readonly la57: boolean;
  readonly vendor: 'Intel' | 'AMD' | 'other';
  /** cache_line_size(), bytes: what slabs are aligned to. */
  readonly cacheAlignment: number;
  /** Physical address bits (CPUID 0x80000008). */
  readonly physBits: number;
  /** Running under a hypervisor (CPUID 1, ECX bit 31). */
  readonly hypervisor: boolean;
}

/** Sections [start, end) by number that are present; `nid` as sparse_encode_early_nid keeps it. */
export interface PresentSections {
  readonly start: number;
  end: number;
  readonly nid: Nid;
}

/** A range whose pages came back to its zones after memblock_free_all. */
export interface ReturnedRange {
  readonly what: 'memblock' | 'cma' | 'efi' | 'hugetlb' | 'initrd' | 'image';
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  /** Whether the `Memory:` line counts it as free already. */
  readonly beforeMemoryLine: boolean;
}

/** The globals of one boot. Mutable where the kernel's are. */
export interface BootContext {
  readonly profile: KernelProfile;
  readonly params: Params;
  readonly printk: Printk;
  readonly memblock: Memblock;
  readonly features: CpuFeatures;
  /** max_pfn and max_low_pfn: the end of usable memory, and of that below 4 GiB. */
  maxPfn: Pfn;
  maxLowPfn: Pfn;
  /** max_possible_pfn: the end of memory that there may ever be, hotpluggable ranges of the SRAT included. */
  maxPossiblePfn: Pfn;
  /** Possible CPUs in Linux's numbering (present ones first), set by prefill_possible_map. */
  readonly cpus: PossibleCpu[];
  /** nr_cpu_ids: possible CPUs, `nr_cpus=` applied. */
  nrCpuIds: number;
  /** nr_node_ids: one past the highest possible node. */
  nrNodeIds: number;
  /** Nodes with a pg_data_t by ascending id: online ones, and possible ones without memory and CPUs. */
  readonly pgdats: Pgdat[];
  /** cma_areas: ranges taken for CMA. Until their initcall their pages are neither free nor counted as reserved. */
  readonly cmaAreas: { readonly start: PhysAddr; readonly end: PhysAddr }[];
  /** What came back to the zones, in order: the books of who has which page. */
  readonly returned: ReturnedRange[];
  /** nr_kernel_pages and nr_all_pages: pages left after the memmap's own, which size the large hashes. */
  nrKernelPages: number;
  nrAllPages: number;
  /** Section numbers with memory, as ranges with the node whose memory was met first in them. */
  readonly presentSections: PresentSections[];
  /** node_to_cpumask_map: possible CPUs of a node; with numa=fake each fake node has all CPUs of its real one. */
  nodeCpus(nid: Nid): CpuId[];
  /** Nodes that are online by now, ascending. */
  onlineNodes(): Nid[];
  /** node_distance(): SLIT's, or 10 on the diagonal and 20 elsewhere. */
  nodeDistance(from: Nid, to: Nid): number;
  /** log_buf_len: bytes of the kernel log's buffer, larger than the image's own where it was grown. */
  logBufLen: number;
  /** Physical range of the initrd after any relocation. */
  ramdisk: { start: PhysAddr; end: PhysAddr } | null;
  /** Names a thing that affects memory and is not modelled; shown once each in the run record's warnings. */
  warn(message: string): void;
}

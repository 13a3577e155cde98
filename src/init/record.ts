// The run record: what one boot did, as plain data. Documented in docs/run-record.md; stable within a version number.
import type { Assumed } from '../kernel/assumed.ts';
import type { LogLine } from '../kernel/printk.ts';
import type { CpuId, Nid, Pfn, PhysAddr } from '../lib/units.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const RECORD_VERSION = 1;

/** Which kind of CPU ran the kernel threads: tells what the times in the record are (rule 4 of the design). */
export type CpuKind = 'simulated' | 'threads' | 'emulated';
/** The word beside every figure of that kind: simulated times are a model, thread times were measured. */
export const FIGURE_SOURCE: Readonly<Record<CpuKind, 'model' | 'measured' | 'emulated'>> = {
  simulated: 'model',
  threads: 'measured',
  emulated: 'emulated',
};

/** One firmware map entry as the payload handed it over; `end` is the last byte. */
export interface RecordE820 {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly type: number;
}

/** One memblock region; `nid` is -1 where it has none. `flags` as MEMBLOCK_*: 1 hotplug, 2 mirror, 4 nomap. */
export interface RecordRegion {
  readonly base: PhysAddr;
  readonly size: number;
  readonly flags: number;
  readonly nid: Nid;
}

/** One node: page frames and pages, and its online CPUs. */
export interface RecordNode {
  readonly id: Nid;
  readonly cpus: readonly CpuId[];
  readonly startPfn: Pfn;
  readonly spannedPages: number;
  readonly presentPages: number;
  /** As page_alloc_init_late found it; null where nothing was deferred. */
  readonly firstDeferredPfn: Pfn | null;
}

/** A zone that spans something, after deferred init. */
export interface RecordZone {
  readonly node: Nid;
  readonly name: string;
  readonly startPfn: Pfn;
  readonly spannedPages: number;
  readonly presentPages: number;
  readonly managedPages: number;
}

/** One call of the thread function: page frames [start, end), times in virtual (or measured) nanoseconds. */
export interface RecordChunk {
  readonly start: Pfn;
  readonly end: Pfn;
  readonly cpu: CpuId;
  readonly startNs: number;
  readonly endNs: number;
}

/** One padata_do_multithreaded call; `start`, `size`, `align`, `minChunk`, `chunkSize` in pages. */
export interface RecordJob {
  readonly node: Nid;
  readonly zone: string;
  readonly start: Pfn;
  readonly size: number;
  readonly align: number;
  readonly minChunk: number;
  readonly maxThreads: number;
  readonly workers: number;
  readonly chunkSize: number;
  readonly chunks: readonly RecordChunk[];
}

/** What happened to memory, for `explain`: memblock's changes in order, with the boot step that made them. */
export interface RecordMemblockEvent {
  readonly step: string;
  readonly op: string;
  readonly base: PhysAddr;
  readonly size: number;
  readonly nid: Nid;
  readonly flags: number;
  readonly caller: string;
  readonly request?:
    | {
        readonly size: number;
        readonly align: number;
        readonly minAddr: PhysAddr;
        readonly maxAddr: PhysAddr;
        readonly nid: Nid;
      }
    | undefined;
}

/** A fact that nobody told: its name, what was taken for it, and the indexes in `log` of the lines that depend on it. */
export interface RecordAssumed extends Assumed {
  readonly lines: readonly number[];
}

/** The books of memory, for `missing`: what was done to the firmware's map, and which pages came back late. */
export interface RecordAccounting {
  /** The firmware's map as Linux took it over: sorted and without overlaps. `end` is the last byte. */
  readonly firmware: readonly RecordE820[];
  /** What mem=, memmap= and the kernel itself did to it, in order; `end` is exclusive. */
  readonly changes: readonly {
    readonly step: string;
    readonly op: 'add' | 'update' | 'remove' | 'clear';
    readonly start: PhysAddr;
    readonly end: PhysAddr;
    readonly from: number | null;
    readonly to: number | null;
  }[];
  /** Ranges that came back to their zones after memblock_free_all; `end` is exclusive. */
  readonly returned: readonly {
    readonly what: 'memblock' | 'cma' | 'efi' | 'hugetlb' | 'initrd' | 'image';
    readonly start: PhysAddr;
    readonly end: PhysAddr;
    /** Whether the `Memory:` line counts it as free already. */
    readonly beforeMemoryLine: boolean;
  }[];
  /** max_pfn: no page from here on goes to the page allocator. */
  readonly maxPfn: Pfn;
  /** Pages that the kernel takes between memblock_free_all and its first process, by rules of thumb: an estimate. */
  readonly takenPages: number;
  /** Huge pages of 2 MiB that the command line asks for; the page allocator gives them before init starts. */
  readonly pmdPages: number;
}

/** What one boot did. Numbers are decimal and exact; addresses and sizes in bytes unless the name says pages or Pfn. */
export interface RunRecord {
  readonly version: typeof RECORD_VERSION;
  /** The machine's name, or the path it was imported from. */
  readonly machine: string;
  /** The kernel profile's name. */
  readonly kernel: string;
  readonly cpus: CpuKind;
  readonly cmdline: string;
  /** Virtual address of the struct page of page frame 0, as hexadecimal text: it has 64 bits. */
  readonly vmemmapBase: string;
  readonly e820: readonly RecordE820[];
  /** At memblock_free_all. */
  readonly memblock: { readonly memory: readonly RecordRegion[]; readonly reserved: readonly RecordRegion[] };
  /** At page_alloc_init_late. */
  readonly memblockLate: {
    readonly memory: readonly RecordRegion[];
    readonly reserved: readonly RecordRegion[];
  };
  readonly nodes: readonly RecordNode[];
  readonly zones: readonly RecordZone[];
  readonly jobs: readonly RecordJob[];
  /** Jobs that are not over pages, as hugetlb's over node numbers: node -1, no zone. Simulated CPUs only. */
  readonly otherJobs?: readonly RecordJob[];
  /** Pieces that a node's own thread initialised without a job (v2's heads and tails, kernels before the series). */
  readonly serial: readonly (RecordChunk & { readonly node: Nid })[];
  /**
   * What each node's thread took; nodes without deferred pages are left out. `ms` is the log's figure, in jiffies; `startNs` is when
   * page_alloc_init_late() started the thread, `endNs` when it was done. Records of 0.1.0 lack both times.
   */
  readonly deferredInit: readonly {
    readonly node: Nid;
    readonly ms: number;
    readonly startNs?: number | undefined;
    readonly endNs?: number | undefined;
  }[];
  /** Calls of deferred_grow_zone before page_alloc_init_late: how far each moved the node's boundary. */
  readonly grow: readonly {
    readonly node: Nid;
    readonly order: number;
    readonly fromPfn: Pfn;
    readonly toPfn: Pfn | null;
  }[];
  readonly onlineCpus: number;
  readonly memblockEvents: readonly RecordMemblockEvent[];
  /** Left out where Linux panics. */
  readonly accounting?: RecordAccounting | undefined;
  /** What affects memory and is not modelled, a sentence each. */
  readonly warnings: readonly string[];
  /** What the boot used and nobody told it, a sentence each. */
  readonly assumed?: readonly string[] | undefined;
  /** The same facts, with the lines of `log` that depend on each. */
  readonly assumedFacts?: readonly RecordAssumed[] | undefined;
  readonly log: readonly string[];
  /** Where Linux panics on this machine: the line with which its log ends. The record tells what was so far; there is none otherwise. */
  readonly panic?: string | undefined;
  /** The log with levels and boot steps; same order and count as `log`. */
  readonly logLines: readonly LogLine[];
}

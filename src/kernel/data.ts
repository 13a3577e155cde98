// The machine's CPUs as the kernel knows them, and where its static data is in shared memory.
import type { Nid } from '../lib/units.ts';
import type { Word } from '../cpu/op.ts';

/** The machine's CPUs and nodes, as setup_arch found them. Does not change while threads run. */
export interface Topology {
  /** nr_cpu_ids: one past the highest possible CPU. */
  readonly nrCpuIds: number;
  /** num_possible_cpus(). */
  readonly nrPossible: number;
  /** Node of each CPU by its number; -1 where unknown. */
  readonly nodeOfCpu: readonly Nid[];
  readonly nrNodeIds: number;
}

/** Words of the kernel's static data. */
export interface KernelData {
  /** cpu_online_mask: bit b of word w is CPU 32 w + b. */
  readonly cpuOnlineMask: Word;
  readonly maskWords: number;
  /** cpu_hotplug_lock. */
  readonly cpuHotplugLock: Word;
  /** Per-CPU kernels' hotplug callbacks: a list of padata instances. */
  readonly padataInstances: Word;
  /** worker_pool of each node for unbound work, then one for CPUs without a node. */
  readonly unboundPools: Word;
  /** worker_pool of each CPU; 0 until workqueue_init. */
  readonly cpuPools: Word;
  readonly padataWorksLock: Word;
  /** padata_free_works, a list head. */
  readonly padataFreeWorks: Word;
  /** Node that the last numa-aware work went to (6.9). */
  readonly padataLastUsedNid: Word;
  /** pgdat_init_n_undone. */
  readonly pgdatInitNUndone: Word;
  /** pgdat_init_all_done_comp. */
  readonly pgdatInitAllDone: Word;
  /** The deferred_pages static branch: 1 while struct pages may be missing. */
  readonly deferredPages: Word;
  /** For each node: node_size_lock, first_deferred_pfn. */
  readonly pgdats: Word;
  /** Readers of RCU, and the word that counts grace periods. */
  readonly rcuReaders: Word;
  /** First word after all of it. */
  readonly end: Word;
}

/** Bits of a CPU mask that one word holds. */
export const MASK_BITS = 32;
/** Words of a worker_pool; see workqueue.ts. */
export const POOL_WORDS = 16;

/** Lays the static data out from `base` on: a function of the topology alone, so that every CPU finds the same. */
export function layoutKernelData(topology: Topology, base: Word): KernelData {
  let next = base;
  const words = (count: number): Word => {
    const at = next;
    next += count;
    return at;
  };
  const maskWords = Math.ceil(topology.nrCpuIds / MASK_BITS);
  return {
    maskWords,
    cpuOnlineMask: words(maskWords),
    cpuHotplugLock: words(1),
    padataInstances: words(2),
    unboundPools: words(POOL_WORDS * (topology.nrNodeIds + 1)),
    cpuPools: words(topology.nrCpuIds),
    padataWorksLock: words(1),
    padataFreeWorks: words(2),
    padataLastUsedNid: words(1),
    pgdatInitNUndone: words(1),
    pgdatInitAllDone: words(2),
    deferredPages: words(1),
    pgdats: words(2 * topology.nrNodeIds),
    rcuReaders: words(2),
    end: next,
  };
}

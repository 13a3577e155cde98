// Mirrors hugetlb_bootmem_struct_page_init() of mm/hugetlb.c (v7.2): right after deferred initialisation a job over node numbers
// gives gigantic pages their struct pages. It runs whether there are any or not.
import type { Kthread, WorkName } from '../cpu/op.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { padataDoMultithreaded } from '../kernel/padata.ts';

/** The leaf: node numbers [start, end). What it does to pages is not modelled, so it takes no time. */
export const GATHER_BOOTMEM: WorkName = 'gatherBootmemPreallocParallel';

/** nr_node_ids, and how many nodes have memory: as many threads at most. */
export interface HugetlbGather {
  readonly nrNodeIds: number;
  readonly nodesWithMemory: number;
}

export function* hugetlbBootmemStructPageInit(k: Kernel, gather: HugetlbGather): Kthread {
  yield* padataDoMultithreaded(k, {
    threadFn: GATHER_BOOTMEM,
    fnArg: 0,
    start: 0,
    size: gather.nrNodeIds,
    align: 1,
    minChunk: 1,
    maxThreads: gather.nodesWithMemory,
    numaAware: true,
  });
}

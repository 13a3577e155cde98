// The users' jobs as a prediction runs them: batches coarse enough to be quick, fine enough to keep chunks and locks as they are.
import type { CpuId, Nid } from '../../lib/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import {
  CLEAR_HUGE,
  fallocate,
  fallocateThreadFns,
  fallocateWords,
  initFallocate,
  type FallocateContext,
} from '../../mm/users/fallocate.ts';
import {
  HUGETLB_PREP,
  hugetlbFill,
  hugetlbThreadFns,
  hugetlbWords,
  initHugetlb,
  type HugetlbContext,
} from '../../mm/users/hugetlb.ts';
import {
  initRange,
  MUNMAP_FREE,
  PMEM_INIT,
  RANGE_JOB,
  rangeJob,
  rangeThreadFns,
  rangeWords,
  type RangeContext,
} from '../../mm/users/ranges.ts';
import {
  initVfio,
  VFIO_2022,
  VFIO_PIN,
  vfioPinMapDma,
  vfioThreadFns,
  vfioWords,
  type VfioContext,
} from '../../mm/users/vfio-pin.ts';
import type { TimedJob } from './simulate.ts';

const HOLD = 'hold';
/** Batches of the model: none coarser than the smallest chunk, few enough for 16 threads in well under a second. */
const COARSEST = 64;

/** Where the memory is, and who may work: null for the node of whoever works, undefined for every CPU. */
export interface Placement {
  readonly node: Nid | null;
  readonly cpus?: readonly CpuId[] | undefined;
}

/** Pinning `pages`; `threads` is the cap that the kernel would be built with, 16 as posted. */
export function vfioJob(pages: number, threads: number, cache: number, { node, cpus }: Placement): TimedJob {
  const coarse =
    cache === 0 ? COARSEST : Math.max(1, Math.min(COARSEST, Math.floor(cache / VFIO_2022.batch)));
  const batch = VFIO_2022.batch * coarse;
  let ctx: VfioContext;
  return {
    ...{ leaf: VFIO_PIN, hold: HOLD, node, threadFns: vfioThreadFns(() => ctx) },
    holds: cache === 0 ? coarse : 1,
    *run(k: Kernel, cpuGroup) {
      const dma = k.mem.alloc(vfioWords(pages, batch));
      initVfio(k, dma, pages, batch);
      const limits = { maxThreads: Math.min(threads, VFIO_2022.maxThreads), limit: Infinity };
      ctx = { ...VFIO_2022, ...limits, batch, lockedVmCache: cache, dma, hold: HOLD };
      yield* vfioPinMapDma(k, ctx, pages, { cpuGroup, ...(cpus && { cpusAllowed: cpus }) });
    },
  };
}

/** Filling a pool with `pages` huge pages. */
export function hugetlbPool(pages: number, threads: number, { node }: Placement): TimedJob {
  const coarse = Math.max(1, Math.floor(pages / (threads * COARSEST)));
  let ctx: HugetlbContext;
  return {
    ...{ leaf: HUGETLB_PREP, hold: HOLD, holds: coarse, node, threadFns: hugetlbThreadFns(() => ctx) },
    *run(k: Kernel) {
      const pool = k.mem.alloc(hugetlbWords(pages));
      initHugetlb(k, pool, pages);
      ctx = { pool, batch: coarse, hold: HOLD };
      const minChunk = Math.max(1, Math.floor(pages / threads));
      yield* hugetlbFill(k, ctx, pages, { maxThreads: threads, minChunk, numaAware: true });
    },
  };
}

/** Preallocating a file of huge pages from the pools of all nodes, by threads of the first one. */
export function fallocateJob(pages: number, threads: number, pools: readonly number[]): TimedJob {
  const batch = Math.max(1, Math.floor(pages / (threads * COARSEST * 4)));
  let ctx: FallocateContext;
  return {
    ...{ leaf: CLEAR_HUGE, hold: HOLD, holds: 1, node: 'arg', threadFns: fallocateThreadFns(() => ctx) },
    *run(k: Kernel) {
      ctx = { file: k.mem.alloc(fallocateWords(pools.length)), batch, node: 0, pools };
      initFallocate(k, ctx);
      const cpusAllowed = k.topology.nodeOfCpu.flatMap((node, cpu) => (node === 0 ? [cpu] : []));
      yield* fallocate(k, ctx, pages, { maxThreads: threads, cpusAllowed });
    },
  };
}

/** Pages that are freed or counted at once in the kernel: a pagevec's worth, some dozens. */
const FREED_AT_ONCE = 512;

/** Struct pages of a device, or an address space that is taken down. */
export function rangeOf(
  kind: RangeContext['kind'],
  pages: number,
  threads: number,
  { node, cpus }: Placement,
): TimedJob {
  const coarse = COARSEST;
  const batch = FREED_AT_ONCE * coarse;
  let ctx: RangeContext;
  return {
    ...{ leaf: kind === 'pmem' ? PMEM_INIT : MUNMAP_FREE, hold: HOLD, holds: coarse, node },
    threadFns: rangeThreadFns(() => ctx),
    *run(k: Kernel, cpuGroup) {
      const range = k.mem.alloc(rangeWords(pages, batch));
      ctx = { range, batch, hold: HOLD, kind };
      initRange(k, ctx, pages);
      yield* rangeJob(k, ctx, pages, {
        ...{ ...RANGE_JOB, maxThreads: threads, cpuGroup },
        ...(cpus && { cpusAllowed: cpus }),
      });
    },
  };
}

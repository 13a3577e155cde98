// Mirrors kernel_init_freeable of init/main.c (v6.1): the boot CPU's kernel thread, from workqueues to deferred init.
import { bringupNonbootCpus } from '../kernel/cpu.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { padataInit } from '../kernel/padata.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import type { Kthread } from '../cpu/op.ts';
import { hugetlbBootmemStructPageInit, type HugetlbGather } from '../mm/hugetlb_gather.ts';
import { deferredGrowZone, deferredSetup, pageAllocInitLate, type DeferredContext } from '../mm/deferred.ts';

/** A call of deferred_grow_zone() before deferred init: an allocation that found nothing free. */
export interface GrowCall {
  readonly node: Nid;
  readonly zid: number;
  readonly order: number;
}

/** The machine that it runs on, and what is done besides, on the host's side of the log. */
export interface KernelInit {
  /** CPUs that smp_init starts, ascending; the boot CPU is among them. */
  readonly present: readonly CpuId[];
  /** setup_max_cpus: online CPUs at most. */
  readonly maxCpus: number;
  readonly deferred: DeferredContext;
  /** smp_init is through: so many CPUs are online. */
  readonly onBroughtUp?: ((online: number) => void) | undefined;
  readonly grow?: readonly GrowCall[] | undefined;
  /** hugetlb's job after deferred init, where the version has one and the CPUs run it. */
  readonly hugetlb?: HugetlbGather | undefined;
}

/** One step a line, in the order that the series' second patch made: CPUs first, then padata, then deferred init. */
export function* kernelInit(k: Kernel, init: KernelInit): Kthread {
  deferredSetup(k, init.deferred); // first_deferred_pfn of each node, where every CPU finds it
  yield* workqueueInit(k); // unbound worker pools, one a node
  const online = yield* bringupNonbootCpus(k, init.present, init.maxCpus); // smp_init
  init.onBroughtUp?.(online);
  for (const { node, zid, order } of init.grow ?? [])
    yield* deferredGrowZone(k, init.deferred, node, zid, order);
  padataInit(k); // the pool of works, num_possible_cpus of them
  yield* pageAllocInitLate(k, init.deferred); // a pgdatinit thread for each node with memory, and wait for all
  if (init.hugetlb) yield* hugetlbBootmemStructPageInit(k, init.hugetlb); // struct pages of gigantic pages
}

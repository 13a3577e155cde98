// Mirrors kernel/workqueue.c (v6.1): system_unbound_wq with one pool of workers for each node. pool.ts has the workers.
import type { Nid } from '../lib/units.ts';
import type { Kthread, Word } from '../cpu/op.ts';
import { GET_CPU } from '../cpu/requests.ts';
import { POOL_WORDS, type Kernel, type KernelFunction } from './kernel.ts';
import { createWorker, queueWorkOnPool, workerThread } from './workqueue/pool.ts';
import { initPool } from './workqueue/structs.ts';

export { initWork, WORK_FIELDS, WORK_WORDS } from './workqueue/structs.ts';

/** Functions that workqueues need in the kernel's text. */
export const WORKQUEUE_FUNCTIONS: Readonly<Record<string, KernelFunction>> = { workerThread };

/** The pool for unbound works of a node; that of no node where the node has no CPU. */
export function unboundPool(k: Kernel, node: Nid): Word {
  const hasCpus = (k.cpusOfNode[node]?.length ?? 0) > 0;
  return k.data.unboundPools + POOL_WORDS * (hasCpus ? node : k.topology.nrNodeIds);
}

/** workqueue_init(): the unbound pools, with one idle worker each. */
export function* workqueueInit(k: Kernel): Kthread {
  const { nrCpuIds, nrNodeIds } = k.topology;
  for (let node = -1; node < nrNodeIds; node += 1) {
    if (node >= 0 && k.cpusOfNode[node]?.length === 0) continue;
    const pool = unboundPool(k, node);
    // two pools of each CPU have the numbers before, the one of no node is first
    initPool(k.mem, pool, { node, id: 2 * nrCpuIds + node + 1 });
    yield* createWorker(k, pool);
  }
}

/** queue_work(system_unbound_wq, work): to the pool of the node of the calling CPU. */
export function* queueWork(k: Kernel, work: Word): Kthread<boolean> {
  const cpu = yield GET_CPU;
  return yield* queueWorkOnPool(k, unboundPool(k, k.topology.nodeOfCpu[cpu] ?? -1), work);
}

/** queue_work_node(node, system_unbound_wq, work). */
export function* queueWorkNode(k: Kernel, node: Nid, work: Word): Kthread<boolean> {
  return yield* queueWorkOnPool(k, unboundPool(k, node), work);
}

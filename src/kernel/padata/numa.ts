// Mirrors the numa_aware part of padata_do_multithreaded() (v6.9): each work goes to the next node with CPUs. The last node
// used is kept between jobs.
import { cmpxchgOf, type Kthread, type Word } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';
import { queueWorkNode } from '../workqueue.ts';
import { nextNodeIn } from './rules.ts';

/** Queues a work on the node after the one that got the last. */
export function* queueWorkNextNode(k: Kernel, pw: Word): Kthread<boolean> {
  const nodes = k.cpusOfNode.flatMap((cpus, node) => (cpus.length > 0 ? [node] : []));
  let old = k.mem.readOnce(k.data.padataLastUsedNid);
  for (;;) {
    const nid = nextNodeIn(old, nodes);
    const seen = yield cmpxchgOf(k.data.padataLastUsedNid, old, nid);
    if (seen === old) return yield* queueWorkNode(k, nid, pw);
    old = seen;
  }
}

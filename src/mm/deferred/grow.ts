// Mirrors deferred_grow_zone() of mm/page_alloc.c (v6.1): an allocation that finds too little initialises more itself.
import { alignUp } from '../../lib/align.ts';
import { PAGES_PER_SECTION, type Nid, type Pfn } from '../../lib/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { spinLock, spinUnlock } from '../../kernel/locking/spinlock.ts';
import type { Kthread } from '../../cpu/op.ts';
import {
  DEFERRED_CHUNK,
  firstDeferredOf,
  firstDeferredPfn,
  nodeOf,
  NOTHING,
  sizeLockOf,
  zoneArg,
  zoneOf,
  type DeferredContext,
  type DeferredNode,
} from './context.ts';
import type { GrowPlan } from './rules.ts';

/**
 * deferred_grow_zone(): initialises enough sections of the node for 2^order pages. True where the caller should try its
 * allocation again; `zid` is the zone that ran short.
 */
export function* deferredGrowZone(
  k: Kernel,
  ctx: DeferredContext,
  nid: Nid,
  zid: number,
  order: number,
): Kthread<boolean> {
  const node = nodeOf(ctx, nid);
  const seen = firstDeferredPfn(k, nid);
  // only the last zone of a node has deferred pages
  if (zid !== node.zid || node.zoneEndPfn !== node.nodeEndPfn) return false;
  yield { op: 'irq', enable: false };
  yield* spinLock(sizeLockOf(k, nid));
  const grown = yield* growLocked(k, ctx, node, seen, order);
  yield* spinUnlock(sizeLockOf(k, nid));
  yield { op: 'irq', enable: true };
  k.trace({ kind: 'grow', node: nid, order, fromPfn: seen, toPfn: firstDeferredPfn(k, nid), grown });
  return grown;
}

/** Under the node's lock. */
function* growLocked(
  k: Kernel,
  ctx: DeferredContext,
  node: DeferredNode,
  seen: Pfn | null,
  order: number,
): Kthread<boolean> {
  // another CPU has grown the zone while this one waited
  if (firstDeferredPfn(k, node.nid) !== seen) return true;
  const needed = alignUp(2 ** order, PAGES_PER_SECTION);
  const plan: GrowPlan | undefined = seen === null ? undefined : ctx.rules.grow(zoneOf(node), seen, needed);
  if (plan === undefined) {
    k.mem.writeOnce(firstDeferredOf(k, node.nid), NOTHING);
    return seen !== null;
  }
  const { from, to } = plan;
  yield { op: 'run', work: DEFERRED_CHUNK, arg: zoneArg(node.nid, node.zid), start: from, end: to };
  k.mem.writeOnce(firstDeferredOf(k, node.nid), plan.firstDeferredPfn ?? NOTHING);
  return plan.pages > 0;
}

// Mirrors deferred_init_memmap() and page_alloc_init_late() of mm/page_alloc.c (v6.1): a kernel thread
// for each node initialises the struct pages that were left out, with padata's help.
import { bugOn } from '../lib/bug.ts';
import type { Nid, Pfn } from '../lib/units.ts';
import { atomicAddReturn, readJiffies, type Kthread } from '../cpu/op.ts';
import { complete, initCompletion, waitForCompletion } from '../kernel/completion.ts';
import { cpuOnline } from '../kernel/cpu.ts';
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import { kthreadRun, setCpusAllowed } from '../kernel/kthread.ts';
import { spinLock, spinUnlock } from '../kernel/locking/spinlock.ts';
import { padataDoMultithreaded } from '../kernel/padata.ts';
import {
  DEFERRED_CHUNK,
  firstDeferredOf,
  jiffiesToMsecs,
  nodeOf,
  NOTHING,
  sizeLockOf,
  zoneArg,
  zoneOf,
  type DeferredContext,
  type DeferredNode,
} from './deferred/context.ts';
import { freePages } from './deferred/ranges.ts';
import type { DeferredPiece } from './deferred/rules.ts';

export {
  DEFERRED_CHUNK,
  firstDeferredOf,
  firstDeferredPfn,
  genericDeferredPageInitMaxThreads,
  jiffiesToMsecs,
  nodeOfArg,
  sizeLockOf,
  zoneArg,
  type DeferredContext,
  type DeferredNode,
  type DeferredPageInitMaxThreads,
} from './deferred/context.ts';
export { deferredGrowZone } from './deferred/grow.ts';

/** Puts the nodes' boundaries where the threads find them. Once, before anything may grow or initialise. */
export function deferredSetup(k: Kernel, ctx: DeferredContext): void {
  for (const { nid, firstDeferredPfn } of ctx.nodes)
    k.mem.writeOnce(firstDeferredOf(k, nid), firstDeferredPfn ?? NOTHING);
  k.mem.writeOnce(k.data.deferredPages, 1);
}

/** Functions that deferred init needs in the kernel's text. */
export function deferredFunctions(ctx: DeferredContext): Readonly<Record<string, KernelFunction>> {
  return { deferredInitMemmap: (k, nid) => deferredInitMemmap(k, ctx, nid) };
}

/** The deferred part of page_alloc_init_late(): starts a thread for each node with memory and waits for all. */
export function* pageAllocInitLate(k: Kernel, ctx: DeferredContext): Kthread {
  const { pgdatInitNUndone, pgdatInitAllDone, deferredPages } = k.data;
  k.mem.writeOnce(pgdatInitNUndone, ctx.nodes.length);
  initCompletion(k, pgdatInitAllDone);
  for (const { nid } of ctx.nodes) {
    k.trace({ kind: 'defstart', node: nid });
    yield* kthreadRun('deferredInitMemmap', nid, `pgdatinit${nid}`);
  }
  yield* waitForCompletion(k, pgdatInitAllDone);
  k.mem.writeOnce(deferredPages, 0);
}

/** pgdat_init_report_one_done(). */
function* reportOneDone(k: Kernel): Kthread {
  if ((yield* atomicAddReturn(k.data.pgdatInitNUndone, -1)) === 0)
    yield* complete(k, k.data.pgdatInitAllDone);
}

/** deferred_init_memmap(): the thread pgdatinit%d. */
export function* deferredInitMemmap(k: Kernel, ctx: DeferredContext, nid: Nid): Kthread {
  const node = nodeOf(ctx, nid);
  const { rules } = ctx;
  const cpumask = node.cpus.filter((cpu) => cpuOnline(k, cpu));
  const start = yield* readJiffies();
  if (cpumask.length > 0) yield* setCpusAllowed(cpumask);
  const first = yield* claim(k, node, rules.irqsOff);
  k.trace({ kind: 'definit', node: nid, firstDeferredPfn: first });
  if (first === null) {
    yield* reportOneDone(k);
    return;
  }
  const maxThreads = ctx.maxThreads(cpumask);
  let pages = 0;
  for (const piece of rules.pieces(zoneOf(node), first)) pages += yield* doPiece(k, node, piece, maxThreads);
  if (rules.irqsOff) {
    yield* spinUnlock(sizeLockOf(k, nid));
    yield { op: 'irq', enable: true };
  }
  const ms = jiffiesToMsecs((yield* readJiffies()) - start, ctx.hz);
  k.prInfo(rules.logLine(nid, pages, ms));
  k.trace({ kind: 'defdone', node: nid, ms });
  yield* reportOneDone(k);
}

/**
 * Takes all that is deferred on the node: from then on the zone cannot grow. With `keep` (4.17 to 5.7) the lock stays held
 * and interrupts off where something is deferred.
 */
function* claim(k: Kernel, node: DeferredNode, keep: boolean): Kthread<Pfn | null> {
  const lock = sizeLockOf(k, node.nid);
  const word = firstDeferredOf(k, node.nid);
  yield { op: 'irq', enable: false };
  yield* spinLock(lock);
  const first = k.mem.readOnce(word);
  if (first !== NOTHING) {
    bugOn(
      first < node.nodeStartPfn || first > node.nodeEndPfn,
      `first_deferred_pfn outside node ${node.nid}`,
    );
    k.mem.writeOnce(word, NOTHING);
    if (keep) return first;
  }
  yield* spinUnlock(lock);
  yield { op: 'irq', enable: true };
  return first === NOTHING ? null : first;
}

/** One piece; how many pages it initialised. */
function* doPiece(k: Kernel, node: DeferredNode, piece: DeferredPiece, maxThreads: number): Kthread<number> {
  const fnArg = zoneArg(node.nid, node.zid);
  if (piece.kind === 'serial')
    return yield { op: 'run', work: DEFERRED_CHUNK, arg: fnArg, start: piece.start, end: piece.end };
  const { start, size, align, minChunk } = piece;
  yield* padataDoMultithreaded(k, {
    threadFn: DEFERRED_CHUNK,
    fnArg,
    start,
    size,
    align,
    minChunk,
    maxThreads,
  });
  return freePages(node.ranges, start, start + size);
}

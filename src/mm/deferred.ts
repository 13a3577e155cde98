// Mirrors deferred_init_memmap(), deferred_grow_zone() and page_alloc_init_late() of mm/page_alloc.c (v6.1): a kernel thread
// for each node initialises the struct pages that were left out, with padata's help.
import { alignUp } from '../lib/align.ts';
import { Bug, bugOn } from '../lib/bug.ts';
import { PAGES_PER_SECTION, type CpuId, type Nid, type Pfn } from '../lib/units.ts';
import { atomicAddReturn, readJiffies, type Kthread, type Word, type WorkName } from '../machine/op.ts';
import { complete, initCompletion, waitForCompletion } from '../kernel/completion.ts';
import { cpuOnline } from '../kernel/cpu.ts';
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import { kthreadRun, setCpusAllowed } from '../kernel/kthread.ts';
import { spinLock, spinUnlock } from '../kernel/locking/spinlock.ts';
import { padataDoMultithreaded } from '../kernel/padata.ts';
import { freePages, type FreeRanges } from './deferred/ranges.ts';
import type { DeferredPiece, DeferredRules, DeferredZone, GrowPlan } from './deferred/rules.ts';
import type { ZoneName } from './mmzone.ts';

/** The leaf: initialises and frees the free pages of a zone in [start, end). Its argument is zoneArg(). */
export const DEFERRED_CHUNK: WorkName = 'deferredInitMemmapChunk';

/** deferred_page_init_max_threads(): how many threads a node's job may have. Generic kernels say 1. */
export type DeferredPageInitMaxThreads = (nodeCpumask: readonly CpuId[]) => number;

/** What a kernel without an override of its architecture does. */
export const genericDeferredPageInitMaxThreads: DeferredPageInitMaxThreads = () => 1;

/** A node with memory, as deferred init sees it. Plain data: it crosses workers. */
export interface DeferredNode {
  readonly nid: Nid;
  readonly nodeStartPfn: Pfn;
  readonly nodeEndPfn: Pfn;
  /** first_deferred_pfn at memblock_free_all; null: nothing is deferred. */
  readonly firstDeferredPfn: Pfn | null;
  /** node_to_cpumask_map: possible CPUs. */
  readonly cpus: readonly CpuId[];
  /** Index, name and end of the zone that is deferred, and free memory in it. */
  readonly zid: number;
  readonly zoneName: ZoneName;
  readonly zoneStartPfn: Pfn;
  readonly zoneEndPfn: Pfn;
  readonly ranges: FreeRanges;
}

/** All that deferred init needs to know of a boot. */
export interface DeferredContext {
  readonly rules: DeferredRules;
  readonly hz: number;
  /** Nodes with memory (N_MEMORY), ascending. */
  readonly nodes: readonly DeferredNode[];
  readonly maxThreads: DeferredPageInitMaxThreads;
}

/** ULONG_MAX in a first_deferred_pfn word. */
const NOTHING = -1;
const ZONES = 8;

/** fn_arg: a node's zone in one number. */
export function zoneArg(nid: Nid, zid: number): number {
  return nid * ZONES + zid;
}

/** The node of a zoneArg(). */
export function nodeOfArg(arg: number): Nid {
  return Math.floor(arg / ZONES);
}

/** Words of a node's lock and first_deferred_pfn. */
export const sizeLockOf = (k: Kernel, nid: Nid): Word => k.data.pgdats + 2 * nid;
export const firstDeferredOf = (k: Kernel, nid: Nid): Word => k.data.pgdats + 2 * nid + 1;

/** jiffies_to_msecs(): rounds up where a jiffy is no whole number of milliseconds. */
export function jiffiesToMsecs(jiffies: number, hz: number): number {
  return Math.ceil((jiffies * 1000) / hz);
}

function nodeOf(ctx: DeferredContext, nid: Nid): DeferredNode {
  const node = ctx.nodes.find((n) => n.nid === nid);
  if (node === undefined) throw new Bug(`node ${nid} has no memory`);
  return node;
}

function zoneOf(node: DeferredNode): DeferredZone {
  return { ranges: node.ranges, zoneEndPfn: node.zoneEndPfn };
}

/** Puts the nodes' boundaries where the threads find them. Once, before anything may grow or initialise. */
export function deferredSetup(k: Kernel, ctx: DeferredContext): void {
  for (const { nid, firstDeferredPfn } of ctx.nodes)
    k.mem.writeOnce(firstDeferredOf(k, nid), firstDeferredPfn ?? NOTHING);
  k.mem.writeOnce(k.data.deferredPages, 1);
}

/** The node's boundary now; null: nothing is deferred, or it is claimed. */
export function firstDeferredPfn(k: Kernel, nid: Nid): Pfn | null {
  const pfn = k.mem.readOnce(firstDeferredOf(k, nid));
  return pfn === NOTHING ? null : pfn;
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
  for (const { nid } of ctx.nodes) yield* kthreadRun('deferredInitMemmap', nid, `pgdatinit${nid}`);
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

// What deferred init knows of a boot, and where its nodes' boundaries are in shared memory.
import { Bug } from '../../lib/bug.ts';
import type { CpuId, Nid, Pfn } from '../../lib/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Word, WorkName } from '../../cpu/op.ts';
import type { ZoneName } from '../mmzone.ts';
import type { FreeRanges } from './ranges.ts';
import type { DeferredRules, DeferredZone } from './rules.ts';

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
export const NOTHING = -1;
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

/** The node of that number. @throws Bug where it has no memory */
export function nodeOf(ctx: DeferredContext, nid: Nid): DeferredNode {
  const node = ctx.nodes.find((n) => n.nid === nid);
  if (node === undefined) throw new Bug(`node ${nid} has no memory`);
  return node;
}

/** The part of a node that splitting and growing depend on. */
export function zoneOf(node: DeferredNode): DeferredZone {
  return { ranges: node.ranges, zoneEndPfn: node.zoneEndPfn };
}

/** The node's boundary now; null: nothing is deferred, or it is claimed. */
export function firstDeferredPfn(k: Kernel, nid: Nid): Pfn | null {
  const pfn = k.mem.readOnce(firstDeferredOf(k, nid));
  return pfn === NOTHING ? null : pfn;
}

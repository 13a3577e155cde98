// What the report says in numbers, all counted from the run record.
import { deferredSpan } from '../init/deferred_time.ts';
import { FIGURE_SOURCE, type CpuKind, type RunRecord } from '../init/record.ts';
import { PAGE_SIZE, type Nid } from '../lib/units.ts';
import { workOf, type Work } from './work.ts';
import { bytesByFate, chunkPages, deferredFrom, freePageRanges, memoryFates } from './fates.ts';

export type FigureSource = (typeof FIGURE_SOURCE)[CpuKind];

export interface NodeFacts {
  readonly node: Nid;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Free pages from the node's boundary on, which threads initialised and gave to the page allocator: holes and what is reserved do not count. */
  readonly deferredPages: number;
  readonly jobs: number;
  readonly chunks: number;
  /** Pieces that the node's own thread did without a job. */
  readonly serial: number;
  /** Threads that worked at once at most, as padata got them. */
  readonly workers: number;
  readonly cpusUsed: number;
  /** From when its thread is started until it is done (deferredSpan); 0 where nothing is deferred. */
  readonly deferredNs: number;
  /** All chunks' durations together. */
  readonly workNs: number;
  /** As the kernel logs it, in jiffies; null where it prints nothing. */
  readonly loggedMs: number | null;
}

export interface Facts {
  readonly source: FigureSource;
  readonly memoryBytes: number;
  readonly onlineCpus: number;
  readonly nodes: readonly NodeFacts[];
  readonly earlyBytes: number;
  readonly grownBytes: number;
  readonly reservedBytes: number;
  readonly deferredPages: number;
  readonly jobs: number;
  readonly chunks: number;
  readonly serial: number;
  /** CPUs that got at least one chunk or piece. */
  readonly cpusUsed: number;
  /** What boot waited for: the slowest node's. */
  readonly deferredNs: number;
  readonly workNs: number;
  /** The node that boot waited for; null where nothing was deferred. */
  readonly slowest: NodeFacts | null;
  /** The node with the most work: what one thread for each node would have to do alone. */
  readonly longestWorkNs: number;
}

/** Counts everything once. */
export function factsOf(record: RunRecord): Facts {
  const free = freePageRanges(record);
  const work = workOf(record);
  const nodes = record.nodes.map((node) => nodeFacts(record, node.id, work, free));
  const fates = bytesByFate(memoryFates(record));
  const all = work.flatMap((job) => job.chunks);
  const worked = nodes.filter((node) => node.chunks + node.serial > 0);
  return {
    source: FIGURE_SOURCE[record.cpus],
    memoryBytes: sum(record.memblockLate.memory, (r) => r.size),
    onlineCpus: record.onlineCpus,
    nodes,
    earlyBytes: fates.early,
    grownBytes: fates.grown,
    reservedBytes: fates.reserved,
    deferredPages: sum(nodes, (n) => n.deferredPages),
    jobs: record.jobs.length,
    chunks: sum(nodes, (n) => n.chunks),
    serial: record.serial.length,
    cpusUsed: new Set(all.map((chunk) => chunk.cpu)).size,
    deferredNs: Math.max(0, ...nodes.map((n) => n.deferredNs)),
    workNs: sum(nodes, (n) => n.workNs),
    slowest: worked.length > 0 ? worked.reduce((a, b) => (b.deferredNs > a.deferredNs ? b : a)) : null,
    longestWorkNs: Math.max(0, ...nodes.map((n) => n.workNs)),
  };
}

type FreeRanges = ReturnType<typeof freePageRanges>;

function nodeFacts(record: RunRecord, node: Nid, work: readonly Work[], free: FreeRanges): NodeFacts {
  const jobs = work.filter((job) => job.node === node);
  const called = jobs.filter((job) => !job.serial);
  const chunks = jobs.flatMap((job) => job.chunks);
  const time = deferredSpan(record, node);
  const from = deferredFrom(record, node);
  const own = free
    .filter((range) => range.node === node && range.end > from)
    .map((range) => ({ start: Math.max(range.start, from), end: range.end }));
  return {
    node,
    cpus: record.nodes.find((n) => n.id === node)?.cpus.length ?? 0,
    memoryBytes: sum(record.memblockLate.memory, (r) => (r.nid === node ? r.size : 0)),
    deferredPages: sum(chunks, (chunk) => chunkPages(chunk, own)),
    jobs: called.length,
    chunks: sum(called, (job) => job.chunks.length),
    serial: chunks.length - sum(called, (job) => job.chunks.length),
    workers: Math.max(0, ...jobs.map((job) => job.workers)),
    cpusUsed: new Set(chunks.map((chunk) => chunk.cpu)).size,
    deferredNs: time === null ? 0 : time.endNs - time.startNs,
    workNs: sum(chunks, (chunk) => chunk.endNs - chunk.startNs),
    loggedMs: record.deferredInit.find((d) => d.node === node)?.ms ?? null,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Bytes of deferred memory. */
export const deferredBytes = (facts: Facts): number => facts.deferredPages * PAGE_SIZE;

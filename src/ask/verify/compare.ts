// A run record against what a capture holds: jobs, chunks, zones and memblock, each with what differs.
import type { RecordJob, RecordRegion, RunRecord } from '../../init/record.ts';
import type { CapturedJob, CapturedPadata, CapturedZone, MemblockSnapshot } from './capture.ts';

/** One thing compared: how many items there were, and a line for each that differs. */
export interface Comparison {
  readonly what: string;
  readonly count: number;
  readonly differing: readonly string[];
}

const hexText = (value: number): string => '0x' + value.toString(16);

function compareLists(what: string, real: readonly string[], predicted: readonly string[]): Comparison {
  const left = new Map<string, number>();
  for (const item of real) left.set(item, (left.get(item) ?? 0) + 1);
  const differing: string[] = [];
  for (const item of predicted) {
    const seen = left.get(item) ?? 0;
    if (seen > 0) left.set(item, seen - 1);
    else differing.push(`+ ${item}`);
  }
  for (const [item, count] of left) for (let i = 0; i < count; i++) differing.unshift(`- ${item}`);
  return { what, count: real.length, differing };
}

/** first_deferred_pfn of each node that had a pgdatinit thread. */
export function compareFirstDeferred(record: RunRecord, real: CapturedPadata): Comparison {
  const text = (node: number, pfn: number | null): string =>
    `node ${node}: first_deferred_pfn ${pfn === null ? 'none' : hexText(pfn)}`;
  return compareLists(
    'first_deferred_pfn',
    [...real.firstDeferredPfn].map(([node, pfn]) => text(node, pfn)),
    record.nodes.filter((n) => n.presentPages > 0).map((n) => text(n.id, n.firstDeferredPfn)),
  );
}

/** A job over node numbers is compared where the capture went on until it came: older ones end with deferred init. */
function jobsSeen(record: RunRecord, real: CapturedPadata): readonly RecordJob[] {
  const sawOthers = real.jobs.some(({ node }) => node < 0);
  return sawOthers ? [...record.jobs, ...(record.otherJobs ?? [])] : record.jobs;
}

/** The arguments of each job: what memory decides, whoever runs it. */
export function compareJobs(record: RunRecord, real: CapturedPadata): Comparison {
  const text = (job: Omit<CapturedJob, 'chunks' | 'workers' | 'chunkSize'>): string =>
    `node ${job.node} ${job.zone || '-'}: start ${hexText(job.start)} size ${hexText(job.size)} align ${hexText(job.align)} ` +
    `min_chunk ${hexText(job.minChunk)} max_threads ${job.maxThreads}`;
  return compareLists('jobs', real.jobs.map(text), jobsSeen(record, real).map(text));
}

/** Workers obtained and chunk size of each job that was shared out. */
export function compareWorkers(record: RunRecord, real: CapturedPadata): Comparison {
  const text = (job: { node: number; start: number; workers: number; chunkSize: number | null }): string =>
    `node ${job.node} job ${hexText(job.start)}: ${job.workers} workers` +
    (job.workers > 1 && job.chunkSize !== null ? `, chunk ${hexText(job.chunkSize)}` : '');
  return compareLists('workers', real.jobs.map(text), jobsSeen(record, real).map(text));
}

/** The set of chunks, the CPU left out. */
export function compareChunks(record: RunRecord, real: CapturedPadata): Comparison {
  const texts = (
    jobs: readonly { node: number; chunks: readonly { start: number; end: number }[] }[],
  ): string[] =>
    jobs.flatMap((job) =>
      job.chunks.map((c) => `node ${job.node} chunk ${hexText(c.start)}-${hexText(c.end)}`),
    );
  return compareLists('chunks', texts(real.jobs), texts(record.jobs));
}

/**
 * For shapes on which the kernel itself races for workers (fake nodes share CPUs): each job's chunks cover it once and
 * without gaps, and no more workers ran than it may have.
 */
export function checkChunkInvariants(record: RunRecord): Comparison {
  const differing: string[] = [];
  for (const job of record.jobs) {
    const chunks = [...job.chunks].sort((a, b) => a.start - b.start);
    let next = job.start;
    for (const chunk of chunks) {
      if (chunk.start !== next)
        differing.push(`node ${job.node}: chunk ${hexText(chunk.start)} after ${hexText(next)}`);
      next = chunk.end;
    }
    if (next !== job.start + job.size) differing.push(`node ${job.node}: job ends at ${hexText(next)}`);
    if (job.workers > job.maxThreads) differing.push(`node ${job.node}: ${job.workers} workers`);
  }
  return { what: 'chunk invariants', count: record.jobs.length, differing };
}

/** Zones that hold pages: start, spanned, present, managed. */
export function compareZones(record: RunRecord, real: readonly CapturedZone[]): Comparison {
  const text = (z: { node: number; name: string; s: number; sp: number; p: number; m: number }): string =>
    `node ${z.node} ${z.name}: start ${z.s} spanned ${z.sp} present ${z.p} managed ${z.m}`;
  return compareLists(
    'zones',
    real
      .filter((z) => z.present > 0)
      .map((z) => text({ ...z, s: z.startPfn ?? 0, sp: z.spanned, p: z.present, m: z.managed })),
    record.zones
      .filter((z) => z.presentPages > 0)
      .map((z) => text({ ...z, s: z.startPfn, sp: z.spannedPages, p: z.presentPages, m: z.managedPages })),
  );
}

/** Captures name the first four flags only. */
const CAPTURED_FLAGS = 0xf;

/** Both tables of one snapshot, region by region. */
export function compareMemblock(what: string, record: MemblockSnapshot, real: MemblockSnapshot): Comparison {
  const texts = (table: string, regions: readonly RecordRegion[]): string[] =>
    regions.map((r) => {
      const node = r.nid < 0 ? '' : ` node ${r.nid}`;
      return `${table} ${hexText(r.base)}-${hexText(r.base + r.size)}${node} flags ${r.flags & CAPTURED_FLAGS}`;
    });
  return compareLists(
    what,
    [...texts('memory', real.memory), ...texts('reserved', real.reserved)],
    [...texts('memory', record.memory), ...texts('reserved', record.reserved)],
  );
}

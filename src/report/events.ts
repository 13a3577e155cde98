// What happened when, from the record: jobs, chunks, waits between them, boot steps. Traces are written from these.
import type { RecordChunk, RunRecord } from '../init/record.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { workOf, type Work } from './work.ts';
import { chunkPages, deferredFrom, freePageRanges } from './fates.ts';

/** A chunk with its place in its job; `job` counts as workOf does. */
export interface ChunkEvent {
  readonly job: number;
  /** From 0, in the order in which chunks began. */
  readonly index: number;
  readonly chunk: RecordChunk;
  readonly node: Nid;
  /** Free pages that it initialised. */
  readonly pages: number;
}

/** From the end of a CPU's chunk to the start of its next one in the same job: padata's lock, and taking the chunk. */
export interface WaitEvent {
  readonly job: number;
  readonly cpu: CpuId;
  readonly node: Nid;
  readonly startNs: number;
  readonly endNs: number;
}

export interface JobEvent {
  readonly index: number;
  readonly job: Work;
  readonly startNs: number;
  readonly endNs: number;
}

/** A stretch of the log with one boot step. */
export interface StepEvent {
  readonly step: string;
  readonly startNs: number;
  readonly endNs: number;
  readonly lines: number;
}

export interface RunEvents {
  readonly jobs: readonly JobEvent[];
  /** In order of start. */
  readonly chunks: readonly ChunkEvent[];
  readonly waits: readonly WaitEvent[];
  readonly steps: readonly StepEvent[];
}

/** All events of a run. Jobs without chunks are left out: they took no time. */
export function eventsOf(record: RunRecord): RunEvents {
  const free = freePageRanges(record);
  const jobs: JobEvent[] = [];
  const chunks: ChunkEvent[] = [];
  workOf(record).forEach((job, index) => {
    if (job.chunks.length === 0) return;
    const sorted = [...job.chunks].sort((a, b) => a.startNs - b.startNs || a.start - b.start);
    const from = deferredFrom(record, job.node);
    const own = free
      .filter((range) => range.node === job.node && range.end > from)
      .map((range) => ({ start: Math.max(range.start, from), end: range.end }));
    sorted.forEach((chunk, i) => {
      chunks.push({ job: index, index: i, chunk, node: job.node, pages: chunkPages(chunk, own) });
    });
    const startNs = sorted[0]?.startNs ?? 0;
    jobs.push({ index, job, startNs, endNs: sorted.reduce((end, c) => Math.max(end, c.endNs), startNs) });
  });
  chunks.sort((a, b) => a.chunk.startNs - b.chunk.startNs || a.chunk.start - b.chunk.start);
  return { jobs, chunks, waits: waitsOf(chunks), steps: stepsOf(record) };
}

/** `chunks` in order of start. A CPU that works for another job in between does not wait for this one's lock. */
function waitsOf(chunks: readonly ChunkEvent[]): WaitEvent[] {
  const before = new Map<CpuId, ChunkEvent>();
  const waits: WaitEvent[] = [];
  for (const event of chunks) {
    const { job, node, chunk } = event;
    const last = before.get(chunk.cpu);
    if (last?.job === job && last.chunk.endNs < chunk.startNs)
      waits.push({ job, cpu: chunk.cpu, node, startNs: last.chunk.endNs, endNs: chunk.startNs });
    before.set(chunk.cpu, event);
  }
  return waits;
}

function stepsOf(record: RunRecord): StepEvent[] {
  const steps: { step: string; startNs: number; endNs: number; lines: number }[] = [];
  for (const line of record.logLines) {
    const last = steps.at(-1);
    // time never runs backwards, even where a driver gives no time
    const now = Math.max(line.timeNs, last?.endNs ?? 0);
    if (last && last.step === line.step) {
      last.endNs = now;
      last.lines += 1;
    } else {
      if (last) last.endNs = now;
      steps.push({ step: line.step, startNs: now, endNs: now, lines: 1 });
    }
  }
  return steps;
}

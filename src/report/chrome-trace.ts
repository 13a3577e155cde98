// Chrome trace JSON, as Perfetto's UI (ui.perfetto.dev) and chrome://tracing open it: a process is a node, a thread a CPU.
// Format: "Trace Event Format", catapult project. Times are microseconds with three decimals, so nanoseconds stay exact.
import { FIGURE_SOURCE, type RunRecord } from '../init/record.ts';
import { hex, PAGE_SIZE, type CpuId, type Nid } from '../lib/units.ts';
import { eventsOf, type ChunkEvent, type RunEvents } from './events.ts';

/** One event; which fields are there depends on `ph`. */
export interface TraceEvent {
  /** M metadata, X slice, i instant, C counter, s and f the two ends of a flow arrow. */
  readonly ph: 'M' | 'X' | 'i' | 'C' | 's' | 'f';
  readonly name: string;
  readonly cat?: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: 'e';
  readonly s?: 't';
  readonly args?: Readonly<Record<string, string | number>>;
}

/** The boot CPU's steps stand in a process of their own. */
const BOOT_PID = 1;
const NODE_PID = 10;
const BOOT_TID = 1;
const THREAD_TID = 10;
const CPU_TID = 10_000;

const us = (ns: number): number => ns / 1000;
const nodePid = (node: Nid): number => NODE_PID + node;
const cpuTid = (cpu: CpuId): number => CPU_TID + cpu;
const jobTid = (node: Nid): number => THREAD_TID + node;

/** The trace file: one event a line. */
export function chromeTrace(record: RunRecord): string {
  const lines = traceEvents(record).map((event) => JSON.stringify(event));
  const other = JSON.stringify({
    machine: record.machine,
    kernel: record.kernel,
    cpus: record.cpus,
    times: FIGURE_SOURCE[record.cpus],
  });
  return `{"displayTimeUnit":"ns","otherData":${other},"traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** The events: metadata first, then by time. */
export function traceEvents(record: RunRecord): TraceEvent[] {
  const events = eventsOf(record);
  const timed = [
    ...stepEvents(events),
    ...jobEvents(events),
    ...chunkEvents(events),
    ...waitEvents(events),
    ...counterEvents(record, events),
  ];
  timed.sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0) || (b.dur ?? 0) - (a.dur ?? 0));
  return [...metadata(record, events), ...timed];
}

function metadata(record: RunRecord, events: RunEvents): TraceEvent[] {
  const source = FIGURE_SOURCE[record.cpus];
  const out: TraceEvent[] = [
    name('process_name', BOOT_PID, 0, `boot of ${record.machine} (${source})`),
    name('thread_name', BOOT_PID, BOOT_TID, 'start_kernel'),
  ];
  const nodes = new Set(events.jobs.map(({ job }) => job.node));
  for (const node of nodes) {
    out.push(
      name('process_name', nodePid(node), 0, `node ${node}`),
      name('thread_name', nodePid(node), jobTid(node), `pgdatinit${node}`),
    );
    const cpus = new Set(events.chunks.filter((c) => c.node === node).map((c) => c.chunk.cpu));
    for (const cpu of [...cpus].sort((a, b) => a - b))
      out.push(name('thread_name', nodePid(node), cpuTid(cpu), `CPU ${cpu}`));
  }
  return out;
}

function name(kind: string, pid: number, tid: number, text: string): TraceEvent {
  return { ph: 'M', name: kind, pid, tid, args: { name: text } };
}

function stepEvents({ steps }: RunEvents): TraceEvent[] {
  return steps.map(({ step, startNs, endNs, lines }): TraceEvent => {
    const common = {
      name: step || 'start_kernel',
      cat: 'step',
      pid: BOOT_PID,
      tid: BOOT_TID,
      ts: us(startNs),
    };
    const args = { 'log lines': lines };
    return endNs > startNs
      ? { ph: 'X', ...common, dur: us(endNs - startNs), args }
      : { ph: 'i', ...common, s: 't', args };
  });
}

function jobEvents({ jobs }: RunEvents): TraceEvent[] {
  return jobs.map(({ job, startNs, endNs }) => ({
    ph: 'X',
    name: job.serial ? 'deferred_init_maxorder, alone' : 'padata_do_multithreaded',
    cat: 'job',
    pid: nodePid(job.node),
    tid: jobTid(job.node),
    ts: us(startNs),
    dur: us(endNs - startNs),
    args: {
      zone: job.zone,
      start: hex(job.start),
      size: job.size,
      'max threads': job.maxThreads,
      workers: job.workers,
      'chunk size': job.chunkSize,
    },
  }));
}

function chunkEvents({ chunks, jobs }: RunEvents): TraceEvent[] {
  const starts = new Map(jobs.map(({ index, startNs }) => [index, startNs]));
  return chunks.flatMap((event, id): TraceEvent[] => {
    const { chunk, node } = event;
    const here = { pid: nodePid(node), tid: cpuTid(chunk.cpu), ts: us(chunk.startNs) };
    const flow = { name: 'hand-out', cat: 'flow', id };
    const from = { pid: nodePid(node), tid: jobTid(node), ts: us(starts.get(event.job) ?? chunk.startNs) };
    return [
      { ph: 's', ...flow, ...from },
      {
        ph: 'X',
        name: 'chunk',
        cat: 'chunk',
        ...here,
        dur: us(chunk.endNs - chunk.startNs),
        args: chunkArgs(event),
      },
      { ph: 'f', bp: 'e', ...flow, ...here },
    ];
  });
}

function chunkArgs({ chunk, index, job, pages }: ChunkEvent): Readonly<Record<string, string | number>> {
  return { job, chunk: index, pfn: hex(chunk.start), end: hex(chunk.end), pages };
}

function waitEvents({ waits }: RunEvents): TraceEvent[] {
  return waits.map(({ node, cpu, startNs, endNs, job }) => ({
    ph: 'X',
    name: 'lock wait and hand-out',
    cat: 'lock',
    pid: nodePid(node),
    tid: cpuTid(cpu),
    ts: us(startNs),
    dur: us(endNs - startNs),
    args: { job },
  }));
}

/** After each chunk: pages that the node's threads have initialised, and free memory of the whole machine. */
function counterEvents(record: RunRecord, { chunks }: RunEvents): TraceEvent[] {
  const ends = [...chunks].sort((a, b) => a.chunk.endNs - b.chunk.endNs);
  const [first] = chunks;
  if (!first) return [];
  const deferred = ends.reduce((sum, { pages }) => sum + pages, 0);
  let free = record.zones.reduce((sum, zone) => sum + zone.managedPages, 0) - deferred;
  const done = new Map<Nid, number>();
  const begin = us(first.chunk.startNs);
  const freeAt = (ts: number): TraceEvent => ({
    ph: 'C',
    name: 'free memory, MiB',
    pid: BOOT_PID,
    tid: 0,
    ts,
    args: { free: (free * PAGE_SIZE) / 2 ** 20 },
  });
  const doneAt = (node: Nid, ts: number): TraceEvent => ({
    ph: 'C',
    name: 'pages initialised',
    pid: nodePid(node),
    tid: 0,
    ts,
    args: { pages: done.get(node) ?? 0 },
  });
  const out = [freeAt(begin), ...[...new Set(ends.map((e) => e.node))].map((node) => doneAt(node, begin))];
  for (const { chunk, node, pages } of ends) {
    free += pages;
    done.set(node, (done.get(node) ?? 0) + pages);
    out.push(doneAt(node, us(chunk.endNs)), freeAt(us(chunk.endNs)));
  }
  return out;
}

// The same events as text of Linux' function tracer (Documentation/trace/ftrace.rst): a line for each call, by time.
// Tasks and their ids are made up by rule: pgdatinitN has 100 + N, the worker of CPU C has 1000 + C.
import type { RunRecord } from '../init/record.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { eventsOf, type RunEvents } from './events.ts';

interface Call {
  readonly task: string;
  readonly pid: number;
  readonly cpu: CpuId;
  readonly timeNs: number;
  readonly called: string;
  readonly caller: string;
}

const INIT_PID = 1;
const PGDATINIT_PID = 100;
const WORKER_PID = 1000;
const TASK_WIDTH = 16;

/** The whole file, with the tracer's column heads. */
export function ftraceText(record: RunRecord): string {
  const calls = callsOf(eventsOf(record));
  return [...headLines(calls.length, record.onlineCpus), ...calls.map(callLine), ''].join('\n');
}

function headLines(count: number, cpus: number): string[] {
  const flags = ['irqs-off', 'need-resched', 'hardirq/softirq', 'preempt-depth'];
  return [
    '# tracer: function',
    '#',
    `# entries-in-buffer/entries-written: ${count}/${count}   #P:${cpus}`,
    '#',
    ...flags.map((flag, i) => `#${' '.repeat(33)}${'|'.repeat(i)}_${'-'.repeat(5 - i)}=> ${flag}`),
    '#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION',
    '#              | |         |   ||||      |         |',
  ];
}

/** Four flags: interrupts on, no reschedule due, no interrupt context, preemption on. */
const FLAGS = '....';

function callLine({ task, pid, cpu, timeNs, called, caller }: Call): string {
  const who = task.slice(0, TASK_WIDTH - 1).padStart(TASK_WIDTH);
  const us = Math.floor(timeNs / 1000);
  const time = `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
  return `${who}-${String(pid).padEnd(7)} [${String(cpu).padStart(3, '0')}] ${FLAGS} ${time.padStart(12)}: ${called} <-${caller}`;
}

function callsOf({ jobs, chunks }: RunEvents): Call[] {
  const calls: Call[] = [];
  const init = (timeNs: number, called: string, caller: string): Call => ({
    task: 'swapper/0',
    pid: INIT_PID,
    cpu: 0,
    timeNs,
    called,
    caller,
  });
  const first = chunks[0];
  if (!first) return [];
  calls.push(init(first.chunk.startNs, 'page_alloc_init_late', 'kernel_init_freeable'));
  const begun = new Set<Nid>();
  for (const { job, index, startNs } of jobs) {
    // the thread that calls padata is its first worker: it has the job's first chunk
    const cpu = chunks.find((c) => c.job === index)?.chunk.cpu ?? 0;
    const thread = { task: `pgdatinit${job.node}`, pid: PGDATINIT_PID + job.node, cpu, timeNs: startNs };
    if (!begun.has(job.node)) calls.push({ ...thread, called: 'deferred_init_memmap', caller: 'kthread' });
    begun.add(job.node);
    const own = chunks.filter((c) => c.job === index);
    if (job.serial) {
      calls.push(...own.map((c) => serialCall(thread, c.chunk.startNs)));
      continue;
    }
    calls.push({ ...thread, called: 'padata_do_multithreaded', caller: 'deferred_init_memmap' });
    calls.push(...chunkCalls(own, thread, job.workers));
  }
  return calls.sort((a, b) => a.timeNs - b.timeNs);
}

/** A piece that the node's own thread does without padata. */
function serialCall(thread: Pick<Call, 'task' | 'pid' | 'cpu'>, timeNs: number): Call {
  return { ...thread, timeNs, called: 'deferred_init_maxorder', caller: 'deferred_init_memmap' };
}

function chunkCalls(
  chunks: RunEvents['chunks'],
  thread: Pick<Call, 'task' | 'pid' | 'cpu'>,
  workers: number,
): Call[] {
  const seen = new Set<CpuId>();
  return chunks.flatMap(({ chunk }): Call[] => {
    const own = chunk.cpu === thread.cpu;
    const who = own
      ? thread
      : { task: `kworker/u${chunk.cpu}:0`, pid: WORKER_PID + chunk.cpu, cpu: chunk.cpu };
    const helper = {
      ...who,
      timeNs: chunk.startNs,
      called: 'padata_mt_helper',
      caller: own ? 'padata_do_multithreaded' : 'process_one_work',
    };
    const call = {
      ...who,
      timeNs: chunk.startNs,
      called: 'deferred_init_memmap_chunk',
      caller: workers > 1 ? 'padata_mt_helper' : 'padata_do_multithreaded',
    };
    const fresh = workers > 1 && !seen.has(chunk.cpu);
    seen.add(chunk.cpu);
    return fresh ? [helper, call] : [call];
  });
}

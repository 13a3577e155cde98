// Puts trace points of the kernel model and events of the simulator together: the jobs of the run record.
import { Bug } from '../../lib/bug.ts';
import { NUMA_NO_NODE, type Nid } from '../../lib/units.ts';
import type { RecordChunk, RecordJob, RunRecord } from '../../init/record.ts';
import type { TraceEvent } from '../../kernel/trace.ts';
import { DEFERRED_CHUNK, nodeOfArg } from '../../mm/deferred.ts';
import type { Word } from '../../cpu/op.ts';
import type { SimEvent, Where } from './simulator.ts';

/** A job that is being recorded. */
interface OpenJob extends Omit<RecordJob, 'workers' | 'chunkSize' | 'chunks'> {
  workers: number;
  chunkSize: number;
  readonly chunks: RecordChunk[];
}

/** A node's thread: what the log says, and when it was started and done. */
interface DeferredInit {
  readonly node: Nid;
  readonly ms: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** What a boot's kernel threads did. Give trace() to the kernel and event() to the simulator. */
export class Recorder {
  readonly jobs: OpenJob[] = [];
  /** Jobs that are not over pages: `start`, `size` and chunks count what the job counts. */
  readonly otherJobs: OpenJob[] = [];
  readonly deferredInit: DeferredInit[] = [];
  readonly grow: RunRecord['grow'][number][] = [];
  readonly serial: RunRecord['serial'][number][] = [];
  readonly #zoneNames: ReadonlyMap<Nid, string>;
  readonly #startedNs = new Map<Nid, number>();
  readonly #jobOfTask = new Map<number, OpenJob>();
  readonly #jobOfState = new Map<Word, OpenJob>();

  /** `zoneNames`: the zone that each node defers. */
  constructor(zoneNames: ReadonlyMap<Nid, string>) {
    this.#zoneNames = zoneNames;
  }

  /** A trace point, and the thread that met it. */
  trace(event: TraceEvent, where: Where): void {
    switch (event.kind) {
      case 'job':
        return this.#job(event, where.task);
      case 'workers': {
        const job = this.#jobOfTask.get(where.task);
        if (job === undefined) throw new Bug('workers without a job');
        job.workers = event.workers;
        job.chunkSize = event.chunkSize;
        this.#jobOfState.set(event.state, job);
        return;
      }
      case 'helper': {
        const job = this.#jobOfState.get(event.state);
        if (job) this.#jobOfTask.set(where.task, job);
        return;
      }
      case 'defdone':
        this.deferredInit.push({
          ...{ node: event.node, ms: event.ms },
          startNs: this.#startedNs.get(event.node) ?? where.timeNs,
          endNs: where.timeNs,
        });
        return;
      case 'grow': {
        const { node, order, fromPfn, toPfn } = event;
        if (fromPfn !== null && event.grown) this.grow.push({ node, order, fromPfn, toPfn });
        return;
      }
      case 'definit':
        return;
      case 'defstart':
        this.#startedNs.set(event.node, where.timeNs);
        return;
    }
  }

  #job(event: Extract<TraceEvent, { kind: 'job' }>, task: number): void {
    const { start, size, align, minChunk, maxThreads, arg } = event;
    const overPages = event.work === DEFERRED_CHUNK;
    const node = overPages ? nodeOfArg(arg) : NUMA_NO_NODE;
    const zone = this.#zoneNames.get(node) ?? '';
    const common = { node, zone, start, size, align, minChunk, maxThreads };
    // one thread alone calls the leaf once, with all of it
    const job: OpenJob = { ...common, workers: 1, chunkSize: size, chunks: [] };
    (overPages ? this.jobs : this.otherJobs).push(job);
    this.#jobOfTask.set(task, job);
  }

  /** An event of the simulator: a chunk belongs to the job that its thread works for, if it lies in it. */
  event(event: SimEvent): void {
    if (event.kind !== 'run') return;
    const { start, end, cpu, startNs, endNs, arg } = event;
    const chunk = { start, end, cpu, startNs, endNs };
    const job = this.#jobOfTask.get(event.task);
    if (job && start >= job.start && end <= job.start + job.size) job.chunks.push(chunk);
    else this.serial.push({ node: nodeOfArg(arg), ...chunk });
  }
}

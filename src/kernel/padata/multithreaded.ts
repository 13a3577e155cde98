// Mirrors padata_do_multithreaded() and padata_mt_helper() of kernel/padata.c (v6.1). Versions differ in rules.ts.
import { alignUp } from '../../lib/align.ts';
import type { Memory } from '../../cpu/memory.ts';
import type { Kthread, Word, WorkName } from '../../cpu/op.ts';
import {
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
  complete,
  initCompletion,
  waitForCompletion,
} from '../completion.ts';
import type { Kernel } from '../kernel.ts';
import { spinLock, spinUnlock } from '../locking/spinlock.ts';
import { queueWork } from '../workqueue.ts';
import { queueWorkNextNode } from './numa.ts';
import { DivideError } from './rules.ts';
import { callThreadFn } from './thread-fn.ts';
import { PADATA_WORK_WORDS, padataWorkAllocMt, padataWorkInit, padataWorksFree, pwData } from './works.ts';

/** struct padata_mt_job: what to do, in units that the leaf counts (pages). */
export interface PadataMtJob {
  /** The leaf that each thread calls with its chunk. */
  readonly threadFn: WorkName;
  /** Passed to each call. */
  readonly fnArg: number;
  readonly start: number;
  readonly size: number;
  /** Chunks end on multiples of this. */
  readonly align: number;
  /** No chunk is made smaller than this for the sake of parallelism. */
  readonly minChunk: number;
  /** Threads at most, the caller included. */
  readonly maxThreads: number;
  /** Spread the helpers over the nodes (6.9). */
  readonly numaAware?: boolean;
}

/** struct padata_mt_job_state with the part of the job that helpers share, in words from `base`. */
export class MtJobState {
  static readonly WORDS = 8 + COMPLETION_WORDS;
  static readonly FIELDS: readonly string[] = [
    ...['lock', ...COMPLETION_FIELDS.map((field) => `completion.${field}`), 'nworks', 'nworks_fini'],
    ...['chunk_size', 'thread_fn', 'fn_arg', 'start', 'size'],
  ];
  readonly mem: Memory;
  readonly base: Word;

  constructor(mem: Memory, base: Word) {
    this.mem = mem;
    this.base = base;
  }

  get lock(): Word {
    return this.base;
  }
  get completion(): Word {
    return this.base + 1;
  }
  get nworks(): number {
    return this.mem.load(this.base + 3);
  }
  set nworks(value: number) {
    this.mem.store(this.base + 3, value);
  }
  get nworksFini(): number {
    return this.mem.load(this.base + 4);
  }
  set nworksFini(value: number) {
    this.mem.store(this.base + 4, value);
  }
  get chunkSize(): number {
    return this.mem.load(this.base + 5);
  }
  set chunkSize(value: number) {
    this.mem.store(this.base + 5, value);
  }
  /** job->thread_fn, as the address of a leaf. */
  get threadFn(): number {
    return this.mem.load(this.base + 6);
  }
  set threadFn(value: number) {
    this.mem.store(this.base + 6, value);
  }
  get fnArg(): number {
    return this.mem.load(this.base + 7);
  }
  set fnArg(value: number) {
    this.mem.store(this.base + 7, value);
  }
  /** job->start and job->size: what no thread has taken yet. */
  get start(): number {
    return this.mem.load(this.base + 8);
  }
  set start(value: number) {
    this.mem.store(this.base + 8, value);
  }
  get size(): number {
    return this.mem.load(this.base + 9);
  }
  set size(value: number) {
    this.mem.store(this.base + 9, value);
  }
}

/** padata_mt_helper(): takes chunk after chunk until none is left; the last of the job's threads completes it. */
export function* padataMtHelper(k: Kernel, pw: Word): Kthread {
  const ps = new MtJobState(k.mem, pwData(k, pw));
  k.trace({ kind: 'helper', state: ps.base });
  const work = k.text.name(ps.threadFn);
  yield* spinLock(ps.lock);
  while (ps.size > 0) {
    const { start, chunkSize } = ps;
    if (chunkSize === 0) throw new DivideError('padata_mt_helper', k.padata.chunkFixedIn);
    // ends on a multiple of the chunk size where enough is left
    const size = Math.min(alignUp(start + 1, chunkSize) - start, ps.size);
    const end = start + size;
    ps.start = end;
    ps.size -= size;
    yield* spinUnlock(ps.lock);
    yield* callThreadFn(k, work, ps.fnArg, start, end);
    yield* spinLock(ps.lock);
  }
  ps.nworksFini += 1;
  const done = ps.nworksFini === ps.nworks;
  yield* spinUnlock(ps.lock);
  if (done) yield* complete(k, ps.completion);
}

/**
 * padata_do_multithreaded(): runs a job on the calling thread and helpers, and returns when all of it is done.
 * @throws DivideError where this version of the kernel would crash
 */
export function* padataDoMultithreaded(k: Kernel, job: PadataMtJob): Kthread {
  const { start, size, align, minChunk, maxThreads } = job;
  if (size === 0) return;
  const arg = job.fnArg;
  k.trace({ kind: 'job', work: job.threadFn, arg, start, size, align, minChunk, maxThreads });
  const wanted = k.padata.nworks(job);
  if (wanted === 1) {
    yield* callThreadFn(k, job.threadFn, arg, start, start + size);
    return;
  }
  const ps = new MtJobState(k.mem, k.mem.alloc(MtJobState.WORDS + PADATA_WORK_WORDS));
  k.mem.fresh(ps.base, MtJobState.WORDS, 'job', MtJobState.FIELDS);
  initCompletion(k, ps.completion);
  ps.threadFn = k.text.address(job.threadFn);
  ps.fnArg = arg;
  ps.start = start;
  ps.size = size;
  ps.nworksFini = 0;
  const works: Word[] = [];
  const helper = k.text.address('padataMtHelper');
  const nworks = yield* padataWorkAllocMt(k, wanted, helper, ps.base, works);
  ps.nworks = nworks;
  ps.chunkSize = k.padata.chunkSize(job, nworks);
  k.trace({ kind: 'workers', state: ps.base, workers: nworks, chunkSize: ps.chunkSize });
  const spread = k.padata.numaAware && job.numaAware === true;
  for (const pw of works) yield* spread ? queueWorkNextNode(k, pw) : queueWork(k, pw);
  // the calling thread helps too, which saves starting a worker
  const myWork = ps.base + MtJobState.WORDS;
  padataWorkInit(k, myWork, helper, ps.base);
  yield* k.text.at(helper)(k, myWork);
  yield* waitForCompletion(k, ps.completion);
  yield* padataWorksFree(k, works);
  k.mem.free(ps.base, MtJobState.WORDS + PADATA_WORK_WORDS);
}

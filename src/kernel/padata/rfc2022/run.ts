// padata_do_multithreaded() of the RFC of January 2022: thread functions that can fail, undo, kthread helpers at the lowest
// priority, caps. It mirrors what the mails define; no such kernel was released.
import { alignUp } from '../../../lib/align.ts';
import type { CpuId } from '../../../lib/units.ts';
import { cmpxchgOf, type Kthread, type Word, type WorkName } from '../../../cpu/op.ts';
import { complete, initCompletion } from '../../completion.ts';
import { onlineCpus } from '../../cpu.ts';
import type { Kernel } from '../../kernel.ts';
import { spinLock, spinUnlock } from '../../locking/spinlock.ts';
import { chargeCpuGroup, cpuGroupCap } from '../../sched/bandwidth.ts';
import type { PadataMtJob } from '../multithreaded.ts';
import { DivideError, type RuntimeRules } from '../rules.ts';
import { callThreadFn } from '../thread-fn.ts';
import { padataWorkAllocMt, padataWorksFree } from '../works.ts';
import { startHelpers } from './helpers.ts';
import { BEGUN, FINISHED, MAIN_THR, RfcState, RfcThread, UNDO } from './state.ts';
import { undoJob, undoRanges } from './undo.ts';
import { waitForHelpers } from './waiting.ts';

/** struct padata_mt_job of the RFC; the job stays as it was. */
export interface PadataRfcJob extends PadataMtJob {
  /** Takes back what thread_fn did of a range, which may be larger than a chunk. Cannot fail. */
  readonly undoFn?: WorkName;
  /** CPUs that the caller may run on, and its helpers with it; all online ones where left out. */
  readonly cpusAllowed?: readonly CpuId[];
  /** The caller's CPU group (sched/bandwidth.ts); 0 or left out: the root. */
  readonly cpuGroup?: Word;
  /** task_nice(current). */
  readonly nice?: number;
}

/** The name of a call site's lockdep map; the key is the call site's, told here by its thread function. */
export function waitingMap(job: Pick<PadataRfcJob, 'threadFn'>): string {
  return `padata master waiting (${job.threadFn})`;
}

/** Steps of a job that a test replaces to plant a fault. */
export interface RfcParts {
  readonly undoRanges: typeof undoRanges;
  readonly waitForHelpers: typeof waitForHelpers;
}

const PARTS: RfcParts = { undoRanges, waitForHelpers };

/** Runs a job; 0, or its first error, with all that had succeeded undone where the job has an undoFn and used the pool. */
export function* padataDoMultithreadedRfc(
  k: Kernel,
  job: PadataRfcJob,
  parts: RfcParts = PARTS,
): Kthread<number> {
  const { start, size, align, minChunk, maxThreads, threadFn, fnArg: arg } = job;
  const rules = k.padata.runtime as RuntimeRules;
  if (size === 0) return 0;
  k.trace({ kind: 'job', work: threadFn, arg, start, size, align, minChunk, maxThreads });
  const online = onlineCpus(k);
  const wanted = rules.wanted(job, {
    cpusAllowed: job.cpusAllowed?.length ?? k.topology.nrCpuIds,
    cpusOnline: online.length,
    quotaCpus: cpuGroupCap(k, job.cpuGroup ?? 0),
  });
  if (wanted === 1) return yield* callThreadFn(k, threadFn, arg, start, start + size);
  const ps = initState(k, job);
  const works: Word[] = [];
  const nworks = yield* padataWorkAllocMt(k, wanted, k.text.address('padataMtThread'), ps.base, works);
  ps.chunkSize.value = rules.chunkSize(job, nworks);
  k.trace({ kind: 'workers', state: ps.base, workers: nworks, chunkSize: ps.chunkSize.value });
  // the map is taken once before there are helpers: what the caller holds comes before whatever thread_fn takes
  if (k.lockdep) {
    const task = yield { op: 'current' };
    k.lockdep.acquire(task, waitingMap(job));
    k.lockdep.release(task, waitingMap(job));
  }
  const threads = initThreads(k, ps, nworks);
  const [main, ...helpers] = threads as [RfcThread, ...RfcThread[]];
  const tickets = yield* startHelpers(k, helpers, rules, job.cpusAllowed ?? online);
  main.flags.value = MAIN_THR;
  yield* threadLoop(k, main);
  yield* parts.waitForHelpers(k, ps, helpers, tickets, job.nice ?? 0);
  yield* spinLock(ps.lock);
  const [error, position, failed] = [ps.error.value, ps.position.value, failedRanges(threads)];
  yield* spinUnlock(ps.lock);
  if (error !== 0 && job.undoFn !== undefined)
    yield* undoJob(k, { ...job, undoFn: job.undoFn }, parts.undoRanges(start, position, failed));
  yield* padataWorksFree(k, works);
  k.mem.free(main.base, nworks * RfcThread.WORDS);
  k.mem.free(ps.base, RfcState.WORDS);
  return error;
}

function initState(k: Kernel, job: PadataRfcJob): RfcState {
  const ps = new RfcState(k.mem, k.mem.alloc(RfcState.WORDS));
  k.mem.fresh(ps.base, RfcState.WORDS, 'job', RfcState.FIELDS);
  initCompletion(k, ps.completion);
  ps.niced.value = 0;
  ps.error.value = 0;
  ps.position.value = job.start;
  ps.remaining.value = job.size;
  ps.threadFn.value = k.text.address(job.threadFn);
  ps.fnArg.value = job.fnArg;
  ps.group.value = job.cpuGroup ?? 0;
  return ps;
}

function initThreads(k: Kernel, ps: RfcState, count: number): RfcThread[] {
  const base = k.mem.alloc(count * RfcThread.WORDS);
  return Array.from({ length: count }, (_, i) => {
    const thread = new RfcThread(k.mem, base + i * RfcThread.WORDS);
    k.mem.fresh(thread.base, RfcThread.WORDS, `thread ${i}`, RfcThread.FIELDS);
    thread.flags.value = 0;
    thread.state.value = ps.base;
    return thread;
  });
}

/** Failed ranges by where they begin. When no helper runs any more. */
function failedRanges(threads: readonly RfcThread[]): { readonly start: number; readonly end: number }[] {
  return threads
    .filter(({ flags }) => (flags.value & UNDO) !== 0)
    .map(({ start, end }) => ({ start: start.value, end: end.value }))
    .sort((a, b) => a.start - b.start);
}

/** The entry of a helper. */
export function* padataMtThread(k: Kernel, base: Word): Kthread {
  yield* threadLoop(k, new RfcThread(k.mem, base));
}

/** The entry of a helper that its caller may cancel before it begins: then it only gives its ticket back. */
export function* padataMtCancellable(k: Kernel, ticket: Word): Kthread {
  if ((yield cmpxchgOf(ticket, 0, BEGUN)) === 0)
    yield* threadLoop(k, new RfcThread(k.mem, k.mem.readOnce(ticket + 1)));
  else k.mem.free(ticket, 2);
}

/** padata_mt_helper(): chunk after chunk until none is left or one has failed. Charges only helpers' time. */
export function* threadLoop(k: Kernel, thread: RfcThread, charge = chargeCpuGroup): Kthread {
  const ps = new RfcState(k.mem, thread.state.value);
  k.trace({ kind: 'helper', state: ps.base });
  yield* spinLock(ps.lock);
  while (ps.remaining.value > 0 && ps.error.value === 0) {
    const start = ps.position.value;
    const chunk = ps.chunkSize.value;
    if (chunk === 0) throw new DivideError('padata_mt_helper', k.padata.chunkFixedIn);
    const end = start + Math.min(alignUp(start + 1, chunk) - start, ps.remaining.value);
    ps.position.value = end;
    ps.remaining.value -= end - start;
    const isHelper = (thread.flags.value & MAIN_THR) === 0;
    yield* spinUnlock(ps.lock);
    const error = yield* doChunk(k, ps, start, end, isHelper ? charge : null);
    yield* spinLock(ps.lock);
    if (error === 0) continue;
    if (ps.error.value === 0) ps.error.value = error;
    thread.flags.value |= UNDO;
    thread.start.value = start;
    thread.end.value = end;
    break;
  }
  thread.flags.value |= FINISHED;
  k.trace({ kind: 'ended', state: ps.base, thread: thread.base });
  const awaited = ps.niced.value === thread.base;
  yield* spinUnlock(ps.lock);
  if (awaited) yield* complete(k, ps.completion);
}

/** One call of thread_fn, with the call site's map held, and its time charged to the caller's group. */
function* doChunk(
  k: Kernel,
  ps: RfcState,
  start: number,
  end: number,
  charge: typeof chargeCpuGroup | null,
): Kthread<number> {
  const work = k.text.name(ps.threadFn.value);
  const map = waitingMap({ threadFn: work });
  const group = charge === null ? 0 : ps.group.value;
  if (k.lockdep) k.lockdep.acquire(yield { op: 'current' }, map);
  const before = group === 0 ? 0 : yield { op: 'runtime' };
  const error = yield* callThreadFn(k, work, ps.fnArg.value, start, end);
  if (charge !== null && group !== 0) yield* charge(k, group, (yield { op: 'runtime' }) - before);
  if (k.lockdep) k.lockdep.release(yield { op: 'current' }, map);
  return error;
}

// Mirrors worker_thread() and what it calls of kernel/workqueue.c (v6.1): kernel threads that take work
// items off a list. A worker that begins to work sees to it that another is idle, so a pool grows by one thread at a time.
import { bugOn } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { Memory } from '../../cpu/memory.ts';
import type { Kthread, Op, Word } from '../../cpu/op.ts';
import { raiseOf, setOf, waitWhileZeroOf } from '../../cpu/requests.ts';
import type { Kernel } from '../kernel.ts';
import { cpusOfMask } from '../kernel.ts';
import { initListHead, listAdd, listAddTail, listDel, listDelInit, listEmpty, listFirst } from '../list.ts';
import { spinLock, spinUnlock } from '../locking/spinlock.ts';
import {
  WORK_ENTRY,
  WORK_FUNC,
  WORK_POOL,
  LOCK,
  WORKLIST,
  IDLE_LIST,
  BUSY_LIST,
  NR_IDLE,
  NR_WORKERS,
  MANAGER,
  CPUMASK,
  NODE,
  CPU,
  ID,
  WORKER_WORDS,
  WAKE,
  POOL,
  CURRENT_WORK,
  SCHEDULED,
  WORKER_FIELDS,
  WORKER_ID,
} from './structs.ts';

/** CPUs of the pool's workers; undefined for any. */
function poolCpus(k: Kernel, pool: Word): readonly CpuId[] | undefined {
  const cpu = k.mem.readOnce(pool + CPU);
  if (cpu > 0) return [cpu - 1];
  const mask = k.mem.readOnce(pool + CPUMASK);
  if (mask > 0) return cpusOfMask(k, mask);
  const node = k.mem.readOnce(pool + NODE) - 1;
  return node < 0 ? undefined : k.cpusOfNode[node];
}

/** create_worker(): a new thread, idle at once. Callers do not hold the pool's lock. */
export function* createWorker(k: Kernel, pool: Word): Kthread {
  const { mem } = k;
  const worker = mem.alloc(WORKER_WORDS);
  mem.fresh(worker, WORKER_WORDS, 'worker', WORKER_FIELDS);
  mem.store(worker + POOL, pool);
  initListHead(mem, worker + SCHEDULED);
  yield* spinLock(pool + LOCK);
  const id = mem.load(pool + NR_WORKERS);
  mem.store(pool + NR_WORKERS, id + 1);
  mem.store(worker + WORKER_ID, id);
  workerEnterIdle(mem, pool, worker);
  yield* spinUnlock(pool + LOCK);
  const cpu = mem.readOnce(pool + CPU);
  const name = cpu > 0 ? `kworker/${cpu - 1}:${id}` : `kworker/u${mem.readOnce(pool + ID)}:${id}`;
  // like wake_up_process() at the end of the C: the first look at the list
  mem.writeOnce(worker + WAKE, 1);
  yield { op: 'start', entry: 'workerThread', arg: worker, name, cpus: poolCpus(k, pool) };
}

function workerEnterIdle(mem: Memory, pool: Word, worker: Word): void {
  mem.store(pool + NR_IDLE, mem.load(pool + NR_IDLE) + 1);
  listAdd(mem, worker, pool + IDLE_LIST);
}

function workerLeaveIdle(mem: Memory, pool: Word, worker: Word): void {
  mem.store(pool + NR_IDLE, mem.load(pool + NR_IDLE) - 1);
  listDelInit(mem, worker);
}

/** wake_up_worker() as a request: the worker that became idle last; undefined where none is. Under the pool's lock. */
function wakeUpWorker(k: Kernel, pool: Word): Op | undefined {
  const worker = listFirst(k.mem, pool + IDLE_LIST);
  return worker === pool + IDLE_LIST ? undefined : raiseOf(worker + WAKE);
}

/** worker_thread(). `worker` was made by createWorker(). */
export function* workerThread(k: Kernel, worker: Word): Kthread {
  const { mem } = k;
  const pool = mem.readOnce(worker + POOL);
  for (;;) {
    while (mem.readOnce(worker + WAKE) === 0) yield waitWhileZeroOf(worker + WAKE);
    yield* spinLock(pool + LOCK);
    mem.writeOnce(worker + WAKE, 0);
    workerLeaveIdle(mem, pool, worker);
    while (!listEmpty(mem, pool + WORKLIST)) {
      // manage_workers(): the last idle one sees to a successor before it works
      if (mem.load(pool + NR_IDLE) === 0 && mem.load(pool + MANAGER) === 0) {
        yield* manageWorkers(k, pool);
        continue;
      }
      yield* takeWork(k, pool, worker);
    }
    workerEnterIdle(mem, pool, worker);
    yield* spinUnlock(pool + LOCK);
  }
}

/** manage_workers(): adds one worker. Under the pool's lock, which it lets go meanwhile. */
function* manageWorkers(k: Kernel, pool: Word): Kthread {
  k.mem.store(pool + MANAGER, 1);
  yield* spinUnlock(pool + LOCK);
  yield* createWorker(k, pool);
  yield* spinLock(pool + LOCK);
  k.mem.store(pool + MANAGER, 0);
}

/** Takes the first work off the list, and does it and those that had to wait for it. Under the pool's lock. */
function* takeWork(k: Kernel, pool: Word, worker: Word): Kthread {
  const { mem } = k;
  const work = listFirst(mem, pool + WORKLIST) - WORK_ENTRY;
  listDelInit(mem, work + WORK_ENTRY);
  const collision = findWorkerExecutingWork(mem, pool, work);
  if (collision !== 0) {
    listAddTail(mem, work + WORK_ENTRY, collision + SCHEDULED);
    return;
  }
  yield* processOneWork(k, pool, worker, work);
  while (!listEmpty(mem, worker + SCHEDULED)) {
    const next = listFirst(mem, worker + SCHEDULED) - WORK_ENTRY;
    listDelInit(mem, next + WORK_ENTRY);
    yield* processOneWork(k, pool, worker, next);
  }
}

/** process_one_work(). Under the pool's lock, which it lets go while the function runs. */
function* processOneWork(k: Kernel, pool: Word, worker: Word, work: Word): Kthread {
  const { mem } = k;
  mem.store(worker + CURRENT_WORK, work);
  listAdd(mem, worker, pool + BUSY_LIST);
  const func = mem.load(work + WORK_FUNC);
  const wake = listEmpty(mem, pool + WORKLIST) ? undefined : wakeUpWorker(k, pool);
  if (wake !== undefined) yield wake;
  mem.writeOnce(work, 0);
  yield* spinUnlock(pool + LOCK);
  yield* k.text.at(func)(k, work);
  yield* spinLock(pool + LOCK);
  mem.store(worker + CURRENT_WORK, 0);
  listDel(mem, worker);
  initListHead(mem, worker);
}

/** The worker that does this work right now; 0 for none. Under the pool's lock. */
function findWorkerExecutingWork(mem: Memory, pool: Word, work: Word): Word {
  const head = pool + BUSY_LIST;
  for (let worker = listFirst(mem, head); worker !== head; worker = listFirst(mem, worker))
    if (mem.load(worker + CURRENT_WORK) === work) return worker;
  return 0;
}

/**
 * queue_work() once the pool is chosen: false where the work is queued already. A work that still runs on another pool
 * goes there, so that it never runs twice at a time.
 */
export function* queueWorkOnPool(k: Kernel, wanted: Word, work: Word): Kthread<boolean> {
  const { mem } = k;
  bugOn(wanted === 0, 'queue_work before workqueue_init');
  if ((yield setOf(work)) !== 0) return false;
  let pool = wanted;
  const last = mem.readOnce(work + WORK_POOL);
  if (last !== 0 && last !== wanted) {
    yield* spinLock(last + LOCK);
    if (findWorkerExecutingWork(mem, last, work) !== 0) pool = last;
    else yield* spinUnlock(last + LOCK);
  }
  if (pool === wanted) yield* spinLock(pool + LOCK);
  mem.writeOnce(work + WORK_POOL, pool);
  listAddTail(mem, work + WORK_ENTRY, pool + WORKLIST);
  const wake = wakeUpWorker(k, pool);
  if (wake !== undefined) yield wake;
  yield* spinUnlock(pool + LOCK);
  return true;
}

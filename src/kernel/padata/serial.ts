// Mirrors padata_do_parallel() and padata_do_serial() of kernel/padata.c (v6.1): objects are worked on by any CPU in any order,
// and called back in the order in which they came.
import type { CpuId } from '../../lib/units.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import { cpumaskNextWrap, cpumaskTestCpu } from '../cpumask.ts';
import { cpusOfMask, type Kernel } from '../kernel.ts';
import { listAdd, listAddTail, listDelInit, listEmpty, listEntries, listFirst } from '../list.ts';
import { spinLock, spinUnlock } from '../locking/spinlock.ts';
import { rcuReadLock, rcuReadUnlock } from '../rcu.ts';
import { queueWorkOnPool } from '../workqueue/pool.ts';
import { padataGetPd, padataPutPd, SEQ_WRAP } from './parallel-data.ts';
import {
  EBUSY,
  EINVAL,
  listOf,
  PADATA_INIT,
  PADATA_INVALID,
  PADATA_RESET,
  PD_CPU,
  PD_PROCESSED,
  PD_SEQ_NR,
  PD_SHELL,
  pdCbcpu,
  pdPcpu,
  PINST_FLAGS,
  PINST_PARALLEL_POOL,
  PINST_SERIAL_POOLS,
  PRIV_CB_CPU,
  PRIV_PARALLEL,
  PRIV_PD,
  PRIV_SEQ_NR,
  PRIV_SERIAL,
  reorderList,
  serialQueue,
  SHELL_PD,
  SHELL_PINST,
  squeueOfWork,
  squeuePd,
  squeueWork,
} from './structs.ts';
import { padataWorkAlloc, padataWorkFree, padataWorkInit, pwData } from './works.ts';

/** padata_cpu_hash(): the CPU on whose list an object waits for its turn. */
function padataCpuHash(k: Kernel, pd: Word, seqNr: number): CpuId {
  const cpus = cpusOfMask(k, pdPcpu(pd));
  return cpus[seqNr % cpus.length] ?? k.topology.nrCpuIds;
}

/** The CPU for the callback: the one wished for, or another of the serial mask; undefined where that is empty. */
function callbackCpu(k: Kernel, pd: Word, wished: CpuId): CpuId | undefined {
  const mask = pdCbcpu(k, pd);
  if (cpumaskTestCpu(k, wished, mask)) return wished;
  const cpus = cpusOfMask(k, mask);
  return cpus[wished % cpus.length];
}

/**
 * padata_do_parallel(): hands an object in. Its parallel callback runs on some CPU, at once where no work is free, and must call
 * padataDoSerial(); its serial callback runs on `cbCpu` or a CPU that takes its place (in the object then). 0, -EINVAL where
 * the instance has no CPU, or -EBUSY while its CPUs change: try again.
 */
export function* padataDoParallel(k: Kernel, shell: Word, padata: Word, cbCpu: CpuId): Kthread<number> {
  const { mem } = k;
  yield* rcuReadLock(k);
  const pinst = mem.readOnce(shell + SHELL_PINST);
  const pd = mem.readOnce(shell + SHELL_PD);
  const flags = mem.readOnce(pinst + PINST_FLAGS);
  const cpu = callbackCpu(k, pd, cbCpu);
  let error = 0;
  if ((flags & PADATA_INIT) === 0 || (flags & PADATA_INVALID) !== 0 || cpu === undefined) error = EINVAL;
  else if ((flags & PADATA_RESET) !== 0) error = EBUSY;
  if (error !== 0 || cpu === undefined) {
    yield* rcuReadUnlock(k);
    return error;
  }
  yield* padataGetPd(pd);
  mem.store(padata + PRIV_PD, pd);
  mem.store(padata + PRIV_CB_CPU, cpu);
  yield* spinLock(k.data.padataWorksLock);
  const seqNr = (mem.load(pd + PD_SEQ_NR) + 1) % SEQ_WRAP;
  mem.store(pd + PD_SEQ_NR, seqNr);
  mem.store(padata + PRIV_SEQ_NR, seqNr);
  const pw = padataWorkAlloc(k);
  yield* spinUnlock(k.data.padataWorksLock);
  // no work left: the calling task does it
  if (pw === 0) yield* k.text.at(mem.load(padata + PRIV_PARALLEL))(k, padata);
  yield* rcuReadUnlock(k);
  if (pw !== 0) {
    padataWorkInit(k, pw, k.text.address('padataParallelWorker'), padata);
    yield* queueWorkOnPool(k, mem.readOnce(pinst + PINST_PARALLEL_POOL), pw);
  }
  return 0;
}

/** padata_parallel_worker(). */
export function* padataParallelWorker(k: Kernel, pw: Word): Kthread {
  const padata = pwData(k, pw);
  yield* k.text.at(k.mem.load(padata + PRIV_PARALLEL))(k, padata);
  yield* spinLock(k.data.padataWorksLock);
  padataWorkFree(k, pw);
  yield* spinUnlock(k.data.padataWorksLock);
}

/** a - b as a signed 32-bit number: right across the wrap. */
export function seqDifference(a: number, b: number): number {
  return (a - b) | 0;
}

/** padata_do_serial(): the object's parallel part is done. Calls it back, and those that waited for it, when its turn is there. */
export function padataDoSerial(k: Kernel, padata: Word): Kthread {
  return padataDoSerialBy(k, padata, seqDifference);
}

/** The same for a given order of sequence numbers: negative where `a` comes before `b`. */
export function* padataDoSerialBy(
  k: Kernel,
  padata: Word,
  difference: (a: number, b: number) => number,
): Kthread {
  const { mem } = k;
  const pd = mem.load(padata + PRIV_PD);
  const seqNr = mem.load(padata + PRIV_SEQ_NR);
  const reorder = reorderList(k, pd, padataCpuHash(k, pd, seqNr));
  yield* spinLock(reorder);
  // ascending by sequence number: several objects of a CPU may finish out of order
  const before = listEntries(mem, listOf(reorder)).findLast(
    (other) => difference(mem.load(other + PRIV_SEQ_NR), seqNr) < 0,
  );
  const gotIt = seqNr === mem.readOnce(pd + PD_PROCESSED);
  if (!gotIt) listAdd(mem, padata, before ?? listOf(reorder));
  yield* spinUnlock(reorder);
  if (gotIt) yield* padataReorder(k, padata);
}

/** padata_reorder(): sends this object, and all after it that are done, to their callbacks. Only the object whose turn it is. */
function* padataReorder(k: Kernel, first: Word): Kthread {
  const { mem } = k;
  const pd = mem.load(first + PRIV_PD);
  const pinst = mem.readOnce(mem.load(pd + PD_SHELL) + SHELL_PINST);
  let processed = mem.readOnce(pd + PD_PROCESSED);
  let cpu = mem.readOnce(pd + PD_CPU);
  for (let padata = first; padata !== 0;) {
    cpu = cpumaskNextWrap(k, cpu, pdPcpu(pd));
    processed = (processed + 1) % SEQ_WRAP;
    const cbCpu = mem.load(padata + PRIV_CB_CPU);
    const squeue = serialQueue(k, pd, cbCpu);
    yield* spinLock(squeue);
    listAddTail(mem, padata, listOf(squeue));
    const pools = mem.readOnce(pinst + PINST_SERIAL_POOLS);
    yield* queueWorkOnPool(k, mem.readOnce(pools + cbCpu), squeueWork(squeue));
    padata = yield* padataFindNext(k, pd, cpu, processed);
    yield* spinUnlock(squeue);
  }
}

/** padata_find_next(): object number `processed` off its list, 0 where it is not there yet: then whoever brings it goes on. */
function* padataFindNext(k: Kernel, pd: Word, cpu: CpuId, processed: number): Kthread<Word> {
  const { mem } = k;
  const reorder = reorderList(k, pd, cpu);
  yield* spinLock(reorder);
  const list = listOf(reorder);
  const found = listEmpty(mem, list) ? 0 : listFirst(mem, list);
  const isNext = found !== 0 && mem.load(found + PRIV_SEQ_NR) === processed;
  if (isNext) listDelInit(mem, found);
  else {
    // whose lock protects these changes with the turn: marked accesses
    mem.writeOnce(pd + PD_PROCESSED, processed);
    mem.writeOnce(pd + PD_CPU, cpu);
  }
  yield* spinUnlock(reorder);
  return isNext ? found : 0;
}

/** padata_serial_worker(): calls back what has gathered, in order. */
export function* padataSerialWorker(k: Kernel, work: Word): Kthread {
  const { mem } = k;
  const squeue = squeueOfWork(work);
  const pd = mem.load(squeuePd(squeue));
  yield* spinLock(squeue);
  const local = listEntries(mem, listOf(squeue));
  for (const padata of local) listDelInit(mem, padata);
  yield* spinUnlock(squeue);
  for (const padata of local) yield* k.text.at(mem.load(padata + PRIV_SERIAL))(k, padata);
  yield* padataPutPd(k, pd, local.length);
}

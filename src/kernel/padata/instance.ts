// Mirrors padata_alloc(), padata_alloc_shell() and the cpumasks of kernel/padata.c (v6.1).
import type { CpuId } from '../../lib/units.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import { bugOn } from '../../lib/bug.ts';
import { cpumaskAssign, cpumaskCopy, cpumaskTestCpu, formatCpumask, parseCpumask } from '../cpumask.ts';
import { cpusOfMask, POOL_WORDS, type Kernel } from '../kernel.ts';
import { initListHead, listAdd, listDel, listEmpty } from '../list.ts';
import { mutexLock, mutexUnlock } from '../locking/mutex.ts';
import { synchronizeRcu } from '../rcu.ts';
import { createWorker } from '../workqueue/pool.ts';
import { initPool } from '../workqueue/structs.ts';
import { flagsWith, flagsWithout, padataAllocPd, padataPutPd, padataReplace } from './parallel-data.ts';
import {
  EINVAL,
  PADATA_INIT,
  PADATA_INVALID,
  PADATA_SHELL_WORDS,
  PINST_CPUHP_NODE,
  PINST_FIELDS,
  PINST_FLAGS,
  PINST_LOCK,
  PINST_PARALLEL_POOL,
  PINST_PSLIST,
  PINST_SERIAL_POOLS,
  pinstCbcpu,
  pinstPcpu,
  pinstWords,
  SHELL_FIELDS,
  SHELL_LIST,
  SHELL_PD,
  SHELL_PINST,
} from './structs.ts';

/** Which of an instance's masks. */
export type PadataMask = 'parallel' | 'serial';

/** Numbers of pools that belong to instances begin here: only names of workers show them. */
const INSTANCE_POOLS = 1000;

/** padata_alloc(): an instance whose masks hold all possible CPUs. */
export function* padataAlloc(k: Kernel): Kthread<Word> {
  const { mem } = k;
  const pinst = mem.alloc(pinstWords(k));
  mem.fresh(pinst, pinstWords(k), 'pinst', PINST_FIELDS);
  initListHead(mem, pinst + PINST_PSLIST);
  const possible = Array.from({ length: k.topology.nrCpuIds }, (_, cpu) => cpu);
  cpumaskAssign(k, pinstPcpu(pinst), possible);
  cpumaskAssign(k, pinstCbcpu(k, pinst), possible);
  yield* mutexLock(k.data.cpuHotplugLock);
  yield* setupSerialPools(k, pinst);
  yield* setupParallelPool(k, pinst);
  mem.writeOnce(pinst + PINST_FLAGS, PADATA_INIT);
  listAdd(mem, pinst + PINST_CPUHP_NODE, k.data.padataInstances);
  yield* mutexUnlock(k.data.cpuHotplugLock);
  return pinst;
}

/** padata_free(). Its shells are gone. */
export function* padataFree(k: Kernel, pinst: Word): Kthread {
  bugOn(!listEmpty(k.mem, pinst + PINST_PSLIST), 'padata_free of an instance that has shells');
  yield* mutexLock(k.data.cpuHotplugLock);
  listDel(k.mem, pinst + PINST_CPUHP_NODE);
  yield* mutexUnlock(k.data.cpuHotplugLock);
}

/** serial_wq: one work at a time on each CPU, so one worker each. */
function* setupSerialPools(k: Kernel, pinst: Word): Kthread {
  const pools = k.mem.alloc(k.topology.nrCpuIds);
  k.mem.fresh(pools, k.topology.nrCpuIds, 'pinst', ['serial_wq']);
  k.mem.writeOnce(pinst + PINST_SERIAL_POOLS, pools);
  for (let cpu = 0; cpu < k.topology.nrCpuIds; cpu += 1) {
    const pool = k.mem.alloc(POOL_WORDS);
    initPool(k.mem, pool, { id: INSTANCE_POOLS + cpu, cpu, maxWorkers: 1 });
    k.mem.writeOnce(pools + cpu, pool);
    yield* createWorker(k, pool);
  }
}

/** padata_setup_cpumasks(): parallel_wq's workers keep to the parallel mask. What is queued stays where it is. */
function* setupParallelPool(k: Kernel, pinst: Word): Kthread {
  const mask = k.mem.alloc(k.data.maskWords);
  k.mem.fresh(mask, k.data.maskWords, 'cpumask');
  cpumaskCopy(k, mask, pinstPcpu(pinst));
  const pool = k.mem.alloc(POOL_WORDS);
  initPool(k.mem, pool, { id: INSTANCE_POOLS, cpumask: mask });
  yield* createWorker(k, pool);
  k.mem.writeOnce(pinst + PINST_PARALLEL_POOL, pool);
}

/** padata_alloc_shell(): a series of objects that is kept in order by itself. */
export function* padataAllocShell(k: Kernel, pinst: Word): Kthread<Word> {
  const { mem } = k;
  const shell = mem.alloc(PADATA_SHELL_WORDS);
  mem.fresh(shell, PADATA_SHELL_WORDS, 'shell', SHELL_FIELDS);
  mem.writeOnce(shell + SHELL_PINST, pinst);
  yield* mutexLock(k.data.cpuHotplugLock);
  mem.writeOnce(shell + SHELL_PD, padataAllocPd(k, shell));
  yield* mutexUnlock(k.data.cpuHotplugLock);
  yield* mutexLock(pinst + PINST_LOCK);
  listAdd(mem, shell + SHELL_LIST, pinst + PINST_PSLIST);
  yield* mutexUnlock(pinst + PINST_LOCK);
  return shell;
}

/** padata_free_shell(). */
export function* padataFreeShell(k: Kernel, shell: Word): Kthread {
  const pinst = k.mem.readOnce(shell + SHELL_PINST);
  yield* mutexLock(pinst + PINST_LOCK);
  listDel(k.mem, shell + SHELL_LIST);
  yield* padataPutPd(k, k.mem.readOnce(shell + SHELL_PD));
  yield* mutexUnlock(pinst + PINST_LOCK);
}

/** padata_validate_cpumask(): false, and the instance invalid, where no CPU of the mask is online. */
export function padataValidateCpumask(k: Kernel, pinst: Word, mask: Word, offlining: CpuId = -1): boolean {
  const online = cpusOfMask(k, k.data.cpuOnlineMask);
  const valid = online.some((cpu) => cpu !== offlining && cpumaskTestCpu(k, cpu, mask));
  const flags = k.mem.readOnce(pinst + PINST_FLAGS);
  const next = valid ? flagsWithout(flags, PADATA_INVALID) : flagsWith(flags, PADATA_INVALID);
  k.mem.writeOnce(pinst + PINST_FLAGS, next);
  return valid;
}

export function padataStart(k: Kernel, pinst: Word): void {
  k.mem.writeOnce(pinst + PINST_FLAGS, flagsWith(k.mem.readOnce(pinst + PINST_FLAGS), PADATA_INIT));
}

/** __padata_stop(): takes no more objects. */
export function* padataStop(k: Kernel, pinst: Word): Kthread {
  const flags = k.mem.readOnce(pinst + PINST_FLAGS);
  if ((flags & PADATA_INIT) === 0) return;
  k.mem.writeOnce(pinst + PINST_FLAGS, flagsWithout(flags, PADATA_INIT));
  yield* synchronizeRcu(k);
}

/** padata_set_cpumask(): 0. A mask without an online CPU stops the instance until it gets one. */
export function* padataSetCpumask(
  k: Kernel,
  pinst: Word,
  which: PadataMask,
  cpus: readonly CpuId[],
): Kthread<number> {
  const { mem } = k;
  yield* mutexLock(k.data.cpuHotplugLock);
  yield* mutexLock(pinst + PINST_LOCK);
  const pcpu = pinstPcpu(pinst);
  const cbcpu = pinstCbcpu(k, pinst);
  // the new mask takes its place only after both are validated
  const wanted = mem.alloc(k.data.maskWords);
  mem.fresh(wanted, k.data.maskWords, 'cpumask');
  cpumaskAssign(k, wanted, cpus);
  const [parallel, serial] = which === 'parallel' ? [wanted, cbcpu] : [pcpu, wanted];
  const valid = padataValidateCpumask(k, pinst, parallel) && padataValidateCpumask(k, pinst, serial);
  if (!valid) yield* padataStop(k, pinst);
  cpumaskCopy(k, which === 'parallel' ? pcpu : cbcpu, wanted);
  mem.free(wanted, k.data.maskWords);
  yield* setupParallelPool(k, pinst);
  yield* padataReplace(k, pinst);
  if (valid) padataStart(k, pinst);
  yield* mutexUnlock(pinst + PINST_LOCK);
  yield* mutexUnlock(k.data.cpuHotplugLock);
  return 0;
}

/** Reads parallel_cpumask or serial_cpumask in sysfs: the text with its newline. */
export function* showCpumask(k: Kernel, pinst: Word, which: PadataMask): Kthread<string> {
  yield* mutexLock(pinst + PINST_LOCK);
  const text = formatCpumask(k, which === 'serial' ? pinstCbcpu(k, pinst) : pinstPcpu(pinst));
  yield* mutexUnlock(pinst + PINST_LOCK);
  return `${text}\n`;
}

/** Writes it: the length of the text, or -EINVAL. */
export function* storeCpumask(k: Kernel, pinst: Word, which: PadataMask, text: string): Kthread<number> {
  const cpus = parseCpumask(k, text);
  if (cpus === undefined) return EINVAL;
  const error = yield* padataSetCpumask(k, pinst, which, cpus);
  return error === 0 ? text.length : error;
}

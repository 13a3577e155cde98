// Mirrors padata_alloc_pd(), padata_replace() and the reference counts of kernel/padata.c (v6.1): what objects in flight belong
// to. A change of CPUs makes a new one; the old one lives until its last object is through.
import { cpusOfMask, type Kernel } from '../kernel.ts';
import { releaseOf, atomicAddReturn, type Kthread, type Word } from '../../cpu/op.ts';
import { bugOn } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import { cpumaskAssign } from '../cpumask.ts';
import { initListHead, listEntries } from '../list.ts';
import { synchronizeRcu } from '../rcu.ts';
import { initWork } from '../workqueue.ts';
import {
  LIST_FIELDS,
  LIST_WORDS,
  listOf,
  PADATA_RESET,
  PD_CPU,
  PD_FIELDS,
  PD_REFCNT,
  PD_SEQ_NR,
  PD_SHELL,
  pdCbcpu,
  pdPcpu,
  pdWords,
  PINST_FLAGS,
  PINST_PSLIST,
  pinstCbcpu,
  pinstPcpu,
  reorderList,
  serialQueue,
  SHELL_LIST,
  SHELL_OPD,
  SHELL_PD,
  SHELL_PINST,
  SQUEUE_FIELDS,
  SQUEUE_WORDS,
  squeuePd,
  squeueWork,
} from './structs.ts';

/** Sequence numbers are unsigned 32-bit, and wrap. */
export const SEQ_WRAP = 2 ** 32;

/** padata_alloc_pd(): for the instance's CPUs that are online, without the one that is going. */
export function padataAllocPd(k: Kernel, shell: Word, offlining: CpuId = -1): Word {
  const { mem } = k;
  const pinst = mem.readOnce(shell + SHELL_PINST);
  const pd = mem.alloc(pdWords(k));
  mem.fresh(pd, pdWords(k), 'pd', PD_FIELDS);
  const online = cpusOfMask(k, k.data.cpuOnlineMask).filter((cpu) => cpu !== offlining);
  const allowed = (mask: Word): CpuId[] => cpusOfMask(k, mask).filter((cpu) => online.includes(cpu));
  const pcpu = allowed(pinstPcpu(pinst));
  const cbcpu = allowed(pinstCbcpu(k, pinst));
  cpumaskAssign(k, pdPcpu(pd), pcpu);
  cpumaskAssign(k, pdCbcpu(k, pd), cbcpu);
  for (const cpu of pcpu) {
    const reorder = reorderList(k, pd, cpu);
    mem.fresh(reorder, LIST_WORDS, `pd.reorder_list[${cpu}]`, LIST_FIELDS);
    initListHead(mem, listOf(reorder));
  }
  for (const cpu of cbcpu) {
    const squeue = serialQueue(k, pd, cpu);
    mem.fresh(squeue, SQUEUE_WORDS, `pd.squeue[${cpu}]`, SQUEUE_FIELDS);
    initListHead(mem, listOf(squeue));
    mem.store(squeuePd(squeue), pd);
    initWork(mem, squeueWork(squeue), k.text.address('padataSerialWorker'));
  }
  mem.store(pd + PD_SHELL, shell);
  mem.writeOnce(pd + PD_SEQ_NR, SEQ_WRAP - 1);
  mem.writeOnce(pd + PD_REFCNT, 1);
  mem.writeOnce(pd + PD_CPU, pcpu[0] ?? 0);
  return pd;
}

/** padata_get_pd(). */
export function* padataGetPd(pd: Word): Kthread {
  yield* atomicAddReturn(pd + PD_REFCNT, 1);
}

/** padata_put_pd_cnt(): the last one frees it. */
export function* padataPutPd(k: Kernel, pd: Word, count = 1): Kthread {
  const left = yield* atomicAddReturn(pd + PD_REFCNT, -count);
  bugOn(left < 0, 'parallel_data has fewer references than were put');
  if (left === 0) k.mem.free(pd, pdWords(k));
}

/** padata_replace(): new parallel data for each shell of the instance. Under its mutex. */
export function* padataReplace(k: Kernel, pinst: Word, offlining: CpuId = -1): Kthread {
  const { mem } = k;
  mem.writeOnce(pinst + PINST_FLAGS, flagsWith(mem.readOnce(pinst + PINST_FLAGS), PADATA_RESET));
  const shells = listEntries(mem, pinst + PINST_PSLIST).map((link) => link - SHELL_LIST);
  for (const shell of shells) {
    const pd = padataAllocPd(k, shell, offlining);
    mem.store(shell + SHELL_OPD, mem.readOnce(shell + SHELL_PD));
    // rcu_assign_pointer()
    yield releaseOf(shell + SHELL_PD, pd);
  }
  yield* synchronizeRcu(k);
  for (const shell of shells.reverse()) yield* padataPutPd(k, mem.load(shell + SHELL_OPD));
  // who was refused meanwhile may wait for this
  const flags = flagsWithout(mem.readOnce(pinst + PINST_FLAGS), PADATA_RESET);
  yield releaseOf(pinst + PINST_FLAGS, flags);
}

/** Flags are small: plain bit operations do. */
export const flagsWith = (flags: number, flag: number): number => flags | flag;
export const flagsWithout = (flags: number, flag: number): number => flags & ~flag;

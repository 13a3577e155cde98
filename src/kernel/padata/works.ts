// Mirrors struct padata_work and its pool in kernel/padata.c (v6.1): num_possible_cpus() works for all jobs of the system,
// on one stack of free ones. When it is empty, a job gets fewer helpers; nothing fails.
import { bugOn } from '../../lib/bug.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';
import {
  initListHead,
  listAdd,
  listDel,
  listEmpty,
  listEntries,
  listFirst,
  listFields,
  LIST_HEAD_WORDS,
} from '../list.ts';
import { spinLock, spinUnlock } from '../locking/spinlock.ts';
import { initWork, WORK_FIELDS, WORK_WORDS } from '../workqueue.ts';

/** Words of a padata_work: its work_struct, its link, what it is about. */
export const PADATA_WORK_WORDS = WORK_WORDS + LIST_HEAD_WORDS + 1;
const PW_LIST = WORK_WORDS;
const PW_DATA = WORK_WORDS + LIST_HEAD_WORDS;
const PW_FIELDS: readonly string[] = [...WORK_FIELDS, ...listFields('pw_list'), 'pw_data'];

/** What a work is about: the job's state, or the object to parallelise. */
export function pwData(k: Kernel, pw: Word): Word {
  return k.mem.load(pw + PW_DATA);
}

/** padata_work_init(). The caller owns the work. */
export function padataWorkInit(k: Kernel, pw: Word, func: number, data: Word): void {
  k.mem.fresh(pw, PADATA_WORK_WORDS, 'padata work', PW_FIELDS);
  initWork(k.mem, pw, func);
  k.mem.store(pw + PW_DATA, data);
}

/** Fills the pool with so many works. */
export function padataWorksInit(k: Kernel, count: number): void {
  initListHead(k.mem, k.data.padataFreeWorks);
  const works = k.mem.alloc(count * PADATA_WORK_WORDS);
  for (let i = 0; i < count; i += 1) {
    const pw = works + i * PADATA_WORK_WORDS;
    k.mem.fresh(pw, PADATA_WORK_WORDS, 'padata work', PW_FIELDS);
    listAdd(k.mem, pw + PW_LIST, k.data.padataFreeWorks);
  }
}

/** How many works are free now. */
export function padataFreeWorks(k: Kernel): number {
  return listEntries(k.mem, k.data.padataFreeWorks).length;
}

/** padata_work_alloc(): a work, 0 where none is free. Under padata_works_lock. */
export function padataWorkAlloc(k: Kernel): Word {
  const { mem, data } = k;
  if (listEmpty(mem, data.padataFreeWorks)) return 0;
  const link = listFirst(mem, data.padataFreeWorks);
  listDel(mem, link);
  return link - PW_LIST;
}

/** padata_work_free(). Under padata_works_lock. */
export function padataWorkFree(k: Kernel, pw: Word): void {
  bugOn(pw === 0, 'a null work is freed');
  listAdd(k.mem, pw + PW_LIST, k.data.padataFreeWorks);
}

/**
 * padata_work_alloc_mt(): works for `nworks` - 1 helpers, fewer where the pool runs dry, each at the front of `works` as in
 * the C. The number of threads that the job has now, with the caller.
 */
export function* padataWorkAllocMt(
  k: Kernel,
  nworks: number,
  func: number,
  data: Word,
  works: Word[],
): Kthread<number> {
  yield* spinLock(k.data.padataWorksLock);
  let threads = 1; // the caller takes part
  for (; threads < nworks; threads += 1) {
    const pw = padataWorkAlloc(k);
    if (pw === 0) break;
    padataWorkInit(k, pw, func, data);
    works.unshift(pw);
  }
  yield* spinUnlock(k.data.padataWorksLock);
  return threads;
}

/** padata_works_free(): gives a job's works back. */
export function* padataWorksFree(k: Kernel, works: readonly Word[]): Kthread {
  if (works.length === 0) return;
  yield* spinLock(k.data.padataWorksLock);
  for (const pw of works) padataWorkFree(k, pw);
  yield* spinUnlock(k.data.padataWorksLock);
}

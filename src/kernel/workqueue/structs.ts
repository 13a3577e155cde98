// Mirrors struct work_struct, worker_pool and worker (v6.1) as words: where each field is.
import type { CpuId } from '../../lib/units.ts';
import type { Memory } from '../../cpu/memory.ts';
import type { Word } from '../../cpu/op.ts';
import { POOL_WORDS } from '../kernel.ts';
import { initListHead, listFields } from '../list.ts';

/** Words of a work_struct: pending bit, list entry (2), function, pool that it was on last. */
export const WORK_WORDS = 5;
export const WORK_ENTRY = 1;
export const WORK_FUNC = 3;
export const WORK_POOL = 4;
export const WORK_FIELDS: readonly string[] = ['pending', ...listFields('entry'), 'func', 'pool'];

/** Words of a worker_pool. */
export const LOCK = 0;
export const WORKLIST = 1;
export const IDLE_LIST = 3;
export const BUSY_LIST = 5;
export const NR_IDLE = 7;
export const NR_WORKERS = 8;
export const MANAGER = 9;
/** CPU mask that the workers are bound to; 0 for the node's CPUs. */
export const CPUMASK = 10;
/** Node + 1, and CPU + 1 of a pool that is bound to one; 0 for none. */
export const NODE = 11;
export const CPU = 12;
/** Number that the pool's worker threads are named after. */
export const ID = 13;
const POOL_FIELDS: readonly string[] = [
  ...['lock', ...listFields('worklist'), ...listFields('idle_list'), ...listFields('busy_list')],
  ...['nr_idle', 'nr_workers', 'manager', 'cpumask', 'node', 'cpu', 'id', 'spare'],
];

/** Words of a worker: link in the idle or busy list, wake-up flag, pool, work in progress, works that must wait for it. */
export const WORKER_WORDS = 8;
export const WAKE = 2;
export const POOL = 3;
export const CURRENT_WORK = 4;
export const SCHEDULED = 5;
export const WORKER_ID = 7;
export const WORKER_FIELDS: readonly string[] = [
  ...[...listFields('entry'), 'wake', 'pool', 'current_work', ...listFields('scheduled'), 'id'],
];

/** INIT_WORK, on words that their owner has named: `func` is the address of a kernel function that gets the work. */
export function initWork(mem: Memory, work: Word, func: number): void {
  mem.fresh(work, WORK_WORDS);
  mem.writeOnce(work, 0);
  initListHead(mem, work + WORK_ENTRY);
  mem.store(work + WORK_FUNC, func);
  mem.writeOnce(work + WORK_POOL, 0);
}

/** Who may run a pool's works. */
export interface PoolAttrs {
  readonly id: number;
  /** Node of the workers, -1 for any. */
  readonly node?: number;
  /** The only CPU of the workers. */
  readonly cpu?: CpuId;
  /** A CPU mask in shared memory. */
  readonly cpumask?: Word;
  /** 1: never more than the first worker, as max_active 1 of a workqueue that is bound to CPUs. */
  readonly maxWorkers?: 1;
}

/** init_worker_pool(), on words that are zero. */
export function initPool(mem: Memory, pool: Word, attrs: PoolAttrs): void {
  mem.fresh(pool, POOL_WORDS, `pool ${attrs.id}`, POOL_FIELDS);
  for (const list of [WORKLIST, IDLE_LIST, BUSY_LIST]) initListHead(mem, pool + list);
  mem.store(pool + NODE, (attrs.node ?? -1) + 1);
  mem.store(pool + CPU, (attrs.cpu ?? -1) + 1);
  mem.store(pool + CPUMASK, attrs.cpumask ?? 0);
  mem.store(pool + ID, attrs.id);
  // somebody who manages for ever: nobody adds a worker
  mem.store(pool + MANAGER, attrs.maxWorkers === 1 ? 1 : 0);
}

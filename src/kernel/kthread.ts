// Mirrors kthread_run() of include/linux/kthread.h (v6.1).
import type { CpuId } from '../lib/units.ts';
import type { EntryName, Kthread, Word } from '../cpu/op.ts';

/** Starts a kernel thread called `name`, in the function `entry`, on any CPU or one of `cpus`; its id. */
export function* kthreadRun(
  entry: EntryName,
  arg: Word,
  name: string,
  cpus?: readonly CpuId[],
): Kthread<number> {
  return yield { op: 'start', entry, arg, name, cpus };
}

/** The same thread at a nice value. */
export function* kthreadRunNice(
  nice: number,
  entry: EntryName,
  arg: Word,
  name: string,
  cpus: readonly CpuId[],
): Kthread<number> {
  return yield { op: 'start', entry, arg, name, cpus, nice };
}

/** set_user_nice(). */
export function* setUserNice(task: number, nice: number): Kthread {
  yield { op: 'nice', task, nice };
}

/** set_cpus_allowed_ptr(current, cpus). */
export function* setCpusAllowed(cpus: readonly CpuId[]): Kthread {
  yield { op: 'affine', cpus };
}

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
  return yield cpus === undefined
    ? { op: 'start', entry, arg, name }
    : { op: 'start', entry, arg, name, cpus };
}

/** set_cpus_allowed_ptr(current, cpus). */
export function* setCpusAllowed(cpus: readonly CpuId[]): Kthread {
  yield { op: 'affine', cpus };
}

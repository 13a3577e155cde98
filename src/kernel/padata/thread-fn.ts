// How a thread of a job does its part: a leaf is a request to the CPU, a thread function is code that may take locks.
import type { Kthread, WorkName } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';

/** Does [start, end); 0, or an error below 0 (merged jobs ignore it: their thread_fn returns nothing). */
export function* callThreadFn(
  k: Kernel,
  work: WorkName,
  arg: number,
  start: number,
  end: number,
): Kthread<number> {
  const fn = k.text.threadFn(work);
  if (fn !== undefined) return yield* fn(k, start, end, arg);
  return Math.min(yield { op: 'run', work, arg, start, end }, 0);
}

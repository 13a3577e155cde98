// What an RFC job takes back after an error: all that was given out and did not fail itself, in as few calls as there are stretches
// between failed ranges. What no thread has begun is left alone; a thread_fn that fails cleans up its own part.
import type { Kthread, WorkName } from '../../../cpu/op.ts';
import type { Kernel } from '../../kernel.ts';
import { callThreadFn } from '../thread-fn.ts';

/** A range of a job. */
export interface JobRange {
  readonly start: number;
  readonly end: number;
}

/** The stretches of [start, position) between failed ranges, which ascend and do not overlap. */
export function undoRanges(start: number, position: number, failed: readonly JobRange[]): JobRange[] {
  const ranges: JobRange[] = [];
  let from = start;
  for (const { start: to, end } of [...failed, { start: position, end: position }]) {
    if (to > from) ranges.push({ start: from, end: to });
    from = end;
  }
  return ranges;
}

/** padata_undo(): on the caller alone, when no helper runs. */
export function* undoJob(
  k: Kernel,
  job: { readonly fnArg: number; readonly undoFn: WorkName },
  ranges: readonly JobRange[],
): Kthread {
  for (const { start, end } of ranges) {
    k.trace({ kind: 'undo', start, end });
    yield* callThreadFn(k, job.undoFn, job.fnArg, start, end);
  }
}

// padata_mt_helper() with one fault each, planted to see that the explorer finds it. The rest is as in padata/multithreaded.ts.
import { alignUp } from '../../lib/align.ts';
import { complete } from '../../kernel/completion.ts';
import type { Kernel, KernelFunction } from '../../kernel/kernel.ts';
import { spinLock, spinUnlock } from '../../kernel/locking/spinlock.ts';
import { MtJobState } from '../../kernel/padata/multithreaded.ts';
import { pwData } from '../../kernel/padata/works.ts';
import type { Kthread, Word } from '../../cpu/op.ts';

/** Takes a chunk off the job. */
function take(ps: MtJobState): { start: number; end: number } {
  const { start } = ps;
  const size = Math.min(alignUp(start + 1, ps.chunkSize) - start, ps.size);
  ps.start = start + size;
  ps.size -= size;
  return { start, end: start + size };
}

function* finish(k: Kernel, ps: MtJobState): Kthread {
  ps.nworksFini += 1;
  const done = ps.nworksFini === ps.nworks;
  yield* spinUnlock(ps.lock);
  if (done) yield* complete(k, ps.completion);
}

function* run(k: Kernel, ps: MtJobState, start: number, end: number): Kthread {
  yield { op: 'run', work: k.text.name(ps.threadFn), arg: ps.fnArg, start, end };
}

/** Nobody takes the lock around the hand-out. */
export const noLock: KernelFunction = function* (k: Kernel, pw: Word) {
  const ps = new MtJobState(k.mem, pwData(k, pw));
  while (ps.size > 0) {
    const { start, end } = take(ps);
    yield* run(k, ps, start, end);
  }
  yield* spinLock(ps.lock);
  yield* finish(k, ps);
};

/** The lock is let go after the start has moved on and before the size has. */
export const unlockBeforeSize: KernelFunction = function* (k: Kernel, pw: Word) {
  const ps = new MtJobState(k.mem, pwData(k, pw));
  yield* spinLock(ps.lock);
  while (ps.size > 0) {
    const { start } = ps;
    const size = Math.min(alignUp(start + 1, ps.chunkSize) - start, ps.size);
    ps.start = start + size;
    yield* spinUnlock(ps.lock);
    ps.size -= size;
    yield* run(k, ps, start, start + size);
    yield* spinLock(ps.lock);
  }
  yield* finish(k, ps);
};

/** The last thread marks the job as complete and wakes nobody. */
export const lostWake: KernelFunction = function* (k: Kernel, pw: Word) {
  const ps = new MtJobState(k.mem, pwData(k, pw));
  yield* spinLock(ps.lock);
  while (ps.size > 0) {
    const { start, end } = take(ps);
    yield* spinUnlock(ps.lock);
    yield* run(k, ps, start, end);
    yield* spinLock(ps.lock);
  }
  ps.nworksFini += 1;
  const done = ps.nworksFini === ps.nworks;
  yield* spinUnlock(ps.lock);
  if (!done) return;
  yield* spinLock(ps.completion);
  k.mem.writeOnce(ps.completion + 1, 1);
  yield* spinUnlock(ps.completion);
};

/** A chunk ends one too late. */
export const endOffByOne: KernelFunction = function* (k: Kernel, pw: Word) {
  const ps = new MtJobState(k.mem, pwData(k, pw));
  yield* spinLock(ps.lock);
  while (ps.size > 0) {
    const { start, end } = take(ps);
    const last = ps.size === 0;
    yield* spinUnlock(ps.lock);
    yield* run(k, ps, start, last ? end : end + 1);
    yield* spinLock(ps.lock);
  }
  yield* finish(k, ps);
};

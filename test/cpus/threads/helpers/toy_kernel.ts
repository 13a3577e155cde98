// A kernel of three functions for the driver's tests: `boot` starts helpers that share out page frames under a lock, and
// waits for them. The leaf counts each page frame in a shared buffer.
import { spinLock, spinUnlock } from '../../../../src/kernel/locking/spinlock.ts';
import type { Kthread, Word } from '../../../../src/cpu/op.ts';
import type { SharedMemory } from '../../../../src/cpu/memory.ts';
import type { CreateKernel } from '../../../../src/cpus/threads/threads-worker.ts';

/** Words of the job. */
export const LOCK = 0;
export const NEXT = 1;
export const LEFT = 2;
export const DONE = 3;
export const JOB_WORDS = 4;

export interface ToyData {
  readonly helpers: number;
  readonly chunk: number;
  readonly counts: SharedArrayBuffer;
  /** `boot` waits for a word that nobody ever changes. */
  readonly deadlock?: boolean;
}

function* boot(data: ToyData, memory: SharedMemory, job: Word): Kthread {
  for (let i = 0; i < data.helpers; i += 1)
    yield { op: 'start', entry: 'helper', name: `helper${i}`, arg: job };
  while (memory.readOnce(job + DONE) < data.helpers) {
    yield { op: 'wait', at: job + DONE, value: memory.readOnce(job + DONE) };
  }
  if (data.deadlock === true) yield { op: 'wait', at: job + LOCK, value: 0 };
}

function* helper(data: ToyData, memory: SharedMemory, job: Word): Kthread {
  yield* spinLock(job + LOCK);
  while (memory.load(job + LEFT) > 0) {
    const start = memory.load(job + NEXT);
    const pages = Math.min(data.chunk, memory.load(job + LEFT));
    memory.store(job + NEXT, start + pages);
    memory.store(job + LEFT, memory.load(job + LEFT) - pages);
    yield* spinUnlock(job + LOCK);
    yield { op: 'run', work: 'count', arg: 0, start, end: start + pages };
    yield* spinLock(job + LOCK);
  }
  memory.store(job + DONE, memory.load(job + DONE) + 1);
  yield* spinUnlock(job + LOCK);
  yield { op: 'wake', at: job + DONE };
}

export const createKernel: CreateKernel = (unknown, memory, tell) => {
  // The test that starts the run made this.
  const data = unknown as ToyData;
  const counts = new Int32Array(data.counts);
  return {
    start: (entry, job) => (entry === 'boot' ? boot(data, memory, job) : helper(data, memory, job)),
    run: (_work, _arg, start, end, alive) => {
      tell(start);
      for (let i = start; i < end; i += 1) Atomics.add(counts, i, 1);
      alive.tick();
      return end - start;
    },
  };
};

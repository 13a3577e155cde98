// What handing out work costs when the work is nothing: padata's job of so many empty chunks, and beside it the least that
// any way of sharing out can do, one atomic addition a chunk. Used by `earlyboot bench`.
import { bringupNonbootCpus } from '../../kernel/cpu.ts';
import { attachKernel, KernelText } from '../../kernel/kernel.ts';
import type { Kernel, Topology } from '../../kernel/kernel.ts';
import { PADATA_FUNCTIONS, padataDoMultithreaded, padataInit } from '../../kernel/padata.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../kernel/workqueue.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import type { CreateKernel } from './threads-worker.ts';

export interface EmptyJobData {
  readonly base: Word;
  readonly topology: Topology;
  readonly chunks: number;
  readonly rounds: number;
  /** Threads that share out by addition, and the counter: two 32-bit words. */
  readonly threads: number;
  readonly counter: SharedArrayBuffer;
}

/** One measurement: what was done and how long it took. */
export interface EmptyJobTold {
  readonly way: 'padata' | 'atomics';
  readonly ns: number;
}

export const EMPTY_JOB_BOOT = 'emptyJobs';
const ADDER = 'adder';
const NOTHING = 'nothing';
const ADD = 'addUp';

export const createKernel: CreateKernel = (unknown, mem, tell) => {
  // measureEmptyJobs() made this.
  const data = unknown as EmptyJobData;
  const counter = new Int32Array(data.counter);
  const text = new KernelText(
    {
      ...WORKQUEUE_FUNCTIONS,
      ...PADATA_FUNCTIONS,
      [EMPTY_JOB_BOOT]: (k) => emptyJobs(k, data, tell),
      [ADDER]: (k, done) => adder(k, done),
    },
    [NOTHING, ADD],
  );
  const k = attachKernel({ mem, text, topology: data.topology }, data.base);
  return {
    start: (entry, arg) => text.named(entry)(k, arg),
    run: (work, _arg, start, end) => {
      if (work === ADD) while (Atomics.add(counter, 0, 1) < data.chunks);
      return end - start;
    },
  };
};

function* emptyJobs(k: Kernel, data: EmptyJobData, tell: (what: EmptyJobTold) => void): Kthread {
  yield* workqueueInit(k);
  const cpus = Array.from({ length: data.topology.nrCpuIds }, (_, cpu) => cpu);
  yield* bringupNonbootCpus(k, cpus, cpus.length);
  padataInit(k);
  const counter = new Int32Array(data.counter);
  for (let round = 0; round < data.rounds; round += 1) {
    const begin = process.hrtime.bigint();
    yield* padataDoMultithreaded(k, {
      ...{ threadFn: NOTHING, fnArg: 0, start: 0, size: data.chunks, align: 1, minChunk: 1 },
      maxThreads: data.chunks / 4,
    });
    tell({ way: 'padata', ns: Number(process.hrtime.bigint() - begin) });
    const done = k.mem.alloc(1);
    Atomics.store(counter, 0, 0);
    const beginAdding = process.hrtime.bigint();
    for (let i = 0; i < data.threads; i += 1)
      yield { op: 'start', entry: ADDER, name: `adder${i}`, arg: done };
    for (let seen = 0; seen < data.threads; seen = k.mem.readOnce(done))
      yield { op: 'wait', at: done, value: seen };
    tell({ way: 'atomics', ns: Number(process.hrtime.bigint() - beginAdding) });
    k.mem.free(done, 1);
  }
}

function* adder(k: Kernel, done: Word): Kthread {
  yield { op: 'run', work: ADD, arg: 0, start: 0, end: 1 };
  for (let seen = k.mem.readOnce(done); ;) {
    const found = yield { op: 'cmpxchg', at: done, old: seen, next: seen + 1 };
    if (found === seen) break;
    seen = found;
  }
  yield { op: 'wake', at: done };
}

// The kernel threads of a user's job: bring the CPUs up, run the job or hand the objects in, wait for the last callback.
import { bringupNonbootCpus } from '../../kernel/cpu.ts';
import {
  complete,
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
  initCompletion,
  waitForCompletion,
} from '../../kernel/completion.ts';
import { KernelText, type Kernel, type Topology } from '../../kernel/kernel.ts';
import {
  padataAlloc,
  padataAllocShell,
  PADATA_FUNCTIONS,
  padataDoMultithreaded,
  padataDoParallel,
  padataDoSerial,
  padataInit,
} from '../../kernel/padata.ts';
import {
  EBUSY,
  PADATA_PRIV_WORDS,
  PRIV_FIELDS,
  PRIV_INFO,
  PRIV_PARALLEL,
  PRIV_SERIAL,
} from '../../kernel/padata/structs.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../kernel/workqueue.ts';
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import { atomicAddReturn, type Kthread, type Word } from '../../cpu/op.ts';

/** What the threads do: plain data, so that it crosses to workers. */
export type Task =
  | {
      readonly kind: 'multithreaded';
      readonly start: number;
      readonly size: number;
      readonly align: number;
      readonly minChunk: number;
      readonly maxThreads: number;
    }
  /** Callback CPU of each object. */
  | { readonly kind: 'serial'; readonly callbackCpus: readonly CpuId[] };

/** Names of the leaves: a chunk of a job, an object's parallel and serial callbacks (`arg` is the object). */
export const CHUNK = 'threadFn';
export const PARALLEL = 'parallel';
export const SERIAL = 'serial';
/** The first thread. */
export const MAIN = 'padataMain';
/** After an object's own words: where the count of objects and the completion are. */
const SHARED = PADATA_PRIV_WORDS;

/** `nodeOfCpu` as the kernel sees it. */
export function topologyOf(nodeOfCpu: readonly number[]): Topology {
  const cpus = nodeOfCpu.length;
  return { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: 1 + Math.max(...nodeOfCpu) };
}

/** The kernel's text for a task. */
export function taskText(task: Task): KernelText {
  return new KernelText(
    {
      ...WORKQUEUE_FUNCTIONS,
      ...PADATA_FUNCTIONS,
      [MAIN]: (k) => main(k, task),
      parallelCallback,
      serialCallback,
    },
    [CHUNK, PARALLEL, SERIAL],
  );
}

function* main(k: Kernel, task: Task): Kthread {
  yield* workqueueInit(k);
  const { nrCpuIds } = k.topology;
  yield* bringupNonbootCpus(
    k,
    Array.from({ length: nrCpuIds }, (_, cpu) => cpu),
    nrCpuIds,
  );
  padataInit(k);
  if (task.kind === 'serial') return yield* handIn(k, task.callbackCpus);
  const { start, size, align, minChunk, maxThreads } = task;
  yield* padataDoMultithreaded(k, { threadFn: CHUNK, fnArg: 0, start, size, align, minChunk, maxThreads });
}

function* handIn(k: Kernel, callbackCpus: readonly CpuId[]): Kthread {
  const { mem, text } = k;
  const shell = yield* padataAllocShell(k, yield* padataAlloc(k));
  const shared = mem.alloc(1 + COMPLETION_WORDS);
  mem.fresh(shared, 1 + COMPLETION_WORDS, 'objects', ['left', ...COMPLETION_FIELDS]);
  mem.writeOnce(shared, callbackCpus.length);
  initCompletion(k, shared + 1);
  for (const [object, cpu] of callbackCpus.entries()) {
    const padata = mem.alloc(PADATA_PRIV_WORDS + 1);
    mem.fresh(padata, PADATA_PRIV_WORDS + 1, `object ${object}`, PRIV_FIELDS);
    mem.store(padata + PRIV_INFO, object);
    mem.store(padata + PRIV_PARALLEL, text.address('parallelCallback'));
    mem.store(padata + PRIV_SERIAL, text.address('serialCallback'));
    mem.store(padata + SHARED, shared);
    const error = yield* padataDoParallel(k, shell, padata, cpu);
    if (error !== 0) throw new Bug(`padata_do_parallel: ${error === EBUSY ? '-EBUSY' : error}`);
  }
  if (callbackCpus.length > 0) yield* waitForCompletion(k, shared + 1);
}

function* parallelCallback(k: Kernel, padata: Word): Kthread {
  yield { op: 'run', work: PARALLEL, arg: k.mem.load(padata + PRIV_INFO), start: 0, end: 1 };
  yield* padataDoSerial(k, padata);
}

function* serialCallback(k: Kernel, padata: Word): Kthread {
  const shared = k.mem.load(padata + SHARED);
  yield { op: 'run', work: SERIAL, arg: k.mem.load(padata + PRIV_INFO), start: 0, end: 1 };
  if ((yield* atomicAddReturn(shared, -1)) === 0) yield* complete(k, shared + 1);
}

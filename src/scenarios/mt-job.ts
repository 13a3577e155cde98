// Multithreaded jobs whole: padata's pool of works, the workqueue and its workers, the hand-out, the completion.
import { Bug } from '../lib/bug.ts';
import type { Nid } from '../lib/units.ts';
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import {
  initCompletion,
  complete,
  waitForCompletion,
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
} from '../kernel/completion.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import { padataDoMultithreaded, padataInit, type PadataMtJob } from '../kernel/padata.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import { atomicAddReturn, type Kthread, type Word } from '../cpu/op.ts';
import type { Scenario, ScenarioRun } from '../cpus/simulated/explore/scenario.ts';
import { PageLedger } from '../mm/deferred/ledger.ts';
import { expectFullPool, worldMaker, UNITS, UnitsDone, worldText } from './world.ts';

/** padata_do_multithreaded(), or a version of it with a fault. */
export type DoMultithreaded = (k: Kernel, job: PadataMtJob) => Kthread;

export interface MtJobOptions {
  readonly name: string;
  readonly about: string;
  /** Node of each CPU; a thread for each node runs that node's jobs. */
  readonly nodeOfCpu: readonly Nid[];
  /** Jobs of each node, one after the other; the ranges of all are apart. */
  readonly jobs: readonly (readonly Omit<PadataMtJob, 'threadFn' | 'fnArg'>[])[];
  readonly doMultithreaded?: DoMultithreaded;
  readonly functions?: Readonly<Record<string, KernelFunction>>;
  /** No unit of this size may be worked on by two threads of a job. */
  readonly unit?: number;
}

/** Runs the jobs, each node's in a thread of its own, and sees to it that all is done once and all works are back. */
export function mtJobs<Name extends string>(options: MtJobOptions & { readonly name: Name }): Scenario<Name> {
  const { name, about, nodeOfCpu, unit, doMultithreaded = padataDoMultithreaded } = options;
  const jobs = options.jobs.map((ofNode, fnArg) => ofNode.map((job) => ({ ...job, threadFn: UNITS, fnArg })));
  // the argument: node, then where the count of nodes and the completion are
  const nodeJobs: KernelFunction = function* (k, arg) {
    const node = k.mem.readOnce(arg);
    const shared = k.mem.readOnce(arg + 1);
    for (const job of jobs[node] ?? []) yield* doMultithreaded(k, job);
    if ((yield* atomicAddReturn(shared, -1)) === 0) yield* complete(k, shared + 1);
  };
  const text = worldText({ ...options.functions, nodeJobs });
  const world = worldMaker({ nodeOfCpu, text });
  // one run at a time: each begins with what is cleared
  const ledger = new PageLedger();
  const done = jobs.map(() => new UnitsDone(ledger, unit));
  const works: ScenarioRun['works'] = {
    [UNITS]: (arg, start, end, step) => {
      const ofNode = done[arg];
      if (ofNode === undefined) throw new Bug(`no node ${arg}`);
      return ofNode.leaf(arg, start, end, step);
    },
  };
  const ranges = jobs.flat().map(({ start, size }) => ({ startPfn: start, endPfn: start + size }));
  return {
    name,
    about,
    cpus: nodeOfCpu.length,
    setup: (mem) => {
      const k = world(mem);
      ledger.clear();
      for (const { owners } of done) owners.clear();
      return {
        prelude: prelude(k),
        preludeInMemory: true,
        boot: boot(k, doMultithreaded, jobs),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works,
        check: () => {
          ledger.expectAll(ranges);
          expectFullPool(k);
        },
      };
    },
  };
}

function* prelude(k: Kernel): Kthread {
  yield* workqueueInit(k);
  padataInit(k);
}

/** One node's jobs run on the boot thread; with more, each has its thread, as pgdatinit has. */
function* boot(
  k: Kernel,
  doMultithreaded: DoMultithreaded,
  jobs: readonly (readonly PadataMtJob[])[],
): Kthread {
  const nodes = jobs.length;
  if (nodes === 1) {
    for (const job of jobs[0] ?? []) yield* doMultithreaded(k, job);
    return;
  }
  const shared = k.mem.alloc(1 + COMPLETION_WORDS);
  const undone: Word = shared;
  k.mem.fresh(undone, 1 + COMPLETION_WORDS, 'jobs', ['undone', ...COMPLETION_FIELDS]);
  k.mem.writeOnce(undone, nodes);
  initCompletion(k, shared + 1);
  for (let node = 0; node < nodes; node += 1) {
    const arg = k.mem.alloc(2);
    k.mem.fresh(arg, 2, 'argument', ['node', 'jobs']);
    k.mem.writeOnce(arg, node);
    k.mem.writeOnce(arg + 1, shared);
    yield* kthreadRun('nodeJobs', arg, `node${node}`, k.cpusOfNode[node]);
  }
  yield* waitForCompletion(k, shared + 1);
}

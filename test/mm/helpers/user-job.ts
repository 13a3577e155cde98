// One user's job on the simulator, with what it ran: leaves by name with their ranges, and how often each lock was held.
import {
  bootKernel,
  KernelText,
  type Failure,
  type Kernel,
  type ThreadFn,
} from '../../../src/kernel/kernel.ts';
import { bringupNonbootCpus } from '../../../src/kernel/cpu.ts';
import { PADATA_FUNCTIONS, padataInit } from '../../../src/kernel/padata.ts';
import { PADATA_RFC_2022 } from '../../../src/kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../../../src/kernel/padata/rules.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../../src/kernel/workqueue.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread, Word, WorkName } from '../../../src/cpu/op.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import { Simulator } from '../../../src/cpus/simulated/simulator.ts';

/** The leaf that stands for a held lock. */
export const HOLD: WorkName = 'hold';

export interface UserJob<C> {
  readonly nodeOfCpu?: readonly number[];
  readonly rules?: PadataRules;
  readonly leaf: WorkName;
  readonly words: number;
  readonly threadFns: (ctx: () => C) => Readonly<Record<WorkName, ThreadFn>>;
  readonly shouldFail?: (what: Failure, at: number) => boolean;
  readonly init: (k: Kernel, base: Word) => C;
  readonly run: (k: Kernel, ctx: C) => Kthread<number>;
}

export interface UserRan<C> {
  readonly k: Kernel;
  readonly ctx: C;
  /** What the job returned. */
  readonly result: number;
  /** [start, end, arg] of each call of the leaf, ascending. */
  readonly leaves: readonly (readonly [number, number, number])[];
  /** How often a lock was held. */
  readonly holds: number;
}

/** Runs it; two CPUs of one node where nothing else is said. */
export function runUser<C>(job: UserJob<C>): UserRan<C> {
  const nodeOfCpu = job.nodeOfCpu ?? [0, 0];
  const mem = new LocalMemory();
  const functions = { ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS };
  let ctx: C | undefined;
  const text = new KernelText(
    functions,
    [job.leaf, HOLD],
    job.threadFns(() => ctx as C),
  );
  const count = nodeOfCpu.length;
  const topology = { nrCpuIds: count, nrPossible: count, nodeOfCpu, nrNodeIds: 1 + Math.max(...nodeOfCpu) };
  const k = bootKernel({
    ...{ mem, text, topology, padata: job.rules ?? PADATA_RFC_2022 },
    ...(job.shouldFail && { shouldFail: job.shouldFail }),
  });
  const leaves: [number, number, number][] = [];
  let holds = 0;
  const simulator = new Simulator({
    cpus: nodeOfCpu.map((node) => ({ node })),
    ...{ memory: mem, cost: simpleCosts({ pageInitNs: 100_000 }), hz: 250 },
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: {
      [job.leaf]: (arg, start, end) => {
        leaves.push([start, end, arg]);
        return { pages: end - start, node: -1, rangesWalked: 0 };
      },
      [HOLD]: () => {
        holds += 1;
        return { pages: 0, node: -1, rangesWalked: 0 };
      },
    },
  });
  let result = NaN;
  simulator.run(
    (function* (): Kthread {
      yield* workqueueInit(k);
      yield* bringupNonbootCpus(k, [...nodeOfCpu.keys()], count);
      padataInit(k);
      ctx = job.init(k, k.mem.alloc(job.words));
      result = yield* job.run(k, ctx);
    })(),
  );
  leaves.sort((a, b) => a[0] - b[0]);
  return { k, ctx: ctx as C, result, leaves, holds };
}

// One job of the RFC on the simulator: chunks that fail where the test says, and what was undone.
import { bringupNonbootCpus } from '../../../src/kernel/cpu.ts';
import { bootKernel, KernelText, type Failure, type Kernel } from '../../../src/kernel/kernel.ts';
import {
  PADATA_FUNCTIONS,
  padataDoMultithreadedRfc,
  padataInit,
  type PadataRfcJob,
} from '../../../src/kernel/padata.ts';
import { PADATA_RFC_2022 } from '../../../src/kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../../../src/kernel/padata/rules.ts';
import { padataFreeWorks } from '../../../src/kernel/padata/works.ts';
import type { TraceEvent } from '../../../src/kernel/trace.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../../src/kernel/workqueue.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import { Simulator } from '../../../src/cpus/simulated/simulator.ts';

export type Range = readonly [number, number];

export interface RfcRun {
  readonly result: number;
  readonly ran: readonly Range[];
  readonly undone: readonly Range[];
  /** Works in the pool afterwards. */
  readonly free: number;
  readonly chunkSize: number | undefined;
  readonly workers: number | undefined;
  readonly raised: number;
  readonly nowNs: number;
}

export interface RfcHow {
  readonly cpus?: number;
  readonly rules?: PadataRules;
  /** The error of a chunk that begins there. */
  readonly fails?: Readonly<Record<number, number>>;
  readonly shouldFail?: (what: Failure, at: number) => boolean;
  /** Before the job, on the caller. */
  readonly before?: (k: Kernel) => Kthread<Partial<PadataRfcJob>>;
  readonly after?: (k: Kernel) => void;
}

export function runRfc(job: Partial<PadataRfcJob> & Pick<PadataRfcJob, 'size'>, how: RfcHow = {}): RfcRun {
  const cpus = how.cpus ?? 4;
  const mem = new LocalMemory();
  const ran: Range[] = [];
  const undone: Range[] = [];
  const events: TraceEvent[] = [];
  const text = new KernelText({ ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS }, ['leaf', 'undo']);
  const nodeOfCpu = new Array<number>(cpus).fill(0);
  const k = bootKernel({
    mem,
    text,
    topology: { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: 1 },
    padata: how.rules ?? PADATA_RFC_2022,
    trace: (event) => events.push(event),
    ...(how.shouldFail && { shouldFail: how.shouldFail }),
  });
  const done = (start: number, end: number) => ({ pages: end - start, node: -1, rangesWalked: 0 });
  const simulator = new Simulator({
    cpus: nodeOfCpu.map((node) => ({ node })),
    memory: mem,
    cost: simpleCosts({ pageInitNs: 100_000 }),
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: {
      leaf: (_arg, start, end) => {
        ran.push([start, end]);
        const error = how.fails?.[start];
        return error === undefined ? done(start, end) : { ...done(start, end), error };
      },
      undo: (_arg, start, end) => {
        undone.push([start, end]);
        return done(start, end);
      },
    },
    hz: 250,
  });
  let result = NaN;
  simulator.run(
    (function* () {
      yield* workqueueInit(k);
      yield* bringupNonbootCpus(k, [...nodeOfCpu.keys()], cpus);
      padataInit(k);
      const more = how.before ? yield* how.before(k) : {};
      result = yield* padataDoMultithreadedRfc(k, {
        ...{ threadFn: 'leaf', fnArg: 0, start: 0, align: 1, minChunk: 1, maxThreads: cpus },
        ...job,
        ...more,
      });
      how.after?.(k);
    })(),
  );
  const workers = events.find((event) => event.kind === 'workers');
  return {
    result,
    ran: ran.sort((a, b) => a[0] - b[0]),
    undone,
    free: padataFreeWorks(k),
    chunkSize: workers?.kind === 'workers' ? workers.chunkSize : undefined,
    workers: workers?.kind === 'workers' ? workers.workers : undefined,
    raised: events.filter((event) => event.kind === 'raise').length,
    nowNs: simulator.nowNs,
  };
}

// One padata job on the simulator, with what a test wants to see of it.
import { bringupNonbootCpus } from '../../../src/kernel/cpu.ts';
import { bootKernel, KernelText, type Kernel, type KernelFunction } from '../../../src/kernel/kernel.ts';
import {
  PADATA_FUNCTIONS,
  padataDoMultithreaded,
  padataInit,
  type PadataMtJob,
} from '../../../src/kernel/padata.ts';
import type { PadataRules } from '../../../src/kernel/padata/rules.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../../src/kernel/workqueue.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import { Simulator, type SimEvent } from '../../../src/cpus/simulated/simulator.ts';

export interface Ran {
  readonly start: number;
  readonly end: number;
  readonly cpu: number;
}

/** A machine with all its CPUs up, workqueues and (if `initialised`) padata. `nodeOfCpu[i]` is the node of CPU i. */
export function padataMachine(
  nodeOfCpu: readonly number[],
  padata: PadataRules,
  functions: Readonly<Record<string, KernelFunction>> = {},
  initialised = true,
): { readonly k: Kernel; readonly ran: Ran[]; readonly run: (body: () => Kthread) => void } {
  const mem = new LocalMemory();
  const text = new KernelText({ ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS, ...functions }, ['leaf']);
  const cpus = nodeOfCpu.length;
  const topology = { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: 1 + Math.max(...nodeOfCpu) };
  const k = bootKernel({ mem, text, topology, padata });
  const ran: Ran[] = [];
  const onEvent = (event: SimEvent): void => {
    if (event.kind === 'run') ran.push({ start: event.start, end: event.end, cpu: event.cpu });
  };
  const simulator = new Simulator({
    cpus: nodeOfCpu.map((node) => ({ node })),
    memory: mem,
    // long leaves: every helper gets its share
    cost: simpleCosts({ pageInitNs: 100_000 }),
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: { leaf: (_arg, start, end) => ({ pages: end - start, node: -1, rangesWalked: 0 }) },
    hz: 250,
    onEvent,
  });
  const run = (body: () => Kthread): void =>
    simulator.run(
      (function* () {
        yield* workqueueInit(k);
        yield* bringupNonbootCpus(k, [...nodeOfCpu.keys()], cpus);
        if (initialised) padataInit(k);
        yield* body();
      })(),
    );
  return { k, ran, run };
}

/** Runs one job; its chunks in ascending order. */
export function runJob(
  nodeOfCpu: readonly number[],
  padata: PadataRules,
  job: Omit<PadataMtJob, 'threadFn' | 'fnArg'>,
): Ran[] {
  const { k, ran, run } = padataMachine(nodeOfCpu, padata);
  run(() => padataDoMultithreaded(k, { ...job, threadFn: 'leaf', fnArg: 0 }));
  return ran.sort((a, b) => a.start - b.start);
}

// A user's task on simulated CPUs: virtual time, the same run for the same seed.
import { bootKernel } from '../../kernel/kernel.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import { LocalMemory } from '../../cpu/memory.ts';
import { simpleCosts, type WorkDone } from '../../cpus/simulated/cost-model.ts';
import { Simulator } from '../../cpus/simulated/simulator.ts';
import type { UserFunctions } from './module.ts';
import type { RanLeaf, TaskRun } from './runs.ts';
import { CHUNK, MAIN, PARALLEL, SERIAL, taskText, topologyOf, type Task } from './text.ts';

export interface SimulatedTask {
  readonly nodeOfCpu: readonly number[];
  readonly rules: PadataRules;
  readonly seed: number | undefined;
  readonly task: Task;
  readonly functions: UserFunctions;
  /** Virtual nanoseconds of a chunk, or of an object's parallel callback. */
  readonly chunkNs: (start: number, end: number) => number;
  readonly objectNs: (object: number) => number;
}

/** @throws Bug on a deadlock; whatever the user's functions throw */
export function runSimulated(options: SimulatedTask): TaskRun {
  const { nodeOfCpu, functions, chunkNs, objectNs } = options;
  const memory = new LocalMemory();
  const text = taskText(options.task);
  let shares: TaskRun['shares'] = null;
  const k = bootKernel({
    ...{ mem: memory, text, topology: topologyOf(nodeOfCpu), padata: options.rules },
    trace: (event) => {
      if (event.kind === 'workers') shares = { workers: event.workers, chunkSize: event.chunkSize };
    },
  });
  const leaves: RanLeaf[] = [];
  // this model's pages are nanoseconds
  const took = (ns: number): WorkDone => ({ pages: ns, node: -1, rangesWalked: 0 });
  const simulator = new Simulator({
    ...{ memory, hz: 250, seed: options.seed },
    cpus: nodeOfCpu.map((node, core) => ({ node, core })),
    cost: { ...simpleCosts(), workNs: (run) => run.pages },
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: {
      [CHUNK]: (_arg, start, end) => {
        functions.chunk(start, end);
        return took(chunkNs(start, end));
      },
      [PARALLEL]: (object) => {
        functions.parallel(object);
        return took(objectNs(object));
      },
      [SERIAL]: (object) => {
        functions.serial(object);
        return took(0);
      },
    },
    onEvent: (event) => {
      if (event.kind === 'run') leaves.push(event);
    },
  });
  simulator.run(text.named(MAIN)(k, 0));
  return { leaves, shares, ns: simulator.nowNs };
}

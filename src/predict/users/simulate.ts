// One user's job on simulated CPUs: the kernel threads of src/mm/users, timed by the user's costs, beside other programs' load.
import { STRUCT_PAGE_BYTES } from '../../cpus/simulated/cost/bandwidth.ts';
import { sharedCosts } from '../../cpus/simulated/cost/shares.ts';
import { SHARED, type Timing } from '../../cpus/simulated/cost/timing.ts';
import { machineCosts } from '../../cpus/simulated/cost.ts';
import type { ActiveRun, CostModel } from '../../cpus/simulated/cost-model.ts';
import type { SimCpu } from '../../cpus/simulated/cpus.ts';
import { Simulator, type SimWork } from '../../cpus/simulated/simulator.ts';
import type { LoadThread } from '../../cpus/simulated/options.ts';
import { LocalMemory } from '../../cpu/memory.ts';
import type { Kthread, Word, WorkName } from '../../cpu/op.ts';
import { bringupNonbootCpus } from '../../kernel/cpu.ts';
import { bootKernel, KernelText, type Kernel, type ThreadFn } from '../../kernel/kernel.ts';
import { PADATA_FUNCTIONS, padataInit } from '../../kernel/padata.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import { CPU_GROUP_WORDS, initCpuGroup, setCpuQuota } from '../../kernel/sched/bandwidth.ts';
import { WORKQUEUE_FUNCTIONS, workqueueInit } from '../../kernel/workqueue.ts';
import type { Nid } from '../../lib/units.ts';
import type { UserCosts } from './costs.ts';

/** The machine of a run: CPUs by number. */
export interface UserMachine {
  readonly cpus: readonly SimCpu[];
  readonly allCoreClock?: number | undefined;
  readonly htFactor?: number | undefined;
}

/** A job to be timed. */
export interface TimedJob {
  readonly threadFns: Readonly<Record<WorkName, ThreadFn>>;
  /** The leaf that does the work, and the one that stands for a held lock. */
  readonly leaf: WorkName;
  readonly hold: WorkName;
  /** How many real holds one of the model stands for. */
  readonly holds: number;
  /** Node of the memory; null: that of the CPU which works on it; 'arg': the leaf's argument. */
  readonly node: Nid | null | 'arg';
  /** `group` is the caller's CPU group, 0 for the root. */
  readonly run: (k: Kernel, group: Word) => Kthread;
}

export interface TimedOptions {
  readonly padata: PadataRules;
  readonly load?: readonly LoadThread[];
  /** quota / period of the caller's group. */
  readonly quotaCpus?: number | undefined;
}

export interface TimedRun {
  /** From the job's beginning to its end. */
  readonly seconds: number;
  /** When the last of the load's threads was through. */
  readonly loadSeconds: number;
  /** Threads that the job got, the caller included. */
  readonly workers: number;
}

/** Virtual time; the same arguments give the same answer. */
export function timeJob(
  machine: UserMachine,
  costs: UserCosts,
  job: TimedJob,
  options: TimedOptions,
): TimedRun {
  const { cpus } = machine;
  const nodeOfCpu = cpus.map(({ node }) => node);
  const topology = {
    ...{ nrCpuIds: cpus.length, nrPossible: cpus.length, nodeOfCpu },
    nrNodeIds: 1 + Math.max(...nodeOfCpu),
  };
  const mem = new LocalMemory();
  const text = new KernelText(
    { ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS },
    [job.leaf, job.hold],
    job.threadFns,
  );
  const ended = { from: 0, to: 0, load: 0, workers: 1 };
  const k = bootKernel({
    ...{ mem, text, topology, padata: options.padata },
    trace: (event) => {
      if (event.kind === 'workers') ended.workers = event.workers;
    },
  });
  const simulator = new Simulator({
    ...{ cpus, memory: mem, hz: 250, cost: costModel(machine, costs, options) },
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: {
      [job.leaf]: (arg, start, end, cpu) => {
        const node = job.node === 'arg' ? arg : (job.node ?? nodeOfCpu[cpu] ?? 0);
        return { pages: end - start, node, rangesWalked: 0 };
      },
      [job.hold]: holdWork(costs, job.holds),
    },
    load: options.load ?? [],
    onEvent: (event) => {
      if (event.kind === 'load') ended.load = event.timeNs;
    },
  });
  simulator.run(
    (function* (): Kthread {
      yield* workqueueInit(k);
      yield* bringupNonbootCpus(k, [...cpus.keys()], cpus.length);
      padataInit(k);
      const group = yield* groupWith(k, options.quotaCpus);
      ended.from = simulator.nowNs;
      yield* job.run(k, group);
      ended.to = simulator.nowNs;
    })(),
  );
  return { seconds: (ended.to - ended.from) / 1e9, loadSeconds: ended.load / 1e9, workers: ended.workers };
}

/** The caller's group: the root, or one with a quota. */
function* groupWith(k: Kernel, quotaCpus: number | undefined): Kthread<Word> {
  if (quotaCpus === undefined) return 0;
  const group = k.mem.alloc(CPU_GROUP_WORDS);
  initCpuGroup(k, group);
  yield* setCpuQuota(k, group, quotaCpus * PERIOD_NS, PERIOD_NS);
  return group;
}

/** The default period of a CPU quota: 100 ms. */
const PERIOD_NS = 100e6;

/** The time of a held lock: its leaf's argument is how many others want it. */
function holdWork({ holdNs, handoverNs, waiterNs }: UserCosts, holds: number): SimWork {
  return (others) => {
    const ns = holdNs + (others > 0 ? handoverNs + waiterNs * others : 0);
    return { pages: 0, node: -1, rangesWalked: 0, ns: ns * holds };
  };
}

/** Domains from here on are nodes' links to the others. */
const FAR = 4096;

/** Handing a work over and making a thread; a job's own steps cost next to nothing beside seconds of work. */
const WAKE_NS = 2_000;

function costModel(machine: UserMachine, costs: UserCosts, options: TimedOptions): CostModel {
  // the model of struct pages counts 64 bytes for each
  const perPage = STRUCT_PAGE_BYTES / costs.pageBytes;
  const timing = (nodeGBs: number): Timing => ({
    pageInitNs: costs.pageNs,
    nodeBandwidthGBs: nodeGBs === Infinity ? 1e9 : nodeGBs * perPage,
    htFactor: machine.htFactor ?? SHARED.htFactor,
    allCoreClock: machine.allCoreClock ?? SHARED.allCoreClock,
    ...{ wakeNs: WAKE_NS, startNs: SHARED.startNs, balanceMs: 0, shared: SHARED, restOfBootMs: null },
  });
  const pages = machineCosts(timing(costs.nodeGBs), machine.cpus);
  const { linkGBs } = costs;
  const link = linkGBs === undefined ? undefined : machineCosts(timing(linkGBs), machine.cpus);
  const isFar = (run: ActiveRun): boolean => link !== undefined && run.node !== run.cpuNode;
  const base: CostModel = {
    ...pages,
    cpuUpNs: 0,
    workNs: (run) => run.ns ?? pages.workNs(run),
    domain(run) {
      // a held lock slows nobody's memory down
      if (run.ns !== undefined) return -1 - run.cpu;
      return isFar(run) ? FAR + run.cpuNode : pages.domain(run);
    },
    rates(runs, rates) {
      const [first] = runs;
      if (first?.ns !== undefined) rates.fill(1);
      else (link !== undefined && first && isFar(first) ? link : pages).rates(runs, rates);
    },
  };
  const { load = [], quotaCpus } = options;
  if (load.length === 0 && quotaCpus === undefined) return base;
  return sharedCosts(base, {
    cpus: machine.cpus.length,
    quotaCpus,
    helperNice: options.padata.runtime?.helperNice,
  });
}

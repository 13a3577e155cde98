// The kernel model on the simulator: memory, kernel and driver put together for one boot.
import type { Nid } from '../../lib/units.ts';
import {
  bootKernel,
  KernelText,
  type Kernel,
  type KernelFunction,
  type Topology,
} from '../../kernel/kernel.ts';
import { PADATA_FUNCTIONS } from '../../kernel/padata.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import { WORKQUEUE_FUNCTIONS } from '../../kernel/workqueue.ts';
import { DEFERRED_CHUNK, deferredFunctions, nodeOfArg, type DeferredContext } from '../../mm/deferred.ts';
import { deferredChunk } from '../../mm/deferred/chunk.ts';
import { GATHER_BOOTMEM } from '../../mm/hugetlb_gather.ts';
import { PageLedger } from '../../mm/deferred/ledger.ts';
import { LocalMemory, type Memory } from '../../cpu/memory.ts';
import type { Kthread } from '../../cpu/op.ts';
import { simpleCosts, type CostModel } from './cost-model.ts';
import type { SimCpu } from './cpus.ts';
import { Recorder } from './recorder.ts';
import { Simulator, type SimEvent } from './simulator.ts';
import { Watchdog } from './watchdog.ts';

export interface SimulatedBootOptions {
  readonly topology: Topology;
  /** CPU numbers of the same core share it; each CPU is a core of its own where it is left out. */
  readonly coreOfCpu?: readonly number[] | undefined;
  readonly deferred: DeferredContext;
  readonly padata?: PadataRules | undefined;
  readonly cost?: CostModel | undefined;
  readonly seed?: number | undefined;
  readonly prInfo?: ((text: string) => void) | undefined;
  readonly prWarn?: ((text: string) => void) | undefined;
  /** Virtual now, before each step of the kernel. */
  readonly onTime?: ((nowNs: number) => void) | undefined;
  readonly onEvent?: ((event: SimEvent) => void) | undefined;
  /** Pages of a zone that went to the buddy allocator. */
  readonly onFreed?: ((node: Nid, pages: number) => void) | undefined;
  /** More functions for the kernel's text. */
  readonly functions?: Readonly<Record<string, KernelFunction>> | undefined;
  readonly memory?: Memory | undefined;
}

/** One boot on simulated CPUs: `k` is what kernel threads take, `recorder` what they did. */
export interface SimulatedBoot {
  readonly k: Kernel;
  readonly simulator: Simulator;
  readonly recorder: Recorder;
  readonly ledger: PageLedger;
  /** What the kernel's watchdog would have noticed. */
  readonly watchdog: Watchdog;
  /**
   * Runs the boot CPU's thread to its end and checks what it left: each deferred page initialised once and freed once.
   * @throws Bug on a deadlock or a broken invariant
   * @throws DivideError where the modelled kernel crashes
   */
  run(boot: Kthread): void;
}

/** Puts a boot together. Nothing runs yet. */
export function simulatedBoot(options: SimulatedBootOptions): SimulatedBoot {
  const { topology, deferred } = options;
  const memory = options.memory ?? new LocalMemory();
  const ledger = new PageLedger();
  const watchdog = new Watchdog(deferred.rules);
  const recorder = new Recorder(new Map(deferred.nodes.map((node) => [node.nid, node.zoneName])));
  const nodes = new Map(deferred.nodes.map((node) => [node.nid, node]));
  const text = new KernelText(
    { ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS, ...deferredFunctions(deferred), ...options.functions },
    [DEFERRED_CHUNK, GATHER_BOOTMEM],
  );
  const k = bootKernel({
    mem: memory,
    text,
    topology,
    ...(options.padata && { padata: options.padata }),
    ...(options.prInfo && { prInfo: options.prInfo }),
    ...(options.prWarn && { prWarn: options.prWarn }),
    trace: (event) => recorder.trace(event, simulator.where()),
  });
  const chunk = (arg: number, start: number, end: number): ReturnType<typeof deferredChunk> => {
    const nid = nodeOfArg(arg);
    const done = deferredChunk(deferred.rules, nodes.get(nid)?.ranges ?? [], ledger, nid, start, end);
    options.onFreed?.(nid, done.pages);
    return done;
  };
  const simulator = new Simulator({
    cpus: simCpus(options),
    memory,
    cost: options.cost ?? simpleCosts(),
    spawn: (entry, arg) => text.named(entry)(k, arg),
    works: { [DEFERRED_CHUNK]: chunk, [GATHER_BOOTMEM]: () => ({ pages: 0, node: 0, rangesWalked: 0 }) },
    hz: deferred.hz,
    seed: options.seed,
    onTime: options.onTime,
    onEvent: (event) => {
      recorder.event(event);
      watchdog.event(event);
      options.onEvent?.(event);
    },
  });
  const run = (boot: Kthread): void => {
    simulator.run(boot);
    for (const node of deferred.nodes) {
      const { ranges, firstDeferredPfn } = node;
      if (firstDeferredPfn === null) continue;
      const deferredRanges = ranges.map(({ startPfn, endPfn }) => ({
        startPfn: Math.max(startPfn, firstDeferredPfn),
        endPfn,
      }));
      ledger.expectAll(deferredRanges.filter(({ startPfn, endPfn }) => startPfn < endPfn));
    }
  };
  return { k, simulator, recorder, ledger, watchdog, run };
}

function simCpus({ topology, coreOfCpu }: SimulatedBootOptions): SimCpu[] {
  return Array.from({ length: topology.nrCpuIds }, (_, cpu) => ({
    node: topology.nodeOfCpu[cpu] ?? -1,
    core: coreOfCpu?.[cpu] ?? cpu,
  }));
}

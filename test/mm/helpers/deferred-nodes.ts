// Deferred init of nodes that a test makes up, on the simulator.
import { deferredPageInitMaxThreads } from '../../../src/arch/x86/init_64.ts';
import { bringupNonbootCpus } from '../../../src/kernel/cpu.ts';
import { padataInit } from '../../../src/kernel/padata.ts';
import { PADATA_6_1 } from '../../../src/kernel/padata/profiles.ts';
import type { PadataRules } from '../../../src/kernel/padata/rules.ts';
import { workqueueInit } from '../../../src/kernel/workqueue.ts';
import type { CpuId } from '../../../src/lib/units.ts';
import { simulatedBoot, type SimulatedBoot } from '../../../src/cpus/simulated/boot.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import type { SimEvent } from '../../../src/cpus/simulated/simulator.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import {
  deferredSetup,
  pageAllocInitLate,
  type DeferredContext,
  type DeferredNode,
  type DeferredPageInitMaxThreads,
} from '../../../src/mm/deferred.ts';
import { DEFERRED_5_8 } from '../../../src/mm/deferred/profiles.ts';
import type { DeferredRules } from '../../../src/mm/deferred/rules.ts';
import type { ZoneName } from '../../../src/mm/mmzone.ts';

/** A node with memory: its CPUs, its deferred zone, and the free ranges there. */
export interface MadeUpNode {
  readonly cpus: readonly CpuId[];
  readonly first: number | null;
  readonly end: number;
  readonly ranges: readonly (readonly [number, number])[];
  readonly zone?: ZoneName;
}

export interface MadeUpBoot {
  readonly rules?: DeferredRules;
  readonly padata?: PadataRules;
  readonly maxThreads?: DeferredPageInitMaxThreads;
  readonly seed?: number;
  readonly pageNs?: number;
  readonly onEvent?: (event: SimEvent) => void;
  /** Runs before page_alloc_init_late(), and beside it on the CPU given. */
  readonly before?: (k: Kernel, context: DeferredContext) => Kthread;
  readonly after?: (k: Kernel, context: DeferredContext) => Kthread;
}

/** Boots the nodes; all CPUs that they name exist, and CPU 0. @throws Bug where a page is not done exactly once */
export function bootNodes(
  nodes: readonly MadeUpNode[],
  how: MadeUpBoot = {},
): { boot: SimulatedBoot; log: string[] } {
  const nodeOfCpu = [0];
  nodes.forEach(({ cpus }, nid) => cpus.forEach((cpu) => (nodeOfCpu[cpu] = nid)));
  const context: DeferredContext = {
    rules: how.rules ?? DEFERRED_5_8,
    hz: 250,
    maxThreads: how.maxThreads ?? deferredPageInitMaxThreads,
    nodes: nodes.map(({ cpus, first, end, ranges, zone }, nid): DeferredNode => ({
      nid,
      nodeStartPfn: 0,
      nodeEndPfn: end,
      firstDeferredPfn: first,
      cpus,
      zid: zone === 'Movable' ? 3 : 2,
      zoneName: zone ?? 'Normal',
      zoneStartPfn: 0,
      zoneEndPfn: end,
      ranges: ranges.map(([startPfn, endPfn]) => ({ startPfn, endPfn })),
    })),
  };
  const log: string[] = [];
  const cpus = nodeOfCpu.length;
  const boot = simulatedBoot({
    topology: { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: Math.max(nodes.length, 1) },
    deferred: context,
    padata: how.padata ?? PADATA_6_1,
    seed: how.seed,
    cost: simpleCosts({ pageInitNs: how.pageNs ?? 12, pageFreeNs: 0 }),
    prInfo: (text) => log.push(text),
    onEvent: how.onEvent,
  });
  const { k } = boot;
  boot.run(
    (function* () {
      yield* workqueueInit(k);
      yield* bringupNonbootCpus(k, [...nodeOfCpu.keys()], cpus);
      padataInit(k);
      deferredSetup(k, context);
      if (how.before) yield* how.before(k, context);
      yield* pageAllocInitLate(k, context);
      if (how.after) yield* how.after(k, context);
    })(),
  );
  return { boot, log };
}

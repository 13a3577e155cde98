// The deferred init of a whole machine as a scenario: its nodes, ranges and CPUs, each chunk in two steps.
import type { Kernel, Topology } from '../kernel/kernel.ts';
import { setCpuOnline } from '../kernel/cpu.ts';
import { bootKernel } from '../kernel/kernel.ts';
import { padataInit } from '../kernel/padata.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import type { CpuId } from '../lib/units.ts';
import { PAGES_PER_SECTION } from '../lib/units.ts';
import type { Kthread } from '../cpu/op.ts';
import type { LeafStep, Scenario, StepWork } from '../cpus/simulated/explore/scenario.ts';
import {
  DEFERRED_CHUNK,
  deferredFunctions,
  deferredSetup,
  nodeOfArg,
  pageAllocInitLate,
  type DeferredContext,
} from '../mm/deferred.ts';
import { PageLedger } from '../mm/deferred/ledger.ts';
import { freeWithin, type FreeRange, type FreeRanges } from '../mm/deferred/ranges.ts';
import { expectFullPool, worldText } from './world.ts';
import { plural } from '../lib/plural.ts';

/** 2048 CPUs take some 100,000 steps. */
const MAX_STEPS = 10_000_000;

export interface MachineScenarioOptions {
  readonly name: string;
  readonly topology: Topology;
  readonly online: readonly CpuId[];
  readonly padata: PadataRules;
  readonly deferred: DeferredContext;
}

/** Expect: each deferred page of each node once, whatever the order; all works back. */
export function machineScenario(options: MachineScenarioOptions): Scenario {
  const { name, topology, online, padata, deferred } = options;
  const text = worldText(deferredFunctions(deferred), [DEFERRED_CHUNK]);
  const jobs = deferred.nodes.filter((node) => node.firstDeferredPfn !== null).length;
  return {
    name,
    about: `deferred init of ${name}: ${plural(jobs, 'node')}, ${plural(online.length, 'CPU')}`,
    cpus: topology.nrCpuIds,
    maxSteps: MAX_STEPS,
    setup: (mem) => {
      const k = bootKernel({ mem, text, topology, padata });
      for (const cpu of online) setCpuOnline(k, cpu, true);
      const ledger = new PageLedger();
      return {
        prelude: prelude(k, deferred),
        preludeInMemory: true,
        boot: pageAllocInitLate(k, deferred),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works: { [DEFERRED_CHUNK]: chunkLeaf(deferred, ledger) },
        check: () => {
          for (const { ranges, firstDeferredPfn } of deferred.nodes) {
            if (firstDeferredPfn === null) continue;
            ledger.expectAll(freeWithin(ranges, firstDeferredPfn, Infinity));
          }
          expectFullPool(k);
        },
      };
    },
  };
}

function* prelude(k: Kernel, deferred: DeferredContext): Kthread {
  yield* workqueueInit(k);
  padataInit(k);
  deferredSetup(k, deferred);
}

/** A chunk in two steps: initialise, free. */
function chunkLeaf(deferred: DeferredContext, ledger: PageLedger): StepWork {
  const rangesOf = new Map(deferred.nodes.map((node) => [node.nid, node.ranges]));
  return (arg, start, end, step) =>
    chunkSteps(ledger, rangesOf.get(nodeOfArg(arg)) ?? [], { startPfn: start, endPfn: end }, step);
}

function* chunkSteps(
  ledger: PageLedger,
  ranges: FreeRanges,
  { startPfn: start, endPfn: end }: FreeRange,
  step: LeafStep,
): Generator<string, number> {
  const parts = [...freeWithin(ranges, start, end)];
  step.touch(Math.floor(start / PAGES_PER_SECTION));
  let pages = 0;
  for (const { startPfn, endPfn } of parts) ledger.init(startPfn, endPfn);
  yield step.told ? `init 0x${start.toString(16)}-0x${end.toString(16)}` : '';
  for (const { startPfn, endPfn } of parts) {
    ledger.free(startPfn, endPfn);
    pages += endPfn - startPfn;
  }
  return pages;
}

// Deferred init of one small node, page by page as far as it matters: pgdatinit with its helpers, and allocations on other CPUs
// that grow the zone at the same time.
import { PAGES_PER_SECTION, type Pfn } from '../lib/units.ts';
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import { padataInit } from '../kernel/padata.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import type { Kthread } from '../cpu/op.ts';
import type { LeafStep, Scenario } from '../cpus/simulated/explore/scenario.ts';
import {
  DEFERRED_CHUNK,
  deferredFunctions,
  deferredGrowZone,
  deferredSetup,
  pageAllocInitLate,
  type DeferredContext,
} from '../mm/deferred.ts';
import { deferredChunkActions } from '../mm/deferred/chunk.ts';
import { PageLedger } from '../mm/deferred/ledger.ts';
import type { FreeRange, FreeRanges } from '../mm/deferred/ranges.ts';
import type { DeferredRules } from '../mm/deferred/rules.ts';
import { blockMates, buddyReads, type NeighbourCheck } from './neighbours.ts';
import { claim, expectFullPool, worldMaker, worldText } from './world.ts';

const NORMAL = 2;

export interface DeferredScenarioOptions {
  readonly name: string;
  readonly about: string;
  readonly cpus: number;
  readonly rules: DeferredRules;
  readonly padata?: PadataRules;
  /** Free memory of the node's zone, from `firstDeferredPfn` on; the zone ends with the last section. */
  readonly ranges: FreeRanges;
  readonly firstDeferredPfn: Pfn;
  readonly zoneEndPfn: Pfn;
  /** Order of the allocations that other CPUs make meanwhile, and how many of them. */
  readonly growers?: { readonly count: number; readonly order: number };
  /** Holes whose struct pages nobody initialises; frees are then checked for what they read. */
  readonly uninitialisedHoles?: FreeRanges;
  /** Which rule frees are held to; by the version's way to work where it is left out. */
  readonly neighbours?: 'mates' | 'buddy';
  /** Sections may not be shared by two threads of a job. */
  readonly sections?: boolean;
}

/** Expect: each page initialised once, freed once, and never before its neighbours are there; all works back. */
export function deferredScenario<Name extends string>(
  options: DeferredScenarioOptions & { readonly name: Name },
): Scenario<Name> {
  const { name, about, cpus, ranges, firstDeferredPfn, zoneEndPfn } = options;
  const context = contextOf(options);
  const grower: KernelFunction = function* (k, order) {
    yield* deferredGrowZone(k, context, 0, NORMAL, order);
  };
  const text = worldText({ ...deferredFunctions(context), grower }, [DEFERRED_CHUNK]);
  const world = worldMaker({
    nodeOfCpu: new Array<number>(cpus).fill(0),
    text,
    ...(options.padata && { padata: options.padata }),
  });
  return {
    name,
    about,
    cpus,
    setup: (mem) => {
      const k = world(mem);
      const ledger = new PageLedger();
      const checked: PagesChecked = {
        ledger,
        check: neighbourCheck(options, ledger),
        owners: options.sections === true ? new Map() : undefined,
      };
      return {
        prelude: prelude(k, context),
        preludeInMemory: true,
        boot: boot(k, context, options),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works: {
          [DEFERRED_CHUNK]: (_arg, startPfn, endPfn, step) =>
            pagesSteps(options, checked, { startPfn, endPfn }, step),
        },
        check: () => {
          const from = ranges.map(({ startPfn, endPfn }) => ({
            startPfn: Math.max(startPfn, firstDeferredPfn),
            endPfn: Math.min(endPfn, zoneEndPfn),
          }));
          ledger.expectAll(from);
          expectFullPool(k);
        },
      };
    },
  };
}

function contextOf(options: DeferredScenarioOptions): DeferredContext {
  const { cpus, rules, ranges, firstDeferredPfn, zoneEndPfn } = options;
  return {
    rules,
    hz: 250,
    maxThreads: (mask) => Math.max(mask.length, 1),
    nodes: [
      {
        nid: 0,
        nodeStartPfn: 0,
        nodeEndPfn: zoneEndPfn,
        firstDeferredPfn,
        cpus: Array.from({ length: cpus }, (_, cpu) => cpu),
        zid: NORMAL,
        zoneName: 'Normal',
        zoneStartPfn: 0,
        zoneEndPfn,
        ranges,
      },
    ],
  };
}

function neighbourCheck(options: DeferredScenarioOptions, ledger: PageLedger): NeighbourCheck {
  const wanted = options.neighbours ?? (options.rules.chunk === 'maxorder' ? 'mates' : 'buddy');
  return wanted === 'mates'
    ? blockMates(ledger, options.ranges)
    : buddyReads(ledger, options.ranges, options.uninitialisedHoles);
}

function* prelude(k: Kernel, context: DeferredContext): Kthread {
  yield* workqueueInit(k);
  padataInit(k);
  deferredSetup(k, context);
}

function* boot(k: Kernel, context: DeferredContext, { growers }: DeferredScenarioOptions): Kthread {
  for (let i = 0; i < (growers?.count ?? 0); i += 1)
    yield* kthreadRun('grower', growers?.order ?? 0, `alloc${i}`, [k.topology.nrCpuIds - 1 - i]);
  yield* pageAllocInitLate(k, context);
}

interface PagesChecked {
  readonly ledger: PageLedger;
  readonly check: NeighbourCheck;
  /** Who works in which section, where that is checked. */
  readonly owners: Map<number, number> | undefined;
}

/** The leaf block by block and pass by pass. */
function* pagesSteps(
  { rules, ranges }: DeferredScenarioOptions,
  { ledger, check, owners }: PagesChecked,
  { startPfn, endPfn }: FreeRange,
  step: LeafStep,
): Generator<string, number> {
  let pages = 0;
  for (const action of deferredChunkActions(rules, ranges, startPfn, endPfn)) {
    const { kind, start: from, end: to } = action;
    step.touch(Math.floor(from / PAGES_PER_SECTION));
    if (owners) claim(owners, PAGES_PER_SECTION, from, to, step.id);
    if (kind === 'init') {
      ledger.init(from, to);
      pages += to - from;
    } else {
      check(from, to);
      ledger.free(from, to);
    }
    yield step.told ? `${kind} 0x${from.toString(16)}-0x${to.toString(16)}` : '';
  }
  return pages;
}

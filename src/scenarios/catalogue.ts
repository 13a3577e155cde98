// All scenarios by name. A planted one comes with what the explorer must find in it, within how many schedules, and with the
// scenario without the plant, in which it must find nothing.
import { DEFERRED_5_8, DEFERRED_6_18, DEFERRED_V1, DEFERRED_V2 } from '../mm/deferred/profiles.ts';
import { PADATA_6_12 } from '../kernel/padata/profiles.ts';
import { MAX_ORDER_NR_PAGES, PAGES_PER_SECTION } from '../lib/units.ts';
import type { Scenario } from '../machine/sim/explore/scenario.ts';
import { deferredScenario, type DeferredScenarioOptions } from './deferred.ts';
import { handOut } from './hand-out.ts';
import { mtJobs, type MtJobOptions } from './mt-job.ts';
import { growStopsInBlock } from './mutants/grow.ts';
import { endOffByOne, lostWake, noLock, unlockBeforeSize } from './mutants/helpers.ts';
import { countsWanted, leaksWork } from './mutants/jobs.ts';
import { serialScenario, type SerialOptions } from './serial.ts';
import { padataDoSerialBy } from '../kernel/padata/serial.ts';

/** A scenario with a fault in it. */
export interface Mutant {
  readonly scenario: Scenario;
  /** What its failure says. */
  readonly finds: RegExp;
  /** A random walk from seed 1 finds it within so many schedules. */
  readonly within: number;
  /** The same without the fault. */
  readonly sound: Scenario;
}

const SECTION = PAGES_PER_SECTION;
const BLOCK = MAX_ORDER_NR_PAGES;
const ONE_NODE = [0, 0, 0];
const TWO_NODES = [0, 0, 1, 1];

const job = (
  start: number,
  size: number,
  maxThreads: number,
  align = 1,
  minChunk = 1,
): MtJobOptions['jobs'][0][0] => ({
  start,
  size,
  align,
  minChunk,
  maxThreads,
});

const handOut22 = handOut({ name: 'hand-out-2x2', cpus: 2, chunks: 2 });
const handOut33 = handOut({ name: 'hand-out-3x3', cpus: 3, chunks: 3 });
const mtJob = mtJobs({
  name: 'mt-job',
  about: 'a job of 3 helpers and 8 chunks: each unit once, the works back in the pool',
  nodeOfCpu: ONE_NODE,
  jobs: [[job(0, 8, 3)]],
});
const jobAfterJob = mtJobs({
  name: 'job-after-job',
  about: 'jobs one after the other reuse the works of the pool at once',
  nodeOfCpu: ONE_NODE,
  jobs: [[job(0, 4, 3), job(10, 4, 3), job(20, 4, 3)]],
});
const sharedPool = mtJobs({
  name: 'shared-pool',
  about: 'two nodes whose jobs want 4 threads each share a pool of 4 works: fewer helpers, and all completes',
  nodeOfCpu: TWO_NODES,
  jobs: [[job(0, 8, 4)], [job(100, 8, 4)]],
});

/** A little more than a section of free memory, so that a job has three chunks: the last block of a section to the first of the next but one. */
const LONG_RANGE = [{ startPfn: 2 * SECTION - BLOCK, endPfn: 3 * SECTION + BLOCK }];
/** Three sections with a little free memory in each. */
const FEW_PAGES = [1, 2, 3].map((s) => ({ startPfn: s * SECTION, endPfn: s * SECTION + BLOCK }));
const deferred: Omit<DeferredScenarioOptions, 'name' | 'about'> = {
  cpus: 3,
  rules: DEFERRED_5_8,
  ranges: FEW_PAGES,
  firstDeferredPfn: SECTION,
  zoneEndPfn: 4 * SECTION,
};
/** A range that ends inside a block of 1024 pages, a reserved hole, and the next range in the same block. */
const SPLIT_BLOCK = [
  { startPfn: SECTION, endPfn: SECTION + 512 },
  { startPfn: SECTION + 528, endPfn: SECTION + BLOCK },
];
const HOLE = [{ startPfn: SECTION + 512, endPfn: SECTION + 528 }];
const splitBlock = { ...deferred, cpus: 2, ranges: SPLIT_BLOCK, zoneEndPfn: 2 * SECTION };

const pgdatinit = deferredScenario({
  ...deferred,
  ranges: LONG_RANGE,
  sections: true,
  name: 'pgdatinit',
  about: 'deferred init of a node with free memory across three sections, as 5.8 to 6.17 do it',
});
const pgdatinit618 = deferredScenario({
  ...deferred,
  rules: DEFERRED_6_18,
  padata: PADATA_6_12,
  sections: true,
  name: 'pgdatinit-6.18',
  about: 'the same as 6.18 does it: one job for the zone',
});
const grow = deferredScenario({
  ...deferred,
  name: 'grow',
  about: 'two allocations grow the zone while pgdatinit claims it: every page once, whoever comes first',
  growers: { count: 2, order: 9 },
});
const splitBlockV2 = deferredScenario({
  ...splitBlock,
  rules: DEFERRED_V2,
  name: 'split-block-v2',
  about:
    'two ranges in one block of 1024 pages: both are initialised before a page of it is freed (v2 to 6.17)',
});
const splitBlock58 = deferredScenario({
  ...splitBlock,
  name: 'split-block',
  about: 'two ranges in one block of 1024 pages: both are initialised before a page of it is freed (5.8)',
});
const splitBlock618 = deferredScenario({
  ...splitBlock,
  rules: DEFERRED_6_18,
  name: 'split-block-6.18',
  about:
    'two ranges in one block: freeing reads only reserved pages and holes beside, which are initialised (6.18)',
});

const sections = {
  nodeOfCpu: [0, 0],
  unit: SECTION,
};
const wholeSections = mtJobs({
  ...sections,
  name: 'whole-sections',
  about: 'chunks aligned to sections: no section is worked on by two threads',
  jobs: [[job(0, 3 * SECTION, 2, SECTION, SECTION)]],
});

const serialWrap = {
  cpus: 2,
  submitters: 1,
  objects: 6,
  firstSeqNr: 2 ** 32 - 4,
} as const;
const wrapSound = serialScenario({
  ...serialWrap,
  name: 'serial-wrap',
  about: 'sequence numbers wrap past 2^32 while objects wait: order is kept (2 CPUs)',
});
const serial = serialScenario({
  name: 'serial',
  about: 'two threads hand in objects while nothing changes',
  cpus: 3,
  submitters: 2,
  objects: 3,
});
const disturbed: Omit<SerialOptions, 'name' | 'about'> = {
  cpus: 4,
  submitters: 2,
  objects: 3,
  disturb: [
    [
      { kind: 'down', cpu: 2 },
      { kind: 'up', cpu: 2 },
    ],
    [
      { kind: 'parallel', cpus: [1, 3] },
      { kind: 'serial', cpus: [0, 1, 2] },
    ],
  ],
};
const serialHotplug = serialScenario({
  ...disturbed,
  // see found/serial-use-after-free
  lenient: true,
  name: 'serial-hotplug',
  about: 'objects in flight while a CPU goes and comes back and both masks change',
});

/** Planted faults. */
export const MUTANTS: readonly Mutant[] = [
  {
    scenario: handOut({
      name: 'mutant/no-lock',
      about: 'no lock around the hand-out',
      cpus: 2,
      chunks: 4,
      helper: noLock,
    }),
    finds: /data race on/,
    within: 10,
    sound: handOut({ name: 'hand-out-2x4', cpus: 2, chunks: 4 }),
  },
  {
    scenario: handOut({
      name: 'mutant/unlock-before-size',
      about: 'the lock is let go before the size is updated',
      cpus: 2,
      chunks: 4,
      helper: unlockBeforeSize,
    }),
    finds: /data race on/,
    within: 10,
    sound: handOut({ name: 'hand-out-2x4', cpus: 2, chunks: 4 }),
  },
  {
    scenario: handOut({
      name: 'mutant/lost-wake',
      about: 'the last thread wakes nobody',
      cpus: 3,
      chunks: 3,
      helper: lostWake,
    }),
    finds: /^deadlock: boot sleeps/,
    within: 50,
    sound: handOut33,
  },
  {
    scenario: handOut({
      name: 'mutant/end-off-by-one',
      about: 'a chunk ends one too late',
      cpus: 2,
      chunks: 4,
      helper: endOffByOne,
    }),
    finds: /is initialised twice/,
    within: 10,
    sound: handOut({ name: 'hand-out-2x4', cpus: 2, chunks: 4 }),
  },
  {
    scenario: mtJobs({
      ...sections,
      name: 'mutant/align-1024',
      about: 'chunks aligned to 1024 pages where sections are meant',
      jobs: [[job(0, 3 * SECTION, 2, BLOCK, BLOCK)]],
    }),
    finds: /^section \d+ is shared by two threads/,
    within: 50,
    sound: wholeSections,
  },
  {
    scenario: deferredScenario({
      ...splitBlock,
      rules: DEFERRED_V1,
      neighbours: 'mates',
      name: 'mutant/v1-splitting',
      about: "v1's job for each free range: a block is freed before the other range in it is initialised",
    }),
    finds: /is freed while its neighbour 0x8210 is not initialised/,
    within: 10,
    sound: splitBlockV2,
  },
  {
    scenario: deferredScenario({
      ...splitBlock,
      rules: DEFERRED_6_18,
      uninitialisedHoles: HOLE,
      name: 'mutant/hole-not-initialised',
      about: "6.18's single pass on a kernel that leaves the struct pages of holes uninitialised",
    }),
    finds: /reads its buddy 0x8200, which is not initialised/,
    within: 10,
    sound: splitBlock618,
  },
  {
    scenario: mtJobs({
      name: 'mutant/work-leak',
      about: 'one work of the job stays out of the pool',
      nodeOfCpu: ONE_NODE,
      jobs: [[job(0, 8, 3)]],
      doMultithreaded: leaksWork,
    }),
    finds: /works are back in the pool/,
    within: 10,
    sound: mtJob,
  },
  {
    scenario: mtJobs({
      name: 'mutant/counts-wanted',
      about: 'the job waits for helpers that the shared pool did not give it',
      nodeOfCpu: TWO_NODES,
      jobs: [[job(0, 8, 4)], [job(100, 8, 4)]],
      doMultithreaded: countsWanted,
    }),
    finds: /^deadlock: .*sleeps on/,
    within: 50,
    sound: sharedPool,
  },
  {
    scenario: deferredScenario({
      ...deferred,
      rules: growStopsInBlock,
      neighbours: 'mates',
      name: 'mutant/grow-in-block',
      about: 'growing stops inside a block of 1024 pages',
      growers: { count: 1, order: 0 },
    }),
    finds: /is freed while its neighbour .* is not initialised/,
    within: 50,
    sound: grow,
  },
  {
    scenario: serialScenario({
      ...serialWrap,
      name: 'mutant/serial-wrap',
      about: 'sequence numbers are compared as plain numbers, and wrap',
      doSerial: (k, padata) => padataDoSerialBy(k, padata, (a, b) => a - b),
    }),
    finds: /serial order is broken|is called back before/,
    within: 200,
    sound: wrapSound,
  },
];

/** Not planted: what the explorer finds in 6.1 as it is. */
export const FINDINGS: readonly Omit<Mutant, 'sound'>[] = [
  {
    scenario: serialScenario({
      ...serialWrap,
      cpus: 3,
      name: 'found/wrap-3-cpus',
      about:
        'sequence numbers wrap where the CPUs are no power of two: hash and turn name different CPUs, objects are lost',
    }),
    finds: /serial order is broken/,
    within: 50,
  },
  {
    scenario: serialScenario({
      ...disturbed,
      name: 'found/serial-use-after-free',
      about:
        'a serial work that is queued again while it begins to run outlives its parallel_data, if that is being replaced',
    }),
    finds: /^use after free of pd/,
    within: 200,
  },
];

/** Scenarios in which nothing may be found. */
export const SCENARIOS: readonly Scenario[] = [
  handOut22,
  handOut33,
  mtJob,
  jobAfterJob,
  sharedPool,
  wholeSections,
  pgdatinit,
  pgdatinit618,
  grow,
  splitBlockV2,
  splitBlock58,
  splitBlock618,
  serial,
  serialHotplug,
  wrapSound,
];

/** All of them: sound ones, those with a planted fault, findings. */
export function allScenarios(): Scenario[] {
  return [...SCENARIOS, ...[...MUTANTS, ...FINDINGS].map(({ scenario }) => scenario)];
}

/** A scenario by its name, planted or not. */
export function findScenario(name: string): Scenario | undefined {
  return allScenarios().find((scenario) => scenario.name === name);
}

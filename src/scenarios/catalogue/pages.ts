// Deferred init page by page, sound and with faults in how memory is split or grown.
import { MAX_ORDER_NR_PAGES, PAGES_PER_SECTION } from '../../lib/units.ts';
import { PADATA_6_12 } from '../../kernel/padata/profiles.ts';
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { DEFERRED_5_8, DEFERRED_6_18, DEFERRED_V1, DEFERRED_V2 } from '../../mm/deferred/profiles.ts';
import { deferredScenario, type DeferredScenarioOptions } from '../deferred.ts';
import { growStopsInBlock } from '../mutants/grow.ts';

const SECTION = PAGES_PER_SECTION;
const BLOCK = MAX_ORDER_NR_PAGES;

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

export const PAGES = [
  pgdatinit,
  pgdatinit618,
  grow,
  splitBlockV2,
  splitBlock58,
  splitBlock618,
] as const satisfies readonly Scenario[];

export const PAGE_MUTANTS = [
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
] as const;

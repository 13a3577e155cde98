// Users of jobs, sound and with planted faults.
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { KHO_7_2, type KhoRules } from '../../mm/users/kho.ts';
import type { Finding, Mutant } from '../mutant.ts';
import { countsUnlocked, forgetsTail, keepsPartial, leaksCache, undoesTooMuch } from '../mutants/users.ts';
import { hugetlbScenario, khoScenario, rangeScenario, vfioScenario, type VfioOptions } from '../users.ts';

const twelve = { cpus: 3, pages: 12 };

const vfio = vfioScenario({
  ...twelve,
  vfio: { lockedVmCache: 4, limit: 24 },
  fails: false,
  name: 'vfio-pin',
  about: 'three threads pin 12 pages with a cache of 4: all pinned, all accounted, the size set',
});
const vfioNoCache = vfioScenario({
  ...twelve,
  vfio: {},
  fails: false,
  name: 'vfio-no-cache',
  about: 'the same, each batch accounted by itself, with a limit that just fits',
});
const vfioFails: VfioOptions = {
  ...twelve,
  vfio: { lockedVmCache: 4, limit: 24, minChunk: 4 },
  failing: [7],
  fails: true,
  name: 'vfio-fails',
  about: 'the 8th page cannot be pinned, in the second half of a chunk: nothing is left of the others',
};
const vfioFailing = vfioScenario(vfioFails);
const vfioLimit = vfioScenario({
  ...twelve,
  vfio: { lockedVmCache: 4, limit: 11 },
  fails: true,
  name: 'vfio-limit',
  about: 'one page over the limit of locked_vm: -ENOMEM, and nothing is left',
});
const vfioTight = vfioScenario({
  ...twelve,
  vfio: { lockedVmCache: 8 },
  name: 'vfio-tight',
  about: 'a limit that just fits, caches that do not: whether it succeeds or fails, nothing is lost',
});
const vfio22 = vfioScenario({
  cpus: 2,
  pages: 4,
  vfio: {},
  failing: [3],
  fails: true,
  name: 'vfio-fails-2x2',
  about: 'two threads, two chunks, the last page fails',
});
const hugetlb = hugetlbScenario({
  ...twelve,
  name: 'hugetlb-prealloc',
  about: 'three threads prepare 12 huge pages: each once, and counted',
});
const hugetlbShort = hugetlbScenario({
  ...twelve,
  failing: [4, 5],
  name: 'hugetlb-short',
  about: 'memory runs out for some pages: what is there is counted',
});
const pmem = rangeScenario({
  ...twelve,
  kind: 'pmem',
  name: 'pmem-struct-pages',
  about: 'struct pages of a device: each batch once, a reference for each page',
});
const munmap = rangeScenario({
  ...twelve,
  kind: 'munmap',
  name: 'munmap-exit',
  about: 'an address space is freed: rss is 0, and the zone has every page',
});

const kho = (name: string, about: string, rules: Partial<KhoRules> = {}): Scenario =>
  khoScenario({
    name,
    about,
    kho: {
      ...{ startPfn: 16, endPfn: 32, pageblock: 4 },
      // one on a page block's boundary, one inside
      preserved: [20, 26],
      scratch: [{ startPfn: 28, endPfn: 32 }],
      rules: { ...KHO_7_2, ...rules },
    },
  });
const khoSound = kho(
  'kho',
  'preserved pages are initialised beside deferred init: none freed, scratch stays CMA',
);

export const USERS: readonly Scenario[] = [
  vfio,
  vfioNoCache,
  vfioFailing,
  vfioLimit,
  vfioTight,
  vfio22,
  hugetlb,
  hugetlbShort,
  pmem,
  munmap,
  khoSound,
];

export const USER_MUTANTS: readonly Mutant[] = [
  {
    scenario: vfioScenario({
      ...vfioFails,
      threadFns: keepsPartial,
      name: 'mutant/vfio-keeps-partial',
      about: 'a chunk that fails leaves what it had pinned before',
    }),
    finds: /^\d+ pages are pinned, not 0/,
    within: 10,
    sound: vfioFailing,
  },
  {
    scenario: vfioScenario({
      ...twelve,
      vfio: { lockedVmCache: 4, limit: 24 },
      threadFns: leaksCache,
      name: 'mutant/vfio-leaks-cache',
      about: 'what is left of the locked_vm cache is not given back',
    }),
    finds: /^locked_vm is \d+, not 12/,
    within: 10,
    sound: vfio,
  },
  {
    scenario: vfioScenario({
      ...vfioFails,
      threadFns: undoesTooMuch,
      name: 'mutant/vfio-undoes-others',
      about: 'a thread that fails takes back what others have pinned and account later',
    }),
    finds: /^(locked_vm|\d+ pages are pinned|falls below)/,
    within: 100,
    sound: vfioFailing,
  },
  {
    scenario: hugetlbScenario({
      ...twelve,
      threadFns: countsUnlocked,
      name: 'mutant/hugetlb-counts-unlocked',
      about: 'nr_huge_pages is counted without hugetlb_lock',
    }),
    finds: /^data race on/,
    within: 10,
    sound: hugetlb,
  },
  {
    scenario: rangeScenario({
      ...twelve,
      kind: 'munmap',
      threadFns: forgetsTail,
      name: 'mutant/munmap-forgets-tail',
      about: 'the last batch of a chunk is left',
    }),
    finds: /of 12 pages are done/,
    within: 10,
    sound: munmap,
  },
  {
    scenario: kho(
      'mutant/kho-preserved-head',
      'nobody initialises a preserved page at the head of a page block',
      {
        initPreserved: false,
      },
    ),
    finds: /^the head of the page block at pfn 20 is not initialised/,
    within: 5,
    sound: khoSound,
  },
  {
    scenario: kho('mutant/kho-scratch-type', 'deferred init overwrites the migratetype of scratch', {
      keepScratch: false,
    }),
    finds: /^scratch at pfn 28 is no CMA any more/,
    within: 5,
    sound: khoSound,
  },
  {
    scenario: kho(
      'mutant/kho-early-return',
      'pages below first_deferred_pfn are left out: all, once it is claimed',
      {
        unconditional: false,
      },
    ),
    finds: /pfn 2[06] is not initialised/,
    within: 20,
    sound: khoSound,
  },
];

/** Not planted: what the RFC as its mails describe it does. */
export const USER_FINDINGS: readonly Finding[] = [
  {
    scenario: vfioScenario({
      cpus: 2,
      pages: 8,
      vfio: { lockedVmCache: 6 },
      fails: false,
      name: 'found/vfio-tight',
      about:
        "a mapping that fits its limit fails with -ENOMEM: other threads' caches hold pages that they do not need",
    }),
    finds: /^the mapping returned -12/,
    within: 50,
  },
];

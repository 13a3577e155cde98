// Users of jobs with planted faults, and what is found in them as they are.
import { countsUnlocked, forgetsTail, keepsPartial, leaksCache, undoesTooMuch } from '../mutants/users.ts';
import { hugetlbScenario, rangeScenario, vfioScenario } from '../users.ts';
import { hugetlb, kho, khoSound, munmap, twelve, vfio, vfioFailing, vfioFails } from './users.ts';

export const USER_MUTANTS = [
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
] as const;

/** Not planted: what the RFC as its mails describe it does. */
export const USER_FINDINGS = [
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
] as const;

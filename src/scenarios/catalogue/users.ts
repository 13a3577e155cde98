// Users of jobs, sound; users-mutants.ts has the planted faults.
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { KHO_7_2, type KhoRules } from '../../mm/users/kho.ts';
import { hugetlbScenario, khoScenario, rangeScenario, vfioScenario, type VfioOptions } from '../users.ts';

export const twelve = { cpus: 3, pages: 12 };

export const vfio = vfioScenario({
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
export const vfioFails = {
  ...twelve,
  vfio: { lockedVmCache: 4, limit: 24, minChunk: 4 },
  failing: [7],
  fails: true,
  name: 'vfio-fails',
  about: 'the 8th page cannot be pinned, in the second half of a chunk: nothing is left of the others',
} as const satisfies VfioOptions;
export const vfioFailing = vfioScenario(vfioFails);
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
export const hugetlb = hugetlbScenario({
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
export const munmap = rangeScenario({
  ...twelve,
  kind: 'munmap',
  name: 'munmap-exit',
  about: 'an address space is freed: rss is 0, and the zone has every page',
});

export const kho = <Name extends string>(
  name: Name,
  about: string,
  rules: Partial<KhoRules> = {},
): Scenario<Name> =>
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
export const khoSound = kho(
  'kho',
  'preserved pages are initialised beside deferred init: none freed, scratch stays CMA',
);

export const USERS = [
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
] as const satisfies readonly Scenario[];

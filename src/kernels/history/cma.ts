// Changes of CMA's areas as boot takes them, oldest first.
import type { Change } from './change.ts';

export const CMA_CHANGES: readonly Change[] = [
  {
    id: 'crashkernel-cma',
    what: 'A crash kernel may have memory beside its own that is used until a crash: `crashkernel=SIZE,cma`.',
    since: '6.17',
    patch: 'kdump: implement reserve_crashkernel_cma (Jiri Bohac)',
    sees: '`crashkernel CMA reserved: N MB in M ranges`, or that it is not supported, where the option was malformed',
    sets: { crashkernelCma: 'known' },
  },
  {
    id: 'cma-on-each-node',
    what: '`cma=` takes an area of that size on each of several nodes beside the one for all.',
    since: '7.2',
    notIn: '7.1',
    patch: null,
    sees: 'a further `cma: Reserved` for each node of a NUMA machine',
    sets: { numaCma: 'like-default' },
  },
  {
    id: 'hugetlb-cma-percent',
    what: '`hugetlb_cma=` may be given in percent of memory.',
    since: '7.3',
    notIn: '7.2',
    patch: null,
    sees: '`hugetlb_cma: reserve N MiB (P%)` where a share was not a multiple of 1 GiB',
    sets: { hugetlbCma: 'bytes-or-percent' },
  },
];

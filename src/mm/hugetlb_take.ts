// Mirrors alloc_bootmem() of mm/hugetlb.c (v6.1 to v7.3): how one huge page is taken from memblock.
import type { Nid, PhysAddr } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { MEMBLOCK_ALLOC_ACCESSIBLE } from './memblock.ts';

const SITE = '__alloc_bootmem_huge_page';

/** One huge page of `size` bytes on `nid`. `named`: the command line named the node. Returns its address, or 0. */
export function takeHugePage(ctx: BootContext, size: number, nid: Nid, named: boolean): PhysAddr {
  const { memblock } = ctx;
  const how = ctx.profile.rules.hugePageTake;
  if (how === 'own-function') return memblock.allocHugetlb(size, nid, named, SITE);
  if (how === 'named-node' && named)
    return memblock.allocExactNidRaw(size, size, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, SITE);
  return memblock.allocTryNidRaw(size, size, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, SITE);
}

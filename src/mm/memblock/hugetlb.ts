// Mirrors memblock_alloc_hugetlb() of mm/memblock.c (v7.3).
import { MemblockAlloc } from './alloc.ts';
import {
  MEMBLOCK_ALLOC_ACCESSIBLE,
  MEMBLOCK_MIRROR,
  MEMBLOCK_RSRV_HUGETLB,
  MEMBLOCK_RSRV_KERN,
} from './types.ts';

const CALLER = 'memblock_alloc_hugetlb';

/** Takes huge pages, which have a function of their own since 7.3. */
export class MemblockHugetlb extends MemblockAlloc {
  /** memblock_alloc_hugetlb(): aligned to its size, never of mirrored memory. Returns an address, or 0. */
  allocHugetlb(size: number, nid: number, exactNid: boolean, caller = ''): number {
    if (this.verbose)
      this.saySymbol(`${CALLER}: ${size} bytes, nid=${nid}, exact_nid=${exactNid ? 1 : 0}`, caller);
    const onNode = this.#take(size, nid);
    const found = onNode === 0 && nid !== -1 && !exactNid ? this.#take(size, -1) : onNode;
    const request = { size, align: size, minAddr: 0, maxAddr: MEMBLOCK_ALLOC_ACCESSIBLE, nid };
    this.traceAlloc(found, request, caller);
    return found;
  }

  #take(size: number, nid: number): number {
    const mirrorless = this.chooseFlags() & ~MEMBLOCK_MIRROR;
    const found = this.findInRangeNode(size, size, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, mirrorless);
    const flags = MEMBLOCK_RSRV_KERN | MEMBLOCK_RSRV_HUGETLB;
    return found && this.reserveRange(found, size, CALLER, nid, flags) === 0 ? found : 0;
  }
}

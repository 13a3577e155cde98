// Mirrors cma_declare_contiguous_nid() and cma_declare_contiguous_multi() of mm/cma.c (v7.2): memory of a purpose of its own, which
// movable pages may use meanwhile.
import { alignDown, alignUp } from '../lib/align.ts';
import { GiB, MiB, NUMA_NO_NODE, type Nid, type PhysAddr } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { pa } from './memblock/log.ts';

/** A page block: areas start and end at one. */
export const CMA_MIN_ALIGNMENT_BYTES = 2 * MiB;
/** CMA_MAX_RANGES: of one area. */
const MAX_RANGES = 8;
const SITE = 'cma_declare_contiguous';
const KERN_ERR = 3;

/** An area that is wanted; sizes and addresses in bytes. */
export interface CmaRequest {
  readonly size: number;
  /** 0 where any place will do. */
  readonly base: PhysAddr;
  /** Exclusive; 0 for the end of memory. */
  readonly limit: PhysAddr;
  /** At `base` or nowhere. */
  readonly fixed: boolean;
}

const mib = (bytes: number): number => Math.floor(bytes / MiB);

/** cma_declare_contiguous_nid(): takes the area, of one node where one is named, and says so; its address, or 0 where there is no room. */
export function declareCma(ctx: BootContext, request: CmaRequest, nid: Nid = NUMA_NO_NODE): PhysAddr {
  const found = declare(ctx, request, CMA_MIN_ALIGNMENT_BYTES, nid);
  if (typeof found === 'string') {
    ctx.printk.print(`cma: Failed to reserve ${mib(request.size)} MiB`, KERN_ERR);
    return 0;
  }
  ctx.printk.info(`cma: Reserved ${mib(request.size)} MiB at ${pa(found)}`);
  return found;
}

/** cma_declare_contiguous_multi(): `size` bytes of a node, in one range or else the largest above 4 GiB. Whether it was to be had. */
export function declareCmaOfNode(ctx: BootContext, size: number, align: number, nid: Nid): boolean {
  const found = declare(ctx, { size, base: 0, limit: 0, fixed: false }, align, nid);
  const several = found === 'no room' ? severalRanges(ctx, size, align, nid) : 0;
  const ranges = typeof found === 'number' ? 1 : several;
  if (ranges === 0) ctx.printk.print(`cma: Failed to reserve ${mib(size)} MiB`, KERN_ERR);
  else ctx.printk.info(`cma: Reserved ${mib(size)} MiB in ${ranges} range${ranges === 1 ? '' : 's'}`);
  return ranges > 0;
}

/** __cma_declare_contiguous_nid(): the address of the area, or why there is none. */
function declare(
  ctx: BootContext,
  request: CmaRequest,
  align: number,
  nid: Nid,
): PhysAddr | 'no room' | 'refused' {
  const { memblock, printk } = ctx;
  const fixed = request.fixed && request.base > 0;
  if (request.fixed && request.base % align !== 0) {
    printk.print(`cma: Region at ${pa(request.base)} must be aligned to ${pa(align)} bytes`, KERN_ERR);
    return 'refused';
  }
  const [base, size] = [alignUp(request.base, align), alignUp(request.size, align)];
  const most = memblock.endOfDRAM();
  const asked = alignDown(request.limit, align);
  const limit = asked === 0 ? most : Math.min(asked, most);
  if (base + size > limit) {
    printk.print(`cma: Size (${pa(size)}) of region at ${pa(base)} exceeds limit (${pa(limit)})`, KERN_ERR);
    return 'refused';
  }
  const found = fixed ? takeAt(ctx, base, size) : take(ctx, { base, size, limit, align, nid });
  if (!found) return fixed ? 'refused' : 'no room';
  ctx.cmaAreas.push({ start: found, end: found + size });
  return found;
}

function takeAt({ memblock }: BootContext, base: PhysAddr, size: number): PhysAddr {
  if (memblock.isRegionReserved(base, size)) return 0;
  return memblock.reserve(base, size, 'cma_fixed_reserve') === 0 ? base : 0;
}

interface Wanted {
  readonly base: PhysAddr;
  readonly size: number;
  readonly limit: PhysAddr;
  readonly align: number;
  readonly nid: Nid;
}

/** Bottom up above 4 GiB first, so that memory for narrow devices stays free (cma_alloc_mem). */
function take({ memblock }: BootContext, { base, size, limit, align, nid }: Wanted): PhysAddr {
  if (!memblock.bottomUp && limit >= 4 * GiB + size) {
    memblock.bottomUp = true;
    const high = memblock.allocRangeNid(size, align, 4 * GiB, limit, nid, true, SITE);
    memblock.bottomUp = false;
    if (high) return high;
  }
  return memblock.allocRangeNid(size, align, base, limit, nid, true, SITE);
}

/** The largest free ranges above 4 GiB until they are enough, taken from the lowest up; how many, 0 where there is too little. */
function severalRanges(ctx: BootContext, total: number, align: number, nid: Nid): number {
  const { memblock } = ctx;
  const free = [...memblock.forEachFreeMemRange(nid)]
    .filter(({ start }) => start >= 4 * GiB)
    .map(({ start, end }) => ({ start: alignUp(start, align), end: alignDown(end, align) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, MAX_RANGES);
  const chosen: typeof free = [];
  let sum = 0;
  for (const range of free) {
    if (sum >= total) break;
    chosen.push(range);
    sum += range.end - range.start;
  }
  if (sum < total) return 0;
  let left = total;
  let ranges = 0;
  for (const { start, end } of chosen.sort((a, b) => a.start - b.start)) {
    const size = Math.min(left, end - start);
    memblock.reserve(start, size, SITE);
    ctx.cmaAreas.push({ start, end: start + size });
    left -= size;
    ranges += 1;
    if (left === 0) break;
  }
  return ranges;
}

// Questions about memblock.memory in page frames (mm/page_alloc.c, v6.1).
import type { Nid, Pfn } from '../lib/units.ts';
import { clamp } from '../lib/ranges.ts';
import type { BootContext } from './context.ts';
import type { Memblock } from './memblock.ts';

/** Pages of [start, end) that are no memory of the node, or of any node for null (__absent_pages_in_range). */
export function absentPagesInRange(memblock: Memblock, nid: Nid | null, start: Pfn, end: Pfn): number {
  let absent = end - start;
  for (const range of memblock.forEachMemPfnRange(nid ?? memblock.maxNumNodes))
    absent -= clamp(range.endPfn, start, end) - clamp(range.startPfn, start, end);
  return absent;
}

/** The node of a page frame; the first online one where no memory holds it (early_pfn_to_nid). */
export function earlyPfnToNid(ctx: Pick<BootContext, 'memblock' | 'onlineNodes'>, pfn: Pfn): Nid {
  const { memblock } = ctx;
  const nid = memblock.searchPfnNid(pfn)?.nid ?? -1;
  return nid < 0 || nid === memblock.maxNumNodes ? (ctx.onlineNodes()[0] ?? 0) : nid;
}

/** First and last-plus-one page frame of a node, 0 and 0 for one without memory (get_pfn_range_for_nid). */
export function pfnRangeForNid(memblock: Memblock, nid: Nid): { startPfn: Pfn; endPfn: Pfn } {
  let startPfn = Number.POSITIVE_INFINITY;
  let endPfn = 0;
  for (const range of memblock.forEachMemPfnRange(nid)) {
    startPfn = Math.min(startPfn, range.startPfn);
    endPfn = Math.max(endPfn, range.endPfn);
  }
  return endPfn === 0 ? { startPfn: 0, endPfn: 0 } : { startPfn, endPfn };
}

/** Nodes with memory, ascending: memblock knows them before zones are there. */
export function nodesWithMemory({ memblock }: BootContext): Nid[] {
  const nodes = new Set<Nid>();
  for (const { nid } of memblock.forEachMemPfnRange()) nodes.add(nid);
  return [...nodes].sort((a, b) => a - b);
}

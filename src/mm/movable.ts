// Mirrors find_zone_movable_pfns_for_nodes of mm/page_alloc.c (v6.1): where ZONE_MOVABLE starts on each node.
import { alignUp } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import { GiB, MAX_ORDER_NR_PAGES, PAGE_SIZE, pfnDown, pfnUp, type Nid, type Pfn } from '../lib/units.ts';
import { memparse, type Params } from '../kernel/params.ts';
import type { BootContext } from './context.ts';
import { MEMBLOCK_HOTPLUG, MEMBLOCK_MIRROR } from './memblock.ts';
import { pfnRangeForNid } from './pfn_ranges.ts';

/** A size in pages, or a share of all pages in per cent. */
type Amount = { readonly pages: number } | { readonly percent: number };

/** kernelcore= and movablecore= as given; `mirror` is kernelcore=mirror. */
export interface MovableParams {
  readonly mirror: boolean;
  readonly kernelcore: Amount | null;
  readonly movablecore: Amount | null;
  readonly movableNode: boolean;
}

/** Reads kernelcore=, movablecore= and movable_node. */
export function movableParams(params: Params): MovableParams {
  const kernelcore = params.all('kernelcore');
  return {
    mirror: kernelcore.includes('mirror'),
    kernelcore: lastAmount(kernelcore.filter((value) => value !== 'mirror')),
    movablecore: lastAmount(params.all('movablecore')),
    movableNode: params.has('movable_node'),
  };
}

function lastAmount(values: readonly (string | null)[]): Amount | null {
  const text = values.at(-1);
  if (text === undefined || text === null) return null;
  const percent = /^(\d+)%$/.exec(text);
  if (percent) return { percent: Number(percent[1]) };
  if (Number.isNaN(memparse(text).value))
    throw new InputError('cmdline', `kernelcore or movablecore: ${text}`);
  return { pages: Math.floor(memparse(text).value / PAGE_SIZE) };
}

function inPages(amount: Amount | null, total: number): number {
  if (amount === null) return 0;
  return 'pages' in amount ? amount.pages : Math.floor((total * 100 * amount.percent) / 10000);
}

/**
 * The first page frame of ZONE_MOVABLE for each node that gets one.
 * `usableStart` is the lowest page frame of the highest zone (arch_zone_lowest_possible_pfn[movable_zone]).
 */
export function findZoneMovablePfns(
  ctx: BootContext,
  wanted: MovableParams,
  usableStart: Pfn,
): Map<Nid, Pfn> {
  if (wanted.movableNode)
    return alignToBlocks(
      ctx,
      lowestPfns(ctx, (flags) => (flags & MEMBLOCK_HOTPLUG) !== 0, 0),
    );
  if (wanted.mirror) return alignToBlocks(ctx, mirroredPfns(ctx));
  const total = [...ctx.memblock.forEachMemPfnRange()].reduce((sum, r) => sum + r.endPfn - r.startPfn, 0);
  let kernelcore = inPages(wanted.kernelcore, total);
  let movablecore = inPages(wanted.movablecore, total);
  if (movablecore > 0) {
    movablecore = Math.min(total, alignUp(movablecore, MAX_ORDER_NR_PAGES));
    kernelcore = Math.max(kernelcore, total - movablecore);
  }
  if (kernelcore === 0 || kernelcore >= total) return new Map();
  return alignToBlocks(ctx, spreadKernelcore(ctx, kernelcore, usableStart));
}

/** The lowest page frame at or above `from` of each node's regions that pass the test. */
function lowestPfns(ctx: BootContext, matches: (flags: number) => boolean, from: Pfn): Map<Nid, Pfn> {
  const lowest = new Map<Nid, Pfn>();
  for (const { base, flags, nid } of ctx.memblock.memory.regions()) {
    const pfn = from > 0 ? pfnUp(base) : pfnDown(base);
    if (!matches(flags) || pfn < from) continue;
    lowest.set(nid, Math.min(lowest.get(nid) ?? pfn, pfn));
  }
  return lowest;
}

/** kernelcore=mirror: everything above 4 GiB that is not mirrored. */
function mirroredPfns(ctx: BootContext): Map<Nid, Pfn> {
  const fourGiB = (4 * GiB) / PAGE_SIZE;
  const notMirrored = (flags: number): boolean => (flags & MEMBLOCK_MIRROR) === 0;
  const below = ctx.memblock.memory.regions().some((r) => notMirrored(r.flags) && pfnUp(r.base) < fourGiB);
  if (below) ctx.printk.warn('This configuration results in unmirrored kernel memory.');
  return lowestPfns(ctx, notMirrored, fourGiB);
}

/** Spreads the kernel's share evenly; what a small node cannot hold goes round again over the others. */
function spreadKernelcore(ctx: BootContext, required: number, usableStart: Pfn): Map<Nid, Pfn> {
  const movable = new Map<Nid, Pfn>();
  const nodes = [...new Set([...ctx.memblock.forEachMemPfnRange()].map((r) => r.nid))].sort((a, b) => a - b);
  for (let usable = nodes.length; ;) {
    let share = Math.floor(required / usable);
    for (const nid of nodes) {
      if (required < share) share = Math.floor(required / usable);
      required = takeFromNode(ctx, nid, share, required, usableStart, movable);
    }
    usable -= 1;
    if (usable === 0 || required <= usable) return movable;
  }
}

/** Walks one node's ranges until its share is met; returns what the other nodes still have to give. */
function takeFromNode(
  ctx: BootContext,
  nid: Nid,
  share: number,
  required: number,
  usableStart: Pfn,
  movable: Map<Nid, Pfn>,
): number {
  let remaining = share;
  for (const range of ctx.memblock.forEachMemPfnRange(nid)) {
    let start = Math.max(range.startPfn, movable.get(nid) ?? 0);
    if (start >= range.endPfn) continue;
    if (start < usableStart) {
      const kernelOnly = Math.min(range.endPfn, usableStart) - start;
      remaining -= Math.min(kernelOnly, remaining);
      required -= Math.min(kernelOnly, required);
      if (range.endPfn <= usableStart) {
        movable.set(nid, range.endPfn);
        continue;
      }
      start = usableStart;
    }
    const size = Math.min(range.endPfn - start, remaining);
    movable.set(nid, start + size);
    required -= Math.min(required, size);
    remaining -= size;
    if (remaining === 0) break;
  }
  return required;
}

/** Moves each start up to a block of the largest order; a start past the node's end means no ZONE_MOVABLE there. */
function alignToBlocks(ctx: BootContext, movable: Map<Nid, Pfn>): Map<Nid, Pfn> {
  const aligned = new Map<Nid, Pfn>();
  for (const [nid, pfn] of [...movable].sort(([a], [b]) => a - b)) {
    const start = alignUp(pfn, MAX_ORDER_NR_PAGES);
    if (start > 0 && start < pfnRangeForNid(ctx.memblock, nid).endPfn) aligned.set(nid, start);
  }
  return aligned;
}

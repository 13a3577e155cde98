// What deferred init frees is managed by the node's last populated zone from then on.
import type { DeferredContext } from '../mm/deferred.ts';
import { freePages } from '../mm/deferred/ranges.ts';
import { populatedZone } from '../mm/mmzone.ts';
import type { Nid, Pfn } from '../lib/units.ts';
import type { EarlyBoot } from './early.ts';

/** Counts `pages` of a node as managed. */
export function addManaged(early: EarlyBoot, node: Nid, pages: number): void {
  const pgdat = early.x86.ctx.pgdats.find((p) => p.nodeId === node);
  const zone = pgdat?.zones.findLast(populatedZone);
  if (zone) zone.managedPages += pages;
}

/** Counts the free pages of a chunk as managed. */
export function addManagedPages(
  early: EarlyBoot,
  deferred: DeferredContext,
  node: Nid,
  start: Pfn,
  end: Pfn,
): void {
  const ranges = deferred.nodes.find((n) => n.nid === node)?.ranges ?? [];
  addManaged(early, node, freePages(ranges, start, end));
}

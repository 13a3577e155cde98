// What deferred init frees is managed by the node's last populated zone from then on.
import type { RunRecord } from '../init/record.ts';
import type { DeferredContext } from '../mm/deferred.ts';
import { freePages } from '../mm/deferred/ranges.ts';
import { populatedZone } from '../mm/mmzone.ts';
import type { Nid } from '../lib/units.ts';
import type { EarlyBoot } from './early.ts';

/** Counts `pages` of a node as managed. */
export function addManaged(early: EarlyBoot, node: Nid, pages: number): void {
  const pgdat = early.x86.ctx.pgdats.find((p) => p.nodeId === node);
  const zone = pgdat?.zones.findLast(populatedZone);
  if (zone) zone.managedPages += pages;
}

/** Counts the free pages of all that jobs, and kernels without jobs, initialised. */
export function addManagedByJobs(
  early: EarlyBoot,
  deferred: DeferredContext,
  { jobs, serial }: Pick<RunRecord, 'jobs' | 'serial'>,
): void {
  const ofJobs = jobs.flatMap(({ node, chunks }) => chunks.map(({ start, end }) => ({ node, start, end })));
  for (const { node, start, end } of [...ofJobs, ...serial]) {
    const ranges = deferred.nodes.find((n) => n.nid === node)?.ranges ?? [];
    addManaged(early, node, freePages(ranges, start, end));
  }
}

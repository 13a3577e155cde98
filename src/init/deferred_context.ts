// What deferred init finds when memblock_free_all is through: nodes with memory, their last zones, and free memory there.
import type { Nid } from '../lib/units.ts';
import type { BootContext } from '../mm/context.ts';
import type { DeferredContext, DeferredNode, DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import type { FreeRange } from '../mm/deferred/ranges.ts';
import type { DeferredRules } from '../mm/deferred/rules.ts';
import { pgdatEndPfn, zoneEndPfn, type Pgdat, type Zone } from '../mm/mmzone.ts';

/** Free page frames of a zone that end past `from`, as for_each_free_mem_pfn_range_in_zone_from walks them. */
function freeRanges(ctx: BootContext, nid: Nid, zone: Zone, from: number): FreeRange[] {
  const span = { node: nid, zoneStartPfn: zone.zoneStartPfn, spannedPages: zone.spannedPages };
  const ranges: FreeRange[] = [];
  for (const { startPfn, endPfn } of ctx.memblock.forEachFreeMemPfnRangeInZone(span, from))
    ranges.push({ startPfn, endPfn });
  return ranges;
}

/** The highest zone that holds the node's boundary; the last populated one where nothing is deferred. */
function deferredZone(pgdat: Pgdat): Zone {
  const populated = pgdat.zones.filter((zone) => zone.spannedPages > 0);
  const first = pgdat.firstDeferredPfn;
  const zone = first === null ? populated.at(-1) : populated.find((z) => first < zoneEndPfn(z));
  return zone ?? (pgdat.zones[0] as Zone);
}

function deferredNode(ctx: BootContext, pgdat: Pgdat): DeferredNode {
  const zone = deferredZone(pgdat);
  return {
    nid: pgdat.nodeId,
    nodeStartPfn: pgdat.nodeStartPfn,
    nodeEndPfn: pgdatEndPfn(pgdat),
    firstDeferredPfn: pgdat.firstDeferredPfn,
    cpus: ctx.nodeCpus(pgdat.nodeId),
    zid: pgdat.zones.indexOf(zone),
    zoneName: zone.name,
    zoneStartPfn: zone.zoneStartPfn,
    zoneEndPfn: zoneEndPfn(zone),
    ranges:
      pgdat.firstDeferredPfn === null ? [] : freeRanges(ctx, pgdat.nodeId, zone, pgdat.firstDeferredPfn),
  };
}

/** Everything that deferred init needs, as plain data but for the hook. */
export function deferredContext(
  ctx: BootContext,
  rules: DeferredRules,
  maxThreads: DeferredPageInitMaxThreads,
): DeferredContext {
  return {
    rules,
    hz: ctx.profile.config.hz,
    nodes: ctx.pgdats.filter((pgdat) => pgdat.nodePresentPages > 0).map((pgdat) => deferredNode(ctx, pgdat)),
    maxThreads,
  };
}

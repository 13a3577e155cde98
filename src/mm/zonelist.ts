// Mirrors build_all_zonelists of mm/page_alloc.c (v6.1): in which order nodes stand in for each other.
import { PAGEBLOCK_NR_PAGES, type Nid } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import type { Pgdat, ZoneName } from './mmzone.ts';

/** Below this many pages in all, grouping by mobility would not pay: a page block for each of MIGRATE_TYPES. */
const MIGRATE_TYPES = 5;

/** Nodes with memory in ascending order (N_MEMORY). */
export function memoryNodes(ctx: BootContext): Pgdat[] {
  return ctx.pgdats.filter((pgdat) => pgdat.nodePresentPages > 0);
}

/** How many nodes are online: those with memory, and those that CPUs brought online. */
export function onlineNodeCount(ctx: BootContext): number {
  const online = new Set(ctx.pgdats.filter((pgdat) => pgdat.online).map((pgdat) => pgdat.nodeId));
  for (const cpu of ctx.cpus) online.add(cpu.node);
  return online.size;
}

/** For each node the nodes that its allocations fall back to, itself first; nodes that are often near come later. */
export function fallbackOrders(ctx: BootContext): Map<Nid, Nid[]> {
  const candidates = memoryNodes(ctx).map((pgdat) => pgdat.nodeId);
  const load = new Map<Nid, number>();
  const orders = new Map<Nid, Nid[]>();
  for (const { nodeId: local } of ctx.pgdats) {
    const itself = ctx.profile.rules.fallbackOrder === 'itself-first' || candidates.includes(local);
    const order = itself ? [local] : [];
    let previous = local;
    for (const next of byNearness(ctx, local, candidates, load)) {
      // the first of several nodes at one distance is charged, so that other nodes prefer its neighbours
      if (ctx.nodeDistance(local, next) !== ctx.nodeDistance(local, previous))
        load.set(next, (load.get(next) ?? 0) + 1);
      order.push(next);
      previous = next;
    }
    orders.set(local, order);
  }
  return orders;
}

/**
 * What find_next_best_node finds, call by call: the nearest, then the next higher number, then the least loaded. No CPU is known
 * to a node yet. The kernel looks through all nodes for each; only the load of a node that was taken changes on the way, so
 * sorting them once gives the same.
 */
function byNearness(
  ctx: BootContext,
  local: Nid,
  candidates: readonly Nid[],
  load: ReadonlyMap<Nid, number>,
): Nid[] {
  const value = (nid: Nid): number => {
    const distance = ctx.nodeDistance(local, nid) + (nid < local ? 1 : 0);
    return distance * ctx.profile.config.maxNumnodes + (load.get(nid) ?? 0);
  };
  return candidates
    .filter((nid) => nid !== local)
    .map((nid) => ({ nid, value: value(nid) }))
    .sort((a, b) => a.value - b.value)
    .map(({ nid }) => nid);
}

/** Prints the fallback orders, and what the zones hold together before memory is handed over. */
export function buildAllZonelists(ctx: BootContext): void {
  const { printk } = ctx;
  const numa = ctx.profile.config.numa !== false;
  for (const [nid, order] of numa && ctx.profile.rules.fallbackLines ? fallbackOrders(ctx) : [])
    printk.info(`Fallback order for Node ${nid}: ${order.join(' ')} `);
  let totalPages = 0;
  for (const pgdat of ctx.pgdats) for (const zone of pgdat.zones) totalPages += zone.managedPages;
  const grouped = totalPages >= PAGEBLOCK_NR_PAGES * MIGRATE_TYPES;
  printk.info(
    `Built ${onlineNodeCount(ctx)} zonelists, mobility grouping ${grouped ? 'on' : 'off'}.  Total pages: ${totalPages}`,
  );
  if (numa) printk.info(`Policy zone: ${policyZone(ctx)}`);
}

/** The highest zone below Movable with pages on any node: what memory policies apply to. */
function policyZone(ctx: BootContext): ZoneName {
  const filled = new Set<ZoneName>();
  for (const { zones } of ctx.pgdats)
    for (const zone of zones) if (zone.managedPages > 0) filled.add(zone.name);
  return filled.has('Normal') ? 'Normal' : filled.has('DMA32') ? 'DMA32' : 'DMA';
}

// What free_area_init of mm/page_alloc.c (v6.1, and before) prints of zones and of the memory that nodes have.
import { rounddownPowOfTwo } from '../lib/align.ts';
import { hex, PAGE_SIZE, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { MOVABLE, zoneNames, zonesByIndex, type ZoneLimits } from './zone_size.ts';

/** A range of whole pages, with 16 digits or as many as it has, at least 8. */
export function mem({ profile }: BootContext, startPfn: Pfn, endPfn: Pfn): string {
  const digits = profile.rules.nodeRanges === 'wide' ? 16 : 8;
  return `[mem ${hex(startPfn * PAGE_SIZE, digits)}-${hex(endPfn * PAGE_SIZE - 1, digits)}]`;
}

/** Zones, where Movable begins, and memory by nodes. */
export function printZones(
  ctx: BootContext,
  { low, high }: ZoneLimits,
  movablePfns: ReadonlyMap<Nid, Pfn>,
): void {
  const { printk } = ctx;
  if (ctx.profile.rules.e820Lines === 'start-end') return printZonesInPfns(ctx, { low, high }, movablePfns);
  printk.info('Zone ranges:');
  zonesByIndex(ctx).forEach((name, zone) => {
    if (zone === MOVABLE || !zoneNames(ctx).includes(name)) return;
    const start = low[zone] as Pfn;
    const end = high[zone] as Pfn;
    printk.info(`  ${name.padEnd(8)} ${start === end ? 'empty' : mem(ctx, start, end)}`);
  });
  printk.info('Movable zone start for each node');
  for (const [nid, pfn] of movablePfns) printk.info(`  Node ${nid}: ${hex(pfn * PAGE_SIZE, 16)}`);
  printk.info('Early memory node ranges');
  for (const { startPfn, endPfn, nid } of ctx.memblock.forEachMemPfnRange())
    printk.info(`  node ${String(nid).padStart(3)}: ${mem(ctx, startPfn, endPfn)}`);
}

/** The same in page frames, with the end behind the last one: to 3.4. */
function printZonesInPfns(
  ctx: BootContext,
  { low, high }: ZoneLimits,
  movablePfns: ReadonlyMap<Nid, Pfn>,
): void {
  const { printk } = ctx;
  printk.info('Zone PFN ranges:');
  zonesByIndex(ctx).forEach((name, zone) => {
    if (zone === MOVABLE || name === 'Device' || !zoneNames(ctx).includes(name)) return;
    const [start, end] = [low[zone] as Pfn, high[zone] as Pfn];
    printk.info(`  ${name.padEnd(8)} ${start === end ? 'empty' : `${hex(start, 8)} -> ${hex(end, 8)}`}`);
  });
  printk.info('Movable zone start PFN for each node');
  for (const [nid, pfn] of movablePfns) printk.info(`  Node ${nid}: ${pfn}`);
  const ranges = [...ctx.memblock.forEachMemPfnRange()];
  printk.info(`early_node_map[${ranges.length}] active PFN ranges`);
  for (const { startPfn, endPfn, nid } of ranges)
    printk.info(`  ${String(nid).padStart(3)}: ${hex(startPfn, 8)} -> ${hex(endPfn, 8)}`);
}

/** LIFO batch of a zone's per-CPU lists: a thousandth of its pages, no more than the version's limit, a fourth of that as 2^n - 1. */
export function zoneBatchsize(managedPages: number, mostBytes: number): number {
  const most = Math.min(Math.floor(managedPages / 1024), mostBytes / PAGE_SIZE);
  const batch = Math.max(Math.floor(most / 4), 1);
  return rounddownPowOfTwo(batch + Math.floor(batch / 2)) - 1;
}

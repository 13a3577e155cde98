// Mirrors include/linux/mmzone.h (v6.1): zones and nodes, as far as early boot fills them.
import type { Nid, Pfn } from '../lib/units.ts';

/** Zone names in the order of x86-64's zone indices. */
export const ZONE_NAMES = ['DMA', 'DMA32', 'Normal', 'Movable', 'Device'] as const;
/** ... and of i386's. */
export const ZONE_NAMES_32 = ['DMA', 'Normal', 'HighMem', 'Movable'] as const;
export type ZoneName = (typeof ZONE_NAMES)[number] | (typeof ZONE_NAMES_32)[number];

/** struct zone: mutable, one per node and name; empty zones have `spannedPages` 0. */
export interface Zone {
  readonly name: ZoneName;
  readonly node: Nid;
  zoneStartPfn: Pfn;
  spannedPages: number;
  presentPages: number;
  /** Pages in the buddy allocator's hands; grows as memblock and deferred init free pages into the zone. */
  managedPages: number;
}

/** struct pglist_data: mutable, one per online node. */
export interface Pgdat {
  readonly nodeId: Nid;
  /** node_online(): false for a possible node that only has its data structure. */
  readonly online: boolean;
  nodeStartPfn: Pfn;
  nodeSpannedPages: number;
  nodePresentPages: number;
  /** First page frame whose struct page is not initialised yet; null is ULONG_MAX: nothing deferred. */
  firstDeferredPfn: Pfn | null;
  /** In the order of ZONE_NAMES, or of ZONE_NAMES_32: always all of them. */
  readonly zones: readonly Zone[];
}

/** The page frame after the zone's last one (zone_end_pfn). */
export function zoneEndPfn(zone: Zone): Pfn {
  return zone.zoneStartPfn + zone.spannedPages;
}

/** The page frame after the node's last one (pgdat_end_pfn). */
export function pgdatEndPfn(pgdat: Pgdat): Pfn {
  return pgdat.nodeStartPfn + pgdat.nodeSpannedPages;
}

/** Whether the zone spans anything (!zone_is_empty). */
export function populatedZone(zone: Zone): boolean {
  return zone.presentPages > 0;
}

/** A node's zones, all empty. */
export function emptyZones(node: Nid, names: readonly ZoneName[] = ZONE_NAMES): Zone[] {
  return names.map((name) => ({
    name,
    node,
    zoneStartPfn: 0,
    spannedPages: 0,
    presentPages: 0,
    managedPages: 0,
  }));
}

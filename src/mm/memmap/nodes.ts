// Mirrors the fields of struct pglist_data that memmap_init() and memblock_free_all() read (v6.1).
import type { Nid, Pfn } from '../../lib/units.ts';
import type { ZoneArea } from './zone_area.ts';

/** MAX_NR_ZONES of Debian's amd64 kernel: DMA, DMA32, Normal, Movable, Device. */
export const MAX_NR_ZONES = 5;

/** An online node; those without memory have no zones. */
export interface MemmapNode {
  readonly nid: Nid;
  /** pgdat->node_start_pfn and pgdat_end_pfn(); both 0 without memory. */
  readonly startPfn: Pfn;
  readonly endPfn: Pfn;
  /** As memmap_init() sets it, before any growth of the zone; null where nothing is deferred. */
  readonly firstDeferredPfn: Pfn | null;
  /** The node's zones that span anything, by ascending index. */
  readonly areas: readonly ZoneArea[];
}

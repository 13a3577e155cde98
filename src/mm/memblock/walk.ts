// Mirrors the iterators of mm/memblock.c (v6.1): memory, reserved and free ranges, and whole pages, in either direction.
import { pfnDown, pfnPhys, pfnUp } from '../../lib/units.ts';
import { MemblockHugetlb } from './hugetlb.ts';
import { RangeCursor } from './cursor.ts';
import type { Selection } from './selection.ts';
import { MEMBLOCK_DRIVER_MANAGED, MEMBLOCK_HOTPLUG, MEMBLOCK_NONE } from './types.ts';
import type { MemPfnRange, MemRange } from './types.ts';
import { ZoneCursor } from './zone-cursor.ts';
import type { ZoneSpan } from './zone-cursor.ts';

/** What for_each_mem_range() passes over no memory for. */
const HOTPLUG_OR_DRIVER_MANAGED = MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED;

/** Walks over the tables: cursors, and generators over them. */
export class MemblockWalk extends MemblockHugetlb {
  #selection(nid: number, flags: number): Selection {
    const wanted = flags | this.alsoFlags;
    return { nid: nid === this.maxNumNodes ? -1 : nid, flags: wanted, movableNode: this.movableNode };
  }

  /** A cursor over memory regions: __for_each_mem_range(). */
  memRanges(nid = -1, flags: number = HOTPLUG_OR_DRIVER_MANAGED, reverse = false): RangeCursor {
    return new RangeCursor(this.memory.tree, undefined, this.#selection(nid, flags), reverse);
  }

  reservedRanges(reverse = false): RangeCursor {
    return new RangeCursor(this.reserved.tree, undefined, undefined, reverse);
  }

  /** A cursor over memory that is not reserved: for_each_free_mem_range(). */
  freeRanges(nid = -1, flags: number = MEMBLOCK_NONE, reverse = false): RangeCursor {
    return new RangeCursor(this.memory.tree, this.reserved.tree, this.#selection(nid, flags), reverse);
  }

  /**
   * A cursor over the whole free pages of a zone, from `firstPfn` on: for_each_free_mem_pfn_range_in_zone(), and
   * deferred_init_mem_pfn_range_in_zone() with the walk after it.
   */
  zoneRanges(zone: ZoneSpan, firstPfn = 0): ZoneCursor {
    const { tree } = this.memory;
    const from = pfnPhys(Math.max(zone.zoneStartPfn, firstPfn));
    const free = new RangeCursor(
      tree,
      this.reserved.tree,
      this.#selection(zone.node, MEMBLOCK_NONE),
      false,
      from,
    );
    return new ZoneCursor(free, zone, firstPfn);
  }

  /** for_each_mem_range(): hotpluggable and driver-managed memory too, as the kernel's macro asks. */
  *forEachMemRange(nid = -1, flags: number = HOTPLUG_OR_DRIVER_MANAGED): Generator<MemRange> {
    yield* drain(this.memRanges(nid, flags));
  }

  *forEachMemRangeReverse(nid = -1, flags: number = HOTPLUG_OR_DRIVER_MANAGED): Generator<MemRange> {
    yield* drain(this.memRanges(nid, flags, true));
  }

  *forEachReservedRange(): Generator<MemRange> {
    yield* drain(this.reservedRanges());
  }

  *forEachFreeMemRange(nid = -1, flags: number = MEMBLOCK_NONE): Generator<MemRange> {
    yield* drain(this.freeRanges(nid, flags));
  }

  *forEachFreeMemRangeReverse(nid = -1, flags: number = MEMBLOCK_NONE): Generator<MemRange> {
    yield* drain(this.freeRanges(nid, flags, true));
  }

  /** for_each_mem_pfn_range(): regions with at least one whole page; nid maxNumNodes (the default) for all. */
  *forEachMemPfnRange(nid = this.maxNumNodes): Generator<MemPfnRange> {
    for (const r of this.memory.regions()) {
      const startPfn = pfnUp(r.base);
      const endPfn = pfnDown(r.base + r.size);
      if (startPfn < endPfn && (nid === this.maxNumNodes || nid === r.nid))
        yield { startPfn, endPfn, nid: r.nid };
    }
  }

  /** What zoneRanges() walks over. */
  *forEachFreeMemPfnRangeInZone(zone: ZoneSpan, firstPfn = 0): Generator<MemPfnRange> {
    const c = this.zoneRanges(zone, firstPfn);
    while (c.next()) yield { startPfn: c.spfn, endPfn: c.epfn, nid: zone.node };
  }
}

function* drain(c: RangeCursor): Generator<MemRange> {
  while (c.next()) yield { start: c.start, end: c.end, nid: c.nid };
}

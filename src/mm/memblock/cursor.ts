// Mirrors __next_mem_range() and its kin in mm/memblock.c (v6.1): cursors over memory, reserved and free ranges.
import { pfnDown, pfnUp } from '../../lib/units.ts';
import type { MemblockType } from './type.ts';
import {
  MEMBLOCK_DRIVER_MANAGED,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  PHYS_ADDR_MAX,
} from './types.ts';

/** Which memory regions count: one node (-1 for any) and regions by their flags. */
export interface Selection {
  readonly nid: number;
  readonly flags: number;
  /** movable_node_is_enabled(): hotpluggable memory counts only where asked for. */
  readonly movableNode: boolean;
}

/** should_skip_region(), for memory. */
export function selects(sel: Selection, nid: number, flags: number): boolean {
  if (sel.nid !== -1 && sel.nid !== nid) return false;
  if (flags === 0) return (sel.flags & MEMBLOCK_MIRROR) === 0;
  if (sel.movableNode && flags & MEMBLOCK_HOTPLUG && !(sel.flags & MEMBLOCK_HOTPLUG)) return false;
  if (sel.flags & MEMBLOCK_MIRROR && !(flags & MEMBLOCK_MIRROR)) return false;
  if (flags & MEMBLOCK_NOMAP && !(sel.flags & MEMBLOCK_NOMAP)) return false;
  return !(flags & MEMBLOCK_DRIVER_MANAGED && !(sel.flags & MEMBLOCK_DRIVER_MANAGED));
}

/**
 * Walks the ranges of table `a` that `sel` selects (all where it is undefined), less the regions of `b`. After
 * next() returned true, start, end and nid hold the range. The tables must not change meanwhile.
 */
export class RangeCursor {
  start = 0;
  end = 0;
  nid = 0;
  readonly #a: MemblockType;
  readonly #b: MemblockType | undefined;
  readonly #sel: Selection | undefined;
  #ia: number;
  #ib: number;
  readonly #reverse: boolean;

  constructor(a: MemblockType, b: MemblockType | undefined, sel: Selection | undefined, reverse = false) {
    this.#a = a;
    this.#b = b;
    this.#sel = sel;
    this.#reverse = reverse;
    this.#ia = reverse ? a.list.length - 1 : 0;
    this.#ib = reverse && b ? b.list.length : 0;
  }

  /** Advances to the next range; false at the end. */
  next(): boolean {
    return this.#reverse ? this.#back() : this.#forth();
  }

  #forth(): boolean {
    const a = this.#a.list;
    for (; this.#ia < a.length; this.#ia++) {
      const m = a[this.#ia];
      if (m === undefined || (this.#sel && !selects(this.#sel, m.nid, m.flags))) continue;
      const mEnd = m.base + m.size;
      this.nid = m.nid;
      if (!this.#b) {
        this.start = m.base;
        this.end = mEnd;
        this.#ia += 1;
        return true;
      }
      const b = this.#b.list;
      for (; this.#ib <= b.length; this.#ib++) {
        const before = b[this.#ib - 1];
        const gapStart = before ? before.base + before.size : 0;
        const gapEnd = b[this.#ib]?.base ?? PHYS_ADDR_MAX;
        if (gapStart >= mEnd) break;
        if (m.base >= gapEnd) continue;
        this.start = Math.max(m.base, gapStart);
        this.end = Math.min(mEnd, gapEnd);
        if (mEnd <= gapEnd) this.#ia += 1;
        else this.#ib += 1;
        return true;
      }
    }
    return false;
  }

  #back(): boolean {
    const a = this.#a.list;
    for (; this.#ia >= 0; this.#ia--) {
      const m = a[this.#ia];
      if (m === undefined || (this.#sel && !selects(this.#sel, m.nid, m.flags))) continue;
      const mEnd = m.base + m.size;
      this.nid = m.nid;
      if (!this.#b) {
        this.start = m.base;
        this.end = mEnd;
        this.#ia -= 1;
        return true;
      }
      const b = this.#b.list;
      for (; this.#ib >= 0; this.#ib--) {
        const before = b[this.#ib - 1];
        const gapStart = before ? before.base + before.size : 0;
        const gapEnd = b[this.#ib]?.base ?? PHYS_ADDR_MAX;
        if (gapEnd <= m.base) break;
        if (mEnd <= gapStart) continue;
        this.start = Math.max(m.base, gapStart);
        this.end = Math.min(mEnd, gapEnd);
        if (m.base >= gapStart) this.#ia -= 1;
        else this.#ib -= 1;
        return true;
      }
    }
    return false;
  }
}

/** The part of struct zone (mmzone.ts) that walking its free memory needs. */
export interface ZoneSpan {
  readonly node: number;
  readonly zoneStartPfn: number;
  readonly spannedPages: number;
}

/**
 * __next_mem_pfn_range_in_zone(): the whole free pages of a zone, in ascending order. After next() returned true,
 * spfn and epfn hold the range; after false, `done` is true and they are 0.
 */
export class ZoneCursor {
  spfn = 0;
  epfn = 0;
  done = false;
  readonly #ranges: RangeCursor;
  readonly #startPfn: number;
  readonly #endPfn: number;

  constructor(ranges: RangeCursor, zone: ZoneSpan) {
    this.#ranges = ranges;
    this.#startPfn = zone.zoneStartPfn;
    this.#endPfn = zone.zoneStartPfn + zone.spannedPages;
  }

  next(): boolean {
    while (!this.done && this.#ranges.next()) {
      const spfn = pfnUp(this.#ranges.start);
      const epfn = pfnDown(this.#ranges.end);
      if (this.#startPfn >= epfn || spfn >= epfn) continue;
      if (this.#endPfn <= spfn) break;
      this.spfn = Math.max(this.#startPfn, spfn);
      this.epfn = Math.min(this.#endPfn, epfn);
      return true;
    }
    this.done = true;
    this.spfn = 0;
    this.epfn = 0;
    return false;
  }
}

// Mirrors struct memblock_type and the range arithmetic of mm/memblock.c (v6.1): one sorted table of regions.
import { bugOn } from '../../lib/bug.ts';
import { ENOMEM, PHYS_ADDR_MAX } from './types.ts';
import type { MemblockRegion } from './types.ts';

interface Region {
  base: number;
  size: number;
  flags: number;
  nid: number;
}

/** Makes room in a full table, keeping clear of the range about to be added; false where it cannot. */
export type Grow = (type: MemblockType, newStart: number, newSize: number) => boolean;

/** A sorted table of disjoint regions. Neighbours of equal node and flags are merged. */
export class MemblockType {
  readonly name: 'memory' | 'reserved';
  /** Entries that the table has room for. */
  max: number;
  /** Sum of sizes in bytes, as the kernel keeps it: trimming does not correct it. */
  totalSize = 0;
  /** Address of the table once it has grown, 0 for the built-in one. */
  tableAddr = 0;
  readonly list: Region[] = [];
  readonly #grow: Grow;

  constructor(name: 'memory' | 'reserved', max: number, grow: Grow) {
    this.name = name;
    this.max = max;
    this.#grow = grow;
  }

  /** Entries in use; 1 in an empty table too, which holds one entry of size 0. */
  get cnt(): number {
    return Math.max(1, this.list.length);
  }

  /** The regions in ascending order; empty where there are none. */
  regions(): MemblockRegion[] {
    return this.list.map((r) => ({ ...r }));
  }

  /** memblock_add_range: adds what is not in the table yet. Returns 0, or -ENOMEM. */
  addRange(base: number, wanted: number, nid: number, flags: number): number {
    const size = Math.min(wanted, PHYS_ADDR_MAX - base);
    if (size <= 0) return 0;
    if (this.list.length === 0) {
      this.list.push({ base, size, flags, nid });
      this.totalSize = size;
      return 0;
    }
    if (this.cnt * 2 + 1 >= this.max) {
      const more = this.#walkGaps(base, base + size, () => 0);
      if (more === 0) return 0;
      while (this.cnt + more > this.max) if (!this.#grow(this, base, size)) return -ENOMEM;
    }
    const added = this.#walkGaps(base, base + size, (at, from, to) => {
      this.#insert(at, { base: from, size: to - from, flags, nid });
      return 1;
    });
    if (added > 0) this.merge();
    return 0;
  }

  /** Calls `gap` for each part of [base, end) that no region covers; it returns how many entries it inserted. */
  #walkGaps(base: number, end: number, gap: (at: number, from: number, to: number) => number): number {
    let gaps = 0;
    let from = base;
    let at = 0;
    for (; at < this.list.length; at++) {
      const r = this.list[at];
      if (r === undefined || r.base >= end) break;
      const rEnd = r.base + r.size;
      if (rEnd <= from) continue;
      if (r.base > from) {
        gaps += 1;
        at += gap(at, from, r.base);
      }
      from = Math.min(rEnd, end);
    }
    if (from < end) {
      gaps += 1;
      gap(at, from, end);
    }
    return gaps;
  }

  #insert(at: number, region: Region): void {
    bugOn(this.list.length >= this.max, `memblock.${this.name}: no room for another region`);
    this.list.splice(at, 0, region);
    this.totalSize += region.size;
  }

  /** memblock_merge_regions: joins touching neighbours of equal node and flags. */
  merge(): void {
    let i = 0;
    for (;;) {
      const here = this.list[i];
      const next = this.list[i + 1];
      if (here === undefined || next === undefined) return;
      if (here.base + here.size !== next.base || here.nid !== next.nid || here.flags !== next.flags) {
        bugOn(here.base + here.size > next.base, `memblock.${this.name}: regions overlap`);
        i += 1;
        continue;
      }
      here.size += next.size;
      this.list.splice(i + 1, 1);
    }
  }

  /** memblock_isolate_range: splits at both ends. Returns [first, last + 1] inside, or -ENOMEM. */
  isolate(base: number, wanted: number): [number, number] | number {
    const size = Math.min(wanted, PHYS_ADDR_MAX - base);
    if (size <= 0) return [0, 0];
    const end = base + size;
    while (this.cnt + 2 > this.max) if (!this.#grow(this, base, size)) return -ENOMEM;
    let first = 0;
    let last = 0;
    for (let i = 0; i < this.list.length; i++) {
      const r = this.list[i];
      if (r === undefined || r.base >= end) break;
      const rEnd = r.base + r.size;
      if (rEnd <= base) continue;
      if (r.base < base) this.#split(i, base);
      else {
        if (rEnd > end) this.#split(i, end);
        if (last === 0) first = i;
        last = i + 1;
      }
    }
    return [first, last];
  }

  #split(i: number, at: number): void {
    const r = this.list[i];
    if (r === undefined) return;
    const lower = { ...r, size: at - r.base };
    r.base = at;
    r.size -= lower.size;
    this.totalSize -= lower.size;
    this.#insert(i, lower);
  }

  /** memblock_remove_range. Returns 0, or -ENOMEM where a split finds no room. */
  removeRange(base: number, size: number): number {
    const inside = this.isolate(base, size);
    if (typeof inside === 'number') return inside;
    for (let i = inside[1] - 1; i >= inside[0]; i--) this.removeAt(i);
    return 0;
  }

  removeAt(i: number): void {
    const r = this.list[i];
    if (r === undefined) return;
    this.totalSize -= r.size;
    this.list.splice(i, 1);
  }

  /** Sets the node of what lies in the range, splitting at its ends. */
  setNode(base: number, size: number, nid: number): number {
    return this.#change(base, size, (r) => {
      r.nid = nid;
    });
  }

  /** Sets or clears flags of what lies in the range, splitting at its ends. */
  setFlag(base: number, size: number, set: boolean, flag: number): number {
    return this.#change(base, size, (r) => {
      r.flags = set ? r.flags | flag : r.flags & ~flag;
    });
  }

  #change(base: number, size: number, apply: (r: Region) => void): number {
    const inside = this.isolate(base, size);
    if (typeof inside === 'number') return inside;
    this.list.slice(inside[0], inside[1]).forEach(apply);
    this.merge();
    return 0;
  }

  /** Keeps only what lies in the range, and what has one of the flags `keep`; no merge follows. */
  keepOnly(base: number, size: number, keep: number): number {
    const inside = this.isolate(base, size);
    if (typeof inside === 'number') return inside;
    for (let i = this.list.length - 1; i >= 0; i--) {
      const r = this.list[i];
      if (r !== undefined && (i < inside[0] || i >= inside[1]) && !(r.flags & keep)) this.removeAt(i);
    }
    return 0;
  }

  /** memblock_trim_memory: rounds each region inwards; totalSize follows only where a region vanishes. */
  trim(align: number): void {
    for (let i = 0; i < this.list.length; i++) {
      const r = this.list[i];
      if (r === undefined) return;
      const start = Math.ceil(r.base / align) * align;
      const end = Math.floor((r.base + r.size) / align) * align;
      if (start < end) {
        r.base = start;
        r.size = end - start;
      } else {
        this.removeAt(i);
        i -= 1;
      }
    }
  }

  /** memblock_search: the region that holds `addr`. */
  find(addr: number): MemblockRegion | undefined {
    let left = 0;
    let right = this.list.length;
    while (left < right) {
      const mid = (left + right) >>> 1;
      const r = this.list[mid];
      if (r === undefined || addr < r.base) right = mid;
      else if (addr >= r.base + r.size) left = mid + 1;
      else return r;
    }
    return undefined;
  }

  /** memblock_overlaps_region: whether any region meets the range. */
  overlaps(base: number, wanted: number): boolean {
    const end = base + Math.min(wanted, PHYS_ADDR_MAX - base);
    return this.list.some((r) => base < r.base + r.size && r.base < end);
  }

  /** __find_max_addr: the address below which `limit` bytes of this table lie; PHYS_ADDR_MAX where it has fewer. */
  addrOfByte(limit: number): number {
    let rest = limit;
    for (const r of this.list) {
      if (rest <= r.size) return r.base + rest;
      rest -= r.size;
    }
    return PHYS_ADDR_MAX;
  }
}

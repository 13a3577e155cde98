// Mirrors the questions of mm/memblock.c (v6.1): what an address or a range is, and how much there is.
import { pfnDown } from '../../lib/units.ts';
import { MemblockWalk } from './walk.ts';
import type { MemblockType } from './type.ts';
import { MEMBLOCK_NOMAP, PHYS_ADDR_MAX } from './types.ts';
import type { MemPfnRange } from './types.ts';

/** Answers questions about the tables. */
export class MemblockAsk extends MemblockWalk {
  isMemory(addr: number): boolean {
    return this.memory.holds(addr);
  }

  isReserved(addr: number): boolean {
    return this.reserved.holds(addr);
  }

  /** memblock_is_map_memory(): memory, and not NOMAP. */
  isMapMemory(addr: number): boolean {
    const r = this.memory.find(addr);
    return r !== undefined && !(r.flags & MEMBLOCK_NOMAP);
  }

  /** memblock_is_region_memory(): whether one memory region holds the whole range. */
  isRegionMemory(base: number, size: number): boolean {
    const r = this.memory.find(base);
    return r !== undefined && r.base + r.size >= base + Math.min(size, PHYS_ADDR_MAX - base);
  }

  /** memblock_is_region_reserved(): whether any byte of the range is reserved. */
  isRegionReserved(base: number, size: number): boolean {
    return this.reserved.overlaps(base, size);
  }

  overlapsRegion(type: MemblockType, base: number, size: number): boolean {
    return type.overlaps(base, size);
  }

  /** memblock_search_pfn_nid(): the memory region around a page frame, null where there is none. */
  searchPfnNid(pfn: number): MemPfnRange | null {
    const r = this.memory.find(pfn * this.pageSize);
    return r ? { startPfn: pfnDown(r.base), endPfn: pfnDown(r.base + r.size), nid: r.nid } : null;
  }

  physMemSize(): number {
    return this.memory.totalSize;
  }

  reservedSize(): number {
    return this.reserved.totalSize;
  }

  /** memblock_start_of_DRAM(): 0 where there is no memory. */
  startOfDRAM(): number {
    return this.memory.tree.first.n > 0 ? this.memory.tree.first.base[0]! : 0;
  }

  /** memblock_end_of_DRAM(): the first address past the last region. */
  endOfDRAM(): number {
    const last = this.memory.tree.last;
    return last.n > 0 ? last.end[last.n - 1]! : 0;
  }
}

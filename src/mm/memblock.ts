// Mirrors mm/memblock.c (v6.1): the allocator of early boot, with its log lines.
import { pfnDown } from '../lib/units.ts';
import { lastByte, pa, wrap } from './memblock/log.ts';
import type { MemblockType } from './memblock/type.ts';
import { MemblockWalk } from './memblock/walk.ts';
import {
  ARCH_LOW_ADDRESS_LIMIT,
  MEMBLOCK_ALLOC_ACCESSIBLE,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
  PHYS_ADDR_MAX,
} from './memblock/types.ts';
import type { MemPfnRange, MemRange, MemblockRequest } from './memblock/types.ts';

export * from './memblock/types.ts';
export { RangeCursor, ZoneCursor } from './memblock/cursor.ts';
export type { ZoneSpan } from './memblock/cursor.ts';
export type { MemblockType } from './memblock/type.ts';

/** 0, or a negative errno (-ENOMEM: a table is full and cannot grow). */
export type Status = number;

/**
 * The early allocator: `memory` is what there is, `reserved` what is taken. Bases and sizes are bytes; `caller` is the
 * id of the call site for the log and the trace. Allocations return an address, or 0 where there is none (Linux never
 * hands out the first page). Nothing is ever written to memory.
 */
export class Memblock extends MemblockWalk {
  // ---- adding and reserving ------------------------------------------------------------------------------------

  /** memblock_add(): memory of a node not known yet. */
  add(base: number, size: number, caller = ''): Status {
    if (this.verbose) this.sayRange('memblock_add', base, size, caller);
    this.traceChange('add', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.memory.addRange(base, size, this.tableNid(this.maxNumNodes), MEMBLOCK_NONE);
  }

  /** memblock_add_node(). */
  addNode(base: number, size: number, nid: number, flags: number = MEMBLOCK_NONE, caller = ''): Status {
    if (this.verbose) {
      this.sayRange('memblock_add_node', base, size, caller, ` nid=${nid} flags=${flags.toString(16)}`);
    }
    this.traceChange('add', base, size, nid, flags, caller);
    return this.memory.addRange(base, size, this.tableNid(nid), flags);
  }

  /** memblock_remove(). */
  remove(base: number, size: number, caller = ''): Status {
    if (this.verbose) this.sayRange('memblock_remove', base, size, caller);
    this.traceChange('remove', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.memory.removeRange(base, size);
  }

  /** memblock_reserve(). */
  reserve(base: number, size: number, caller = ''): Status {
    this.traceChange('reserve', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.reserveRange(base, size, caller);
  }

  /** memblock_phys_free(), and memblock_free(), which passes its caller on. */
  free(base: number, size: number, caller = ''): Status {
    return this.freeRange(base, size, caller);
  }

  /** memblock_free_late(): only the log line and the event; the pages are the page allocator's to take. */
  freeLate(base: number, size: number, caller = ''): void {
    if (this.verbose) this.sayRange('memblock_free_late', base, size, caller);
    this.traceChange('free-late', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
  }

  // ---- nodes and flags -----------------------------------------------------------------------------------------

  /** memblock_set_node(). */
  setNode(base: number, size: number, type: MemblockType, nid: number, caller = ''): Status {
    if (!this.numa) return 0;
    this.traceChange('set-node', base, size, nid, MEMBLOCK_NONE, caller);
    return type.setNode(base, size, nid);
  }

  #setclrFlag(base: number, size: number, set: boolean, flag: number, caller: string): Status {
    this.traceChange(set ? 'set-flag' : 'clear-flag', base, size, this.maxNumNodes, flag, caller);
    return this.memory.setFlag(base, size, set, flag);
  }

  markHotplug(base: number, size: number, caller = ''): Status {
    return this.#setclrFlag(base, size, true, MEMBLOCK_HOTPLUG, caller);
  }

  clearHotplug(base: number, size: number, caller = ''): Status {
    return this.#setclrFlag(base, size, false, MEMBLOCK_HOTPLUG, caller);
  }

  /** memblock_mark_mirror(): does nothing unless kernelcore=mirror was given. */
  markMirror(base: number, size: number, caller = ''): Status {
    if (!this.mirroredKernelcore) return 0;
    this.systemHasSomeMirror = true;
    return this.#setclrFlag(base, size, true, MEMBLOCK_MIRROR, caller);
  }

  markNomap(base: number, size: number, caller = ''): Status {
    return this.#setclrFlag(base, size, true, MEMBLOCK_NOMAP, caller);
  }

  clearNomap(base: number, size: number, caller = ''): Status {
    return this.#setclrFlag(base, size, false, MEMBLOCK_NOMAP, caller);
  }

  // ---- limits --------------------------------------------------------------------------------------------------

  setCurrentLimit(limit: number): void {
    this.currentLimit = limit;
  }

  setBottomUp(enable: boolean): void {
    this.bottomUp = enable;
  }

  /** memblock_trim_memory(): rounds memory regions inwards to `align`. */
  trimMemory(align: number): void {
    this.memory.trim(align);
  }

  /** memblock_enforce_memory_limit(): keeps the first `limit` bytes of memory. */
  enforceMemoryLimit(limit: number): void {
    if (!limit) return;
    const max = this.memory.addrOfByte(limit);
    if (max === PHYS_ADDR_MAX) return;
    this.traceChange('cap', 0, max, this.maxNumNodes, MEMBLOCK_NONE, 'memblock_enforce_memory_limit');
    this.memory.removeRange(max, PHYS_ADDR_MAX);
    this.reserved.removeRange(max, PHYS_ADDR_MAX);
  }

  /** memblock_cap_memory_range(): keeps the range; NOMAP memory outside it stays. */
  capMemoryRange(base: number, size: number): void {
    if (!size) return;
    if (!this.memory.totalSize) {
      this.say('memblock_cap_memory_range: No memory registered yet');
      return;
    }
    this.traceChange('cap', base, size, this.maxNumNodes, MEMBLOCK_NONE, 'memblock_cap_memory_range');
    if (this.memory.keepOnly(base, size, MEMBLOCK_NOMAP) !== 0) return;
    this.reserved.removeRange(0, base);
    this.reserved.removeRange(wrap(lastByte(base, size) + 1), PHYS_ADDR_MAX);
  }

  /** memblock_mem_limit_remove_map(): keeps the first `limit` bytes, and NOMAP memory. */
  memLimitRemoveMap(limit: number): void {
    if (!limit) return;
    const max = this.memory.addrOfByte(limit);
    if (max !== PHYS_ADDR_MAX) this.capMemoryRange(0, max);
  }

  // ---- allocating ----------------------------------------------------------------------------------------------

  /** memblock_phys_alloc_range(). */
  physAllocRange(size: number, align: number, start: number, end: number, caller = ''): number {
    if (this.verbose) {
      const text = `${size} bytes align=0x${align.toString(16)} from=${pa(start)} max_addr=${pa(end)}`;
      this.saySymbol(`memblock_phys_alloc_range: ${text}`, caller);
    }
    return this.allocRangeNid(size, align, start, end, -1, false, caller);
  }

  /** memblock_phys_alloc(). */
  physAlloc(size: number, align: number, caller = ''): number {
    return this.physAllocRange(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, caller);
  }

  /** memblock_phys_alloc_try_nid(): prefers a node. Prints no line of its own. */
  physAllocTryNid(size: number, align: number, nid: number, caller = ''): number {
    return this.allocRangeNid(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, false, caller);
  }

  /** memblock_alloc_range_nid(): `end` is not limited by currentLimit. Prints no line of its own. */
  allocRangeNid(
    size: number,
    align: number,
    start: number,
    end: number,
    nid: number,
    exactNid: boolean,
    caller = '',
  ): number {
    const found = this.allocRange(size, align, start, end, nid, exactNid);
    this.traceAlloc(found, { size, align, minAddr: start, maxAddr: end, nid }, caller);
    return found;
  }

  #allocLogged(what: string, r: MemblockRequest, exactNid: boolean, caller: string): number {
    if (this.verbose) {
      const bounds = `nid=${r.nid} from=${pa(r.minAddr)} max_addr=${pa(r.maxAddr)}`;
      this.saySymbol(`${what}: ${r.size} bytes align=0x${r.align.toString(16)} ${bounds}`, caller);
    }
    const found = this.allocInternal(r, exactNid);
    this.traceAlloc(found, r, caller);
    return found;
  }

  /** memblock_alloc_try_nid(): `minAddr` and `nid` (-1 for any) are preferences, `maxAddr` is a bound (0: currentLimit). */
  allocTryNid(
    size: number,
    align: number,
    minAddr: number,
    maxAddr: number,
    nid: number,
    caller = '',
  ): number {
    return this.#allocLogged('memblock_alloc_try_nid', { size, align, minAddr, maxAddr, nid }, false, caller);
  }

  allocTryNidRaw(
    size: number,
    align: number,
    minAddr: number,
    maxAddr: number,
    nid: number,
    caller = '',
  ): number {
    return this.#allocLogged(
      'memblock_alloc_try_nid_raw',
      { size, align, minAddr, maxAddr, nid },
      false,
      caller,
    );
  }

  /** memblock_alloc_exact_nid_raw(): never from another node. */
  allocExactNidRaw(
    size: number,
    align: number,
    minAddr: number,
    maxAddr: number,
    nid: number,
    caller = '',
  ): number {
    return this.#allocLogged(
      'memblock_alloc_exact_nid_raw',
      { size, align, minAddr, maxAddr, nid },
      true,
      caller,
    );
  }

  /** memblock_alloc(). */
  alloc(size: number, align: number, caller = ''): number {
    return this.allocTryNid(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, -1, caller);
  }

  allocRaw(size: number, align: number, caller = ''): number {
    return this.allocTryNidRaw(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, -1, caller);
  }

  allocFrom(size: number, align: number, minAddr: number, caller = ''): number {
    return this.allocTryNid(size, align, minAddr, MEMBLOCK_ALLOC_ACCESSIBLE, -1, caller);
  }

  /** memblock_alloc_low(): below 4 GiB. */
  allocLow(size: number, align: number, caller = ''): number {
    return this.allocTryNid(size, align, 0, ARCH_LOW_ADDRESS_LIMIT, -1, caller);
  }

  allocNode(size: number, align: number, nid: number, caller = ''): number {
    return this.allocTryNid(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid, caller);
  }

  // ---- asking --------------------------------------------------------------------------------------------------

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

  /** memblock_discard(): the tables that lie in memory of memblock's own, which the page allocator may take. */
  discard(): MemRange[] {
    const gone: MemRange[] = [];
    for (const type of [this.reserved, this.memory]) {
      if (type.tableAddr === 0 || this.inSlab[type.name]) continue;
      const size = this.tableBytes(type.max);
      this.freeLate(type.tableAddr, size, 'memblock_discard');
      gone.push({ start: type.tableAddr, end: type.tableAddr + size, nid: -1 });
    }
    return gone;
  }

  // ---- telling -------------------------------------------------------------------------------------------------

  /** memblock_dump_all(): prints both tables while `debug` is on. */
  dumpAll(): void {
    if (!this.verbose) return;
    this.say('MEMBLOCK configuration:');
    this.say(` memory size = ${pa(this.memory.totalSize)} reserved size = ${pa(this.reserved.totalSize)}`);
    this.#dump(this.memory);
    this.#dump(this.reserved);
  }

  #dump(type: MemblockType): void {
    this.say(` ${type.name}.cnt  = 0x${type.cnt.toString(16)}`);
    const regions = type.regions();
    if (regions.length === 0) regions.push({ base: 0, size: 0, flags: 0, nid: this.maxNumNodes });
    regions.forEach((r, i) => {
      const node = this.numa && r.nid !== this.maxNumNodes ? ` on node ${r.nid}` : '';
      const range = `[${pa(r.base)}-${pa(lastByte(r.base, r.size))}], ${pa(r.size)} bytes`;
      this.say(` ${type.name}[0x${i.toString(16)}]\t${range}${node} flags: 0x${r.flags.toString(16)}`);
    });
  }
}

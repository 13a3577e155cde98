// Mirrors mm/memblock.c (v6.1): the allocator of early boot, with its log lines.
import { MemblockAsk } from './memblock/ask.ts';
import { lastByte, pa, wrap } from './memblock/log.ts';
import type { MemblockType } from './memblock/type.ts';
import {
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_KHO_SCRATCH,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
  MEMBLOCK_RSRV_KERN,
  MEMBLOCK_RSRV_NOINIT,
  PHYS_ADDR_MAX,
} from './memblock/types.ts';

export * from './memblock/types.ts';
export { RangeCursor } from './memblock/cursor.ts';
export { ZoneCursor } from './memblock/zone-cursor.ts';
export type { ZoneSpan } from './memblock/zone-cursor.ts';
export type { MemblockType } from './memblock/type.ts';

/** 0, or a negative errno (-ENOMEM: a table is full and cannot grow). */
export type Status = number;

/**
 * The early allocator: `memory` is what there is, `reserved` what is taken. Bases and sizes are bytes; `caller` is the
 * id of the call site for the log and the trace. Allocations return an address, or 0 where there is none (Linux never
 * hands out the first page). Nothing is ever written to memory.
 */
export class Memblock extends MemblockAsk {
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

  /** memblock_reserve_kern(): for the kernel itself. */
  reserveKern(base: number, size: number, caller = ''): Status {
    this.traceChange('reserve', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.reserveRange(base, size, caller, this.anyNode, MEMBLOCK_RSRV_KERN);
  }

  /** memblock_reserved_mark_noinit(). */
  reservedMarkNoinit(base: number, size: number): Status {
    return this.reserved.setFlag(base, size, true, MEMBLOCK_RSRV_NOINIT);
  }

  /** memblock_mark_kho_scratch() and memblock_clear_kho_scratch(). */
  setKhoScratch(base: number, size: number, set: boolean, caller = ''): Status {
    return this.#setclrFlag(base, size, set, MEMBLOCK_KHO_SCRATCH, caller);
  }

  /** memblock_phys_free(), and memblock_free(), which passes its caller on. */
  free(base: number, size: number, caller = ''): Status {
    return this.freeRange(base, size, caller);
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

  /** memblock_mark_mirror(): from 6.0 on it does nothing unless kernelcore=mirror was given. */
  markMirror(base: number, size: number, caller = ''): Status {
    if (!this.mirroredKernelcore && !this.alwaysMirror) return 0;
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
    if (!this.memory.totalSize && !this.capsWithoutMemory) {
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
      const node = this.numa && r.nid >= 0 && r.nid < this.maxNumNodes ? ` on node ${r.nid}` : '';
      const range = `[${pa(r.base)}-${pa(lastByte(r.base, r.size))}], ${pa(r.size)} bytes`;
      this.say(` ${type.name}[0x${i.toString(16)}]\t${range}${node} flags: 0x${r.flags.toString(16)}`);
    });
  }
}

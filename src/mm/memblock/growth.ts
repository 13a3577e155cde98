// Mirrors memblock_double_array() of mm/memblock.c (v6.1): tables that grow into memory of their own, or into slab.
import { alignUp } from '../../lib/align.ts';
import { bugOn } from '../../lib/bug.ts';
import { span } from './log.ts';
import { MemblockSearch } from './search.ts';
import type { MemblockType } from './type.ts';
import { MEMBLOCK_NONE, MEMBLOCK_RSRV_KERN } from './types.ts';
import type { MemblockOptions, MemRange } from './types.ts';

/** Call site of what a growing table reserves. */
const CALLER = 'memblock_double_array';

/** Lets the tables grow. */
export class MemblockGrowth extends MemblockSearch {
  /** slab_is_available(): grown tables come from kmalloc from then on. */
  slabIsAvailable = false;
  protected readonly kmalloc: (size: number) => number;
  readonly #inSlab = { memory: false, reserved: false };
  readonly #regionEntrySize: number;
  #canResize = false;

  constructor(o: MemblockOptions = {}) {
    super(o);
    this.kmalloc = o.kmalloc ?? (() => 0);
    this.#regionEntrySize = o.regionEntrySize ?? 24;
  }

  /** memblock_allow_resize(): tables may grow from now on. */
  allowResize(): void {
    this.#canResize = true;
  }

  /** Whole pages that a table of `entries` takes, in bytes. */
  #tableBytes(entries: number): number {
    return alignUp(entries * this.#regionEntrySize, this.pageSize);
  }

  protected override doubleArray(type: MemblockType, newAreaStart: number, newAreaSize: number): boolean {
    if (!this.#canResize) return false;
    const newMax = type.max * 2;
    const newSize = newMax * this.#regionEntrySize;
    const oldAllocSize = this.#tableBytes(type.max);
    const newAllocSize = this.#tableBytes(newMax);
    const useSlab = this.slabIsAvailable;
    const avoidSize = type === this.reserved ? newAreaSize : 0;
    const avoidStart = type === this.reserved ? newAreaStart : 0;
    const addr = useSlab ? this.kmalloc(newSize) : this.#findTable(avoidStart, avoidSize, newAllocSize);
    if (!addr) {
      this.say(`memblock: Failed to double ${type.name} array from ${type.max} to ${newMax} entries !`);
      return false;
    }
    if (this.verbose)
      this.say(`memblock: ${type.name} is doubled to ${newMax} at ${span(addr, newSize, this.digits)}`);
    this.traceChange('double', addr, newAllocSize, this.maxNumNodes, MEMBLOCK_NONE, CALLER);
    const oldAddr = type.tableAddr;
    type.tableAddr = addr;
    type.max = newMax;
    if (!this.#inSlab[type.name] && oldAddr !== 0) this.freeRange(oldAddr, oldAllocSize, `${CALLER}#free`);
    if (!useSlab) {
      this.traceChange('reserve', addr, newAllocSize, this.maxNumNodes, MEMBLOCK_NONE, CALLER);
      const failed = this.reserveRange(addr, newAllocSize, CALLER, this.anyNode, MEMBLOCK_RSRV_KERN);
      bugOn(failed !== 0, `memblock: no room to reserve the grown ${type.name} array`);
    }
    this.#inSlab[type.name] = useSlab;
    return true;
  }

  /** A place for a table: above what is about to be reserved if there is one, else below. */
  #findTable(avoidStart: number, avoidSize: number, size: number): number {
    const above = this.findInRange(avoidStart + avoidSize, this.currentLimit, size, this.pageSize);
    if (above || avoidSize === 0) return above;
    return this.findInRange(0, Math.min(avoidStart, this.currentLimit), size, this.pageSize);
  }

  /** memblock_free_late(): only the log line and the event; the pages are the page allocator's to take. */
  freeLate(base: number, size: number, caller = ''): void {
    if (this.verbose) this.sayRange('memblock_free_late', base, size, caller);
    this.traceChange('free-late', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
  }

  /** memblock_discard(): the tables that lie in memory of memblock's own, which the page allocator may take. */
  discard(): MemRange[] {
    const gone: MemRange[] = [];
    for (const type of [this.reserved, this.memory]) {
      if (type.tableAddr === 0 || this.#inSlab[type.name]) continue;
      const size = this.#tableBytes(type.max);
      this.freeLate(type.tableAddr, size, 'memblock_discard');
      gone.push({ start: type.tableAddr, end: type.tableAddr + size, nid: -1 });
    }
    return gone;
  }
}

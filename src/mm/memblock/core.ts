// Mirrors mm/memblock.c (v6.1): the two tables, their growth, and the search for free memory.
import { bugOn } from '../../lib/bug.ts';
import { alignUp } from '../../lib/align.ts';
import { RangeCursor } from './cursor.ts';
import type { Selection } from './cursor.ts';
import { findBottomUp, findTopDown } from './find.ts';
import { FreeIndex } from './free-index.ts';
import { pa, span } from './log.ts';
import { MemblockType } from './type.ts';
import {
  MEMBLOCK_ALLOC_ACCESSIBLE,
  MEMBLOCK_ALLOC_ANYWHERE,
  MEMBLOCK_ALLOC_NOLEAKTRACE,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NONE,
} from './types.ts';
import type { MemblockEvent, MemblockOptions, MemblockRequest } from './types.ts';

function beforeHash(caller: string): string {
  const at = caller.indexOf('#');
  return at < 0 ? caller : caller.slice(0, at);
}

/** Regions in both tables together from which an index of free ranges pays. */
const INDEX_FROM = 256;

/** The tables and their state; Memblock adds the public operations. */
export class MemblockCore {
  readonly memory: MemblockType;
  readonly reserved: MemblockType;
  /** memblock=debug: lines are printed only while true. */
  debug: boolean;
  /** memblock_set_bottom_up(). */
  bottomUp = false;
  /** memblock_set_current_limit(): the highest address (exclusive) of an allocation without a bound of its own. */
  currentLimit: number = MEMBLOCK_ALLOC_ANYWHERE;
  /** slab_is_available(): grown tables come from kmalloc from then on. */
  slabIsAvailable = false;
  movableNode: boolean;
  mirroredKernelcore: boolean;
  readonly maxNumNodes: number;
  readonly pageSize: number;
  readonly numa: boolean;
  protected readonly tracing: ((event: MemblockEvent) => void) | undefined;
  protected systemHasSomeMirror = false;
  readonly #print: ((line: string) => void) | undefined;
  readonly #symbol: (caller: string) => string;
  readonly #cacheLineSize: number;
  readonly #regionEntrySize: number;
  readonly #kmalloc: ((size: number) => number) | undefined;
  protected readonly inSlab = { memory: false, reserved: false };
  #canResize = false;
  #index: FreeIndex | null = null;

  constructor(o: MemblockOptions = {}) {
    this.debug = o.debug ?? false;
    this.movableNode = o.movableNode ?? false;
    this.mirroredKernelcore = o.mirroredKernelcore ?? false;
    this.maxNumNodes = o.maxNumNodes ?? 1024;
    this.pageSize = o.pageSize ?? 4096;
    this.numa = o.numa ?? true;
    this.tracing = o.trace;
    this.#print = o.print;
    this.#symbol = o.symbol ?? beforeHash;
    this.#cacheLineSize = o.cacheLineSize ?? 64;
    this.#regionEntrySize = o.regionEntrySize ?? 24;
    this.#kmalloc = o.kmalloc;
    const grow = (type: MemblockType, start: number, size: number): boolean =>
      this.#doubleArray(type, start, size);
    const init = o.initRegions ?? 128;
    this.memory = new MemblockType('memory', init, grow, o.mergeWholeTable);
    this.reserved = new MemblockType('reserved', init, grow, o.mergeWholeTable);
  }

  /** memblock_allow_resize(): tables may grow from now on. */
  allowResize(): void {
    this.#canResize = true;
  }

  /** The node id kept in a table for `nid`: without NUMA there is only node 0. */
  protected tableNid(nid: number): number {
    return this.numa ? nid : 0;
  }

  /** Whether a debug line would be seen: ask before building one. */
  protected get verbose(): boolean {
    return this.debug && this.#print !== undefined;
  }

  protected say(line: string): void {
    this.#print?.(line);
  }

  protected sayRange(what: string, base: number, size: number, caller: string, more = ''): void {
    this.say(`${what}: ${span(base, size)}${more} ${this.#symbol(caller)}`);
  }

  protected saySymbol(text: string, caller: string): void {
    this.say(`${text} ${this.#symbol(caller)}`);
  }

  protected reserveRange(base: number, size: number, caller: string): number {
    if (this.verbose) this.sayRange('memblock_reserve', base, size, caller);
    return this.reserved.addRange(base, size, this.tableNid(this.maxNumNodes), MEMBLOCK_NONE);
  }

  protected freeRange(base: number, size: number, caller: string): number {
    if (this.verbose) this.sayRange('memblock_phys_free', base, size, caller);
    this.traceChange('free', base, size, this.maxNumNodes, MEMBLOCK_NONE, caller);
    return this.reserved.removeRange(base, size);
  }

  protected traceChange(
    op: MemblockEvent['op'],
    base: number,
    size: number,
    nid: number,
    flags: number,
    caller: string,
  ): void {
    this.tracing?.({ op, base, size, nid, flags, caller });
  }

  #flags(): number {
    return this.systemHasSomeMirror ? MEMBLOCK_MIRROR : MEMBLOCK_NONE;
  }

  #warnMirror(size: number): void {
    this.say(`Could not allocate ${pa(size)} bytes of mirrored memory`);
  }

  /** memblock_alloc_range_nid(). Returns an address, or 0. */
  protected allocRange(
    size: number,
    wantedAlign: number,
    start: number,
    end: number,
    wantedNid: number,
    exactNid: boolean,
  ): number {
    const nid = wantedNid === this.maxNumNodes ? -1 : wantedNid;
    const align = wantedAlign === 0 ? this.#cacheLineSize : wantedAlign;
    let flags = this.#flags();
    for (;;) {
      const found = this.findInRangeNode(size, align, start, end, nid, flags);
      if (found && this.reserveRange(found, size, 'memblock_alloc_range_nid') === 0) return found;
      if (nid !== -1 && !exactNid) {
        const other = this.findInRangeNode(size, align, start, end, -1, flags);
        if (other && this.reserveRange(other, size, 'memblock_alloc_range_nid#fallback') === 0) return other;
      }
      if (!(flags & MEMBLOCK_MIRROR)) return 0;
      flags &= ~MEMBLOCK_MIRROR;
      this.#warnMirror(size);
    }
  }

  /** memblock_find_in_range(): free memory of any node, mirrored first. Returns an address, or 0. */
  findInRange(start: number, end: number, size: number, align: number): number {
    let flags = this.#flags();
    for (;;) {
      const found = this.findInRangeNode(size, align, start, end, -1, flags);
      if (found || !(flags & MEMBLOCK_MIRROR)) return found;
      this.#warnMirror(size);
      flags &= ~MEMBLOCK_MIRROR;
    }
  }

  /** memblock_find_in_range_node(): never in the first page. `align` is a power of two. */
  findInRangeNode(
    size: number,
    align: number,
    start: number,
    end: number,
    nid: number,
    flags: number,
  ): number {
    let high = end;
    if (end === MEMBLOCK_ALLOC_ACCESSIBLE || end === MEMBLOCK_ALLOC_NOLEAKTRACE) high = this.currentLimit;
    const low = Math.max(start, this.pageSize);
    high = Math.max(low, high);
    const sel = { nid, flags, movableNode: this.movableNode };
    if (size <= 0) return this.#findNothing(align, low, high, sel);
    const wanted = { size, align, low, high, sel };
    const index = this.#freeIndex();
    if (index !== null) return this.bottomUp ? index.findBottomUp(wanted) : index.findTopDown(wanted);
    const find = this.bottomUp ? findBottomUp : findTopDown;
    return find(this.memory.tree, this.reserved.tree, wanted);
  }

  /** Where 0 bytes fit: the kernel then looks at bounds of free ranges, clamped. */
  #findNothing(align: number, low: number, high: number, sel: Selection): number {
    const free = new RangeCursor(this.memory.tree, this.reserved.tree, sel, !this.bottomUp);
    while (free.next()) {
      const from = Math.min(Math.max(free.start, low), high);
      const to = Math.min(Math.max(free.end, low), high);
      const at = (this.bottomUp ? Math.ceil(from / align) : Math.floor(to / align)) * align;
      if (this.bottomUp ? at < to : at >= from) return at;
    }
    return 0;
  }

  /** The index of free ranges where the tables are large enough to need one, else null. */
  #freeIndex(): FreeIndex | null {
    const regions = this.memory.tree.count + this.reserved.tree.count;
    if (this.#index === null && regions > INDEX_FROM)
      this.#setIndex(new FreeIndex(this.memory.tree, this.reserved.tree));
    else if (this.#index !== null && regions < INDEX_FROM / 2) this.#setIndex(null);
    return this.#index;
  }

  /** Keeps `index` in step with the tables from now on. */
  #setIndex(index: FreeIndex | null): void {
    this.#index = index;
    const reshaped = (): void => this.#setIndex(null);
    const changed = (base: number, end: number): void => index?.refresh(base, end);
    const taken = (base: number, end: number): void => index?.take(base, end);
    const given = (base: number, end: number): void => index?.give(base, end);
    this.memory.listener = index && { added: changed, removed: changed, retagged: changed, reshaped };
    this.reserved.listener = index && { added: taken, removed: given, retagged: () => undefined, reshaped };
  }

  /** Whole pages that a table of `entries` takes, in bytes. */
  protected tableBytes(entries: number): number {
    return alignUp(entries * this.#regionEntrySize, this.pageSize);
  }

  /** memblock_double_array(): false where the table cannot grow. */
  #doubleArray(type: MemblockType, newAreaStart: number, newAreaSize: number): boolean {
    if (!this.#canResize) return false;
    const oldSize = type.max * this.#regionEntrySize;
    const oldAllocSize = this.tableBytes(type.max);
    const newSize = oldSize * 2;
    const newAllocSize = this.tableBytes(type.max * 2);
    const useSlab = this.slabIsAvailable;
    const addr = useSlab
      ? (this.#kmalloc?.(newSize) ?? 0)
      : this.#findTable(
          type === this.reserved ? newAreaStart : 0,
          type === this.reserved ? newAreaSize : 0,
          newAllocSize,
        );
    if (!addr) {
      this.say(`memblock: Failed to double ${type.name} array from ${type.max} to ${type.max * 2} entries !`);
      return false;
    }
    if (this.verbose)
      this.say(`memblock: ${type.name} is doubled to ${type.max * 2} at ${span(addr, newSize)}`);
    this.traceChange('double', addr, newAllocSize, this.maxNumNodes, MEMBLOCK_NONE, 'memblock_double_array');
    const oldAddr = type.tableAddr;
    type.tableAddr = addr;
    type.max *= 2;
    if (!this.inSlab[type.name] && oldAddr !== 0)
      this.freeRange(oldAddr, oldAllocSize, 'memblock_double_array#free');
    if (!useSlab) {
      const failed = this.reserveRange(addr, newAllocSize, 'memblock_double_array');
      bugOn(failed !== 0, `memblock: no room to reserve the grown ${type.name} array`);
      this.traceChange(
        'reserve',
        addr,
        newAllocSize,
        this.maxNumNodes,
        MEMBLOCK_NONE,
        'memblock_double_array',
      );
    }
    this.inSlab[type.name] = useSlab;
    return true;
  }

  #findTable(avoidStart: number, avoidSize: number, size: number): number {
    const above = this.findInRange(avoidStart + avoidSize, this.currentLimit, size, this.pageSize);
    if (above || avoidSize === 0) return above;
    return this.findInRange(0, Math.min(avoidStart, this.currentLimit), size, this.pageSize);
  }

  /** memblock_alloc_internal(): drops the lower bound where it cannot be kept. Returns an address, or 0. */
  protected allocInternal(r: MemblockRequest, exactNid: boolean): number {
    if (this.slabIsAvailable) return this.#kmalloc?.(r.size) ?? 0;
    const max = Math.min(r.maxAddr, this.currentLimit);
    const found = this.allocRange(r.size, r.align, r.minAddr, max, r.nid, exactNid);
    if (found || !r.minAddr) return found;
    return this.allocRange(r.size, r.align, 0, max, r.nid, exactNid);
  }

  protected traceAlloc(found: number, request: MemblockRequest, caller: string): void {
    if (!this.tracing) return;
    const memory = found ? this.memory.find(found) : undefined;
    const nid = memory?.nid ?? this.maxNumNodes;
    const op = found ? 'alloc' : 'alloc-failed';
    this.tracing({ op, base: found, size: request.size, nid, flags: memory?.flags ?? 0, caller, request });
  }
}

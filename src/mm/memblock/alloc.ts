// Mirrors the allocation functions of mm/memblock.c (v6.1), with their fallbacks.
import { MemblockGrowth } from './growth.ts';
import { pa } from './log.ts';
import {
  ARCH_LOW_ADDRESS_LIMIT,
  MEMBLOCK_ALLOC_ACCESSIBLE,
  MEMBLOCK_MIRROR,
  MEMBLOCK_RSRV_KERN,
} from './types.ts';
import type { MemblockOptions, MemblockRequest } from './types.ts';

/** Takes memory. An allocation returns its address, or 0 where there is none. */
export class MemblockAlloc extends MemblockGrowth {
  readonly #cacheLineSize: number;
  readonly #findAndReserve: boolean;

  constructor(o: MemblockOptions = {}) {
    super(o);
    this.#findAndReserve = o.findAndReserve ?? false;
    this.#cacheLineSize = o.cacheLineSize ?? 64;
  }

  #take(base: number, size: number, nid: number, caller: string): boolean {
    return this.reserveRange(base, size, caller, nid, MEMBLOCK_RSRV_KERN) === 0;
  }

  /** memblock_alloc_range_nid(). Returns an address, or 0. */
  #allocRange(
    size: number,
    wantedAlign: number,
    start: number,
    end: number,
    wantedNid: number,
    exactNid: boolean,
  ): number {
    const nid = wantedNid === this.maxNumNodes ? -1 : wantedNid;
    const align = wantedAlign === 0 ? this.#cacheLineSize : wantedAlign;
    let flags = this.chooseFlags();
    for (;;) {
      const found = this.findInRangeNode(size, align, start, end, nid, flags);
      if (found && this.#take(found, size, wantedNid, 'memblock_alloc_range_nid')) return found;
      if (nid !== -1 && !exactNid) {
        const other = this.findInRangeNode(size, align, start, end, -1, flags);
        if (other && this.#take(other, size, -1, 'memblock_alloc_range_nid#fallback')) return other;
      }
      if (!(flags & MEMBLOCK_MIRROR)) return 0;
      flags &= ~MEMBLOCK_MIRROR;
      this.warnMirror(size);
    }
  }

  /** memblock_alloc_internal(): drops the lower bound where it cannot be kept. Returns an address, or 0. */
  #allocInternal(r: MemblockRequest, exactNid: boolean): number {
    if (this.slabIsAvailable) return this.kmalloc(r.size);
    const max = Math.min(r.maxAddr, this.currentLimit);
    const found = this.#allocRange(r.size, r.align, r.minAddr, max, r.nid, exactNid);
    if (found || !r.minAddr) return found;
    return this.#allocRange(r.size, r.align, 0, max, r.nid, exactNid);
  }

  protected traceAlloc(found: number, request: MemblockRequest, caller: string): void {
    if (!this.tracing) return;
    const memory = found ? this.memory.find(found) : undefined;
    const nid = memory?.nid ?? this.maxNumNodes;
    const op = found ? 'alloc' : 'alloc-failed';
    this.tracing({ op, base: found, size: request.size, nid, flags: memory?.flags ?? 0, caller, request });
  }

  /** memblock_phys_alloc_range(). */
  physAllocRange(size: number, align: number, start: number, end: number, caller = ''): number {
    if (this.verbose && !this.#findAndReserve) {
      const text = `${size} bytes align=0x${align.toString(16)} from=${pa(start)} max_addr=${pa(end)}`;
      this.saySymbol(`memblock_phys_alloc_range: ${text}`, caller);
    }
    return this.allocRangeNid(size, align, start, end, -1, false, caller);
  }

  /** A range as x86 takes it: memblock_phys_alloc_range(), or to 5.14 memblock_find_in_range() and memblock_reserve(). */
  takeRange(size: number, align: number, start: number, end: number, caller = ''): number {
    if (!this.#findAndReserve) return this.physAllocRange(size, align, start, end, caller);
    const found = this.findInRange(start, end, size, align);
    if (found && this.reserveRange(found, size, caller) !== 0) return 0;
    this.traceAlloc(found, { size, align, minAddr: start, maxAddr: end, nid: -1 }, caller);
    return found;
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
    const found = this.#allocRange(size, align, start, end, nid, exactNid);
    this.traceAlloc(found, { size, align, minAddr: start, maxAddr: end, nid }, caller);
    return found;
  }

  #allocLogged(what: string, r: MemblockRequest, exactNid: boolean, caller: string): number {
    if (this.verbose) {
      const bounds = `nid=${r.nid} from=${pa(r.minAddr)} max_addr=${pa(r.maxAddr)}`;
      this.saySymbol(`${what}: ${r.size} bytes align=0x${r.align.toString(16)} ${bounds}`, caller);
    }
    const found = this.#allocInternal(r, exactNid);
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
}

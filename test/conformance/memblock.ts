// What the conformance tool asks of a memblock (its adapter.d.ts, and what tool.patch adds), answered by src/mm/memblock.ts.
import { rulesOf } from '../../src/kernels/history.ts';
import {
  Memblock,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_KHO_SCRATCH,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
} from '../../src/mm/memblock.ts';
import { memblockRules } from '../../src/mm/memblock/rules.ts';
import type { MemblockType, MemPfnRange, MemRange, RangeCursor } from '../../src/mm/memblock.ts';
import type {
  AdapterOptions,
  AllocOptions,
  PhysAllocOptions,
  RangeQuery,
  RegionList,
  TableName,
} from './adapter_types.ts';

/** The choices of the kernel that the tool compares with; run.ts says which it is. */
const RULES = rulesOf(process.env['MEMBLOCK_VERSION'] ?? '6.1');

export const addressType = 'number';

function view(type: MemblockType): RegionList {
  return { regions: type.regions(), totalSize: type.totalSize, max: type.max, tableAddr: type.tableAddr };
}

function* ranges(c: RangeCursor): Generator<MemRange> {
  while (c.next()) yield { start: c.start, end: c.end, nid: c.nid };
}

/** memblock_reserve() and memblock_reserve_kern() are one function of the kernel, which its own tests call as well. */
class TaggedMemblock extends Memblock {
  reserveTagged(base: number, size: number, nid: number, flags: number): number {
    return this.reserveRange(base, size, '', nid, flags);
  }
}

class Adapter {
  readonly #mb: TaggedMemblock;
  readonly #zero: (base: number, size: number) => void;

  constructor(options: AdapterOptions) {
    const { zero, ...rest } = options;
    this.#mb = new TaggedMemblock({ ...rest, ...memblockRules(RULES) });
    this.#zero = (base, size) => zero?.(base, size);
  }

  get memory(): RegionList {
    return view(this.#mb.memory);
  }
  get reserved(): RegionList {
    return view(this.#mb.reserved);
  }
  get bottomUp(): boolean {
    return this.#mb.bottomUp;
  }
  set bottomUp(value: boolean) {
    this.#mb.setBottomUp(value);
  }
  get currentLimit(): number {
    return this.#mb.currentLimit;
  }
  set currentLimit(value: number) {
    this.#mb.setCurrentLimit(value);
  }

  add(base: number, size: number): number {
    return this.#mb.add(base, size);
  }
  addNode(base: number, size: number, nid: number, flags: number): number {
    return this.#mb.addNode(base, size, nid, flags);
  }
  remove(base: number, size: number): number {
    return this.#mb.remove(base, size);
  }
  /** `nid` and `flags` count only for kernels whose reserved regions carry them. */
  reserve(base: number, size: number, nid: number, flags: number): number {
    return this.#mb.reserveTagged(base, size, nid, flags);
  }
  markReserved(base: number, size: number, flag: number): number {
    return this.#mb.reserved.setFlag(base, size, true, flag);
  }
  free(base: number, size: number): number {
    return this.#mb.free(base, size);
  }
  trim(align: number): void {
    this.#mb.trimMemory(align);
  }
  startOfDRAM(): number {
    return this.#mb.startOfDRAM();
  }
  endOfDRAM(): number {
    return this.#mb.endOfDRAM();
  }

  alloc(size: number, align: number, o: AllocOptions = {}): number {
    const { min = 0, max = 0, nid = -1, exactNid = false, raw = false } = o;
    if (raw && exactNid) return this.#mb.allocExactNidRaw(size, align, min, max, nid);
    if (raw) return this.#mb.allocTryNidRaw(size, align, min, max, nid);
    const at = this.#mb.allocTryNid(size, align, min, max, nid);
    if (at) this.#zero(at, size);
    return at;
  }
  physAlloc(size: number, align: number, o: PhysAllocOptions = {}): number {
    return this.#mb.allocRangeNid(size, align, o.start ?? 0, o.end ?? 0, o.nid ?? -1, o.exactNid ?? false);
  }
  allowResize(): void {
    this.#mb.allowResize();
  }

  setKhoScratchOnly(only: boolean): void {
    this.#mb.setKhoScratchOnly(only);
  }

  markFlag(base: number, size: number, flag: number): number {
    if (flag === MEMBLOCK_HOTPLUG) return this.#mb.markHotplug(base, size);
    if (flag === MEMBLOCK_MIRROR) return this.#mb.markMirror(base, size);
    if (flag === MEMBLOCK_NOMAP) return this.#mb.markNomap(base, size);
    if (flag === MEMBLOCK_KHO_SCRATCH) return this.#mb.setKhoScratch(base, size, true);
    throw new Error(`no function of the kernel sets flag ${flag}`);
  }
  clearFlag(base: number, size: number, flag: number): number {
    if (flag === MEMBLOCK_HOTPLUG) return this.#mb.clearHotplug(base, size);
    if (flag === MEMBLOCK_NOMAP) return this.#mb.clearNomap(base, size);
    if (flag === MEMBLOCK_KHO_SCRATCH) return this.#mb.setKhoScratch(base, size, false);
    throw new Error(`no function of the kernel clears flag ${flag}`);
  }
  setNode(base: number, size: number, nid: number, type: TableName = 'memory'): number {
    return this.#mb.setNode(base, size, this.#mb[type], nid);
  }
  enforceMemoryLimit(limit: number): void {
    this.#mb.enforceMemoryLimit(limit);
  }
  capMemoryRange(base: number, size: number): void {
    this.#mb.capMemoryRange(base, size);
  }
  memLimitRemoveMap(limit: number): void {
    this.#mb.memLimitRemoveMap(limit);
  }

  overlapsRegion(type: TableName, base: number, size: number): boolean {
    return this.#mb.overlapsRegion(this.#mb[type], base, size);
  }
  isMemory(addr: number): boolean {
    return this.#mb.isMemory(addr);
  }
  isMapMemory(addr: number): boolean {
    return this.#mb.isMapMemory(addr);
  }
  isReserved(addr: number): boolean {
    return this.#mb.isReserved(addr);
  }
  isRegionMemory(base: number, size: number): boolean {
    return this.#mb.isRegionMemory(base, size);
  }
  isRegionReserved(base: number, size: number): boolean {
    return this.#mb.isRegionReserved(base, size);
  }
  searchPfnNid(pfn: number): MemPfnRange | null {
    return this.#mb.searchPfnNid(pfn);
  }

  freeRanges(q: RangeQuery = {}): Iterable<MemRange> {
    return ranges(this.#mb.freeRanges(q.nid ?? -1, q.flags ?? MEMBLOCK_NONE, q.reverse ?? false));
  }
  memRanges(q: RangeQuery = {}): Iterable<MemRange> {
    return ranges(this.#mb.memRanges(q.nid ?? -1, q.flags ?? MEMBLOCK_NONE, q.reverse ?? false));
  }
  reservedRanges(q: RangeQuery = {}): Iterable<MemRange> {
    return ranges(this.#mb.reservedRanges(q.reverse ?? false));
  }
  pfnRanges(nid?: number): Iterable<MemPfnRange> {
    return this.#mb.forEachMemPfnRange(nid);
  }
}

/** The entry point that the tool looks for. */
export function createMemblock(options: AdapterOptions): Adapter {
  return new Adapter(options);
}

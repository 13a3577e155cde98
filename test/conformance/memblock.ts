// What the conformance tool asks of a memblock (its adapter.d.ts), answered by src/mm/memblock.ts.
import {
  Memblock,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
} from '../../src/mm/memblock.ts';
import type {
  MemblockRegion,
  MemblockType,
  MemPfnRange,
  MemRange,
  RangeCursor,
} from '../../src/mm/memblock.ts';

/** Linux stopped merging whole tables in 6.8; run.ts says which version the tool compares with. */
const [MAJOR = 6, MINOR = 1] = (process.env['MEMBLOCK_VERSION'] ?? '6.1').split('.').map(Number);
const MERGES_LOCALLY = MAJOR > 6 || (MAJOR === 6 && MINOR >= 8);

export const addressType = 'number';

/** The options of the tool that this implementation looks at; physAddrMax is always 2^53 - 1. */
export interface AdapterOptions {
  numa: boolean;
  maxNumNodes: number;
  movableNode: boolean;
  mirroredKernelcore: boolean;
  pageSize: number;
  cacheLineSize: number;
  initRegions: number;
  regionEntrySize: number;
  zero?(base: number, size: number): void;
}

interface AllocOptions {
  min?: number;
  max?: number;
  nid?: number;
  exactNid?: boolean;
  raw?: boolean;
}
interface PhysAllocOptions {
  start?: number;
  end?: number;
  nid?: number;
  exactNid?: boolean;
}
interface RangeQuery {
  nid?: number;
  flags?: number;
  reverse?: boolean;
}
interface RegionList {
  regions: readonly MemblockRegion[];
  totalSize: number;
  max: number;
  tableAddr: number;
}
type TableName = 'memory' | 'reserved';

function view(type: MemblockType): RegionList {
  return { regions: type.regions(), totalSize: type.totalSize, max: type.max, tableAddr: type.tableAddr };
}

function* ranges(c: RangeCursor): Generator<MemRange> {
  while (c.next()) yield { start: c.start, end: c.end, nid: c.nid };
}

class Adapter {
  readonly #mb: Memblock;
  readonly #zero: (base: number, size: number) => void;

  constructor(options: AdapterOptions) {
    const { zero, ...rest } = options;
    this.#mb = new Memblock({ ...rest, mergeWholeTable: !MERGES_LOCALLY });
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
  reserve(base: number, size: number): number {
    return this.#mb.reserve(base, size);
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

  markFlag(base: number, size: number, flag: number): number {
    if (flag === MEMBLOCK_HOTPLUG) return this.#mb.markHotplug(base, size);
    if (flag === MEMBLOCK_MIRROR) return this.#mb.markMirror(base, size);
    if (flag === MEMBLOCK_NOMAP) return this.#mb.markNomap(base, size);
    throw new Error(`no function of the kernel sets flag ${flag}`);
  }
  clearFlag(base: number, size: number, flag: number): number {
    if (flag === MEMBLOCK_HOTPLUG) return this.#mb.clearHotplug(base, size);
    if (flag === MEMBLOCK_NOMAP) return this.#mb.clearNomap(base, size);
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

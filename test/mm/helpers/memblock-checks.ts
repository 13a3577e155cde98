// What memblock must do, as named checks on small maps with hand-computed results. memblock.test.ts runs each on
// src/mm/memblock.ts; memblock.mutants.test.ts runs them on copies with a fault, of which at least one check must tell.
//
// Drawings: one character a page; letters and digits are regions, dots are none.
import { deepEqual, equal } from 'node:assert/strict';

export type MemblockModule = typeof import('../../../src/mm/memblock.ts');
export type Check = (m: MemblockModule) => void;

const PAGE = 0x1000;
const NONE = 1024;

type Mb = InstanceType<MemblockModule['Memblock']>;
type Type = Mb['memory'];
type MemblockOptions = NonNullable<ConstructorParameters<MemblockModule['Memblock']>[0]>;

/** base-end in pages, then n and f where there is a node or flags. */
function show(type: Type): string {
  const parts = type.regions().map((r) => {
    const range = `${r.base / PAGE}-${(r.base + r.size) / PAGE}`;
    return range + (r.nid === NONE ? '' : `n${r.nid}`) + (r.flags === 0 ? '' : `f${r.flags}`);
  });
  return parts.join(' ');
}

/** The pages [from, to), as base and size. */
function pages(from: number, to: number): [number, number] {
  return [from * PAGE, (to - from) * PAGE];
}

/** Pages 1 to 64 as memory of no node. */
function small(m: MemblockModule): Mb {
  const mb = new m.Memblock();
  mb.add(...pages(1, 64));
  return mb;
}

/** Node 0 has pages 1 to 32, node 1 pages 32 to 64. */
function twoNodes(m: MemblockModule): Mb {
  const mb = new m.Memblock();
  mb.addNode(...pages(1, 32), 0);
  mb.addNode(...pages(32, 64), 1);
  return mb;
}

const merge: Record<string, Check> = {
  'a range between two others that touches both makes one region of three': (m) => {
    const mb = new m.Memblock();
    // .a.c.  then  .abc.
    mb.add(...pages(1, 2));
    mb.add(...pages(3, 4));
    equal(show(mb.memory), '1-2 3-4');
    mb.add(...pages(2, 3));
    equal(show(mb.memory), '1-4');
    equal(mb.memory.cnt, 1);
    equal(mb.physMemSize(), 3 * PAGE);
  },
  'a range joins the region below it and the region above it': (m) => {
    const mb = new m.Memblock();
    mb.reserve(...pages(4, 6));
    mb.reserve(...pages(6, 7));
    mb.reserve(...pages(3, 4));
    equal(show(mb.reserved), '3-7');
  },
  'one byte between two ranges keeps them apart': (m) => {
    const mb = new m.Memblock();
    mb.reserve(0x1000, 0xfff);
    mb.reserve(0x2000, 0x1000);
    equal(mb.reserved.cnt, 2);
    mb.reserve(0x1fff, 1);
    equal(mb.reserved.cnt, 1);
  },
  'regions of different nodes or flags do not merge': (m) => {
    const mb = new m.Memblock();
    mb.addNode(...pages(1, 2), 0);
    mb.addNode(...pages(2, 3), 1);
    mb.addNode(...pages(3, 4), 1, m.MEMBLOCK_NOMAP);
    mb.addNode(...pages(4, 5), 1, m.MEMBLOCK_NOMAP);
    equal(show(mb.memory), '1-2n0 2-3n1 3-5n1f4');
  },
  'adding over existing regions fills only what is missing, and leaves their node as it was': (m) => {
    const mb = new m.Memblock();
    // ..00..11..  plus  2222222222  gives  2200221122
    mb.addNode(...pages(2, 4), 0);
    mb.addNode(...pages(6, 8), 1);
    mb.addNode(...pages(0, 10), 2);
    equal(show(mb.memory), '0-2n2 2-4n0 4-6n2 6-8n1 8-10n2');
    equal(mb.physMemSize(), 10 * PAGE);
  },
  'adding what is there already changes nothing': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(1, 9));
    mb.add(...pages(3, 5));
    mb.add(...pages(1, 9));
    equal(show(mb.memory), '1-9');
    equal(mb.physMemSize(), 8 * PAGE);
  },
  'a range that overlaps the end of a region extends it, one that overlaps its start as well': (m) => {
    const mb = new m.Memblock();
    mb.reserve(...pages(4, 8));
    mb.reserve(...pages(6, 10));
    mb.reserve(...pages(2, 5));
    equal(show(mb.reserved), '2-10');
    equal(mb.reservedSize(), 8 * PAGE);
  },
  'setting one node on neighbours of two nodes merges them': (m) => {
    const mb = twoNodes(m);
    mb.setNode(...pages(32, 64), mb.memory, 0);
    equal(show(mb.memory), '1-64n0');
  },
  'an empty range is neither added nor removed': (m) => {
    const mb = small(m);
    mb.add(...pages(100, 100));
    mb.remove(...pages(5, 5));
    mb.markHotplug(...pages(5, 5));
    equal(show(mb.memory), '1-64');
  },
};

const split: Record<string, Check> = {
  'removing the middle of a region leaves both sides': (m) => {
    const mb = small(m);
    mb.remove(...pages(10, 20));
    equal(show(mb.memory), '1-10 20-64');
    equal(mb.physMemSize(), 53 * PAGE);
  },
  'removing takes the end of one region, the whole next, and the start of a third': (m) => {
    const mb = new m.Memblock();
    // .aaaa.bb.cccc.  less  ...xxxxxxxx...
    for (const [from, to] of [
      [1, 5],
      [6, 8],
      [9, 13],
    ] as const)
      mb.reserve(...pages(from, to));
    mb.free(...pages(3, 11));
    equal(show(mb.reserved), '1-3 11-13');
    equal(mb.reservedSize(), 4 * PAGE);
  },
  'removing up to a region, or from its end on, leaves it alone': (m) => {
    const mb = new m.Memblock();
    mb.reserve(...pages(4, 8));
    mb.free(...pages(1, 4));
    mb.free(...pages(8, 12));
    equal(show(mb.reserved), '4-8');
    mb.free(4 * PAGE - 1, 2);
    equal(mb.reserved.regions()[0]?.base, 4 * PAGE + 1);
    mb.free(8 * PAGE - 1, 2);
    equal(mb.reservedSize(), 4 * PAGE - 2);
  },
  'removing all leaves a table of one empty entry': (m) => {
    const mb = small(m);
    mb.remove(0, m.PHYS_ADDR_MAX);
    deepEqual(mb.memory.regions(), []);
    equal(mb.memory.cnt, 1);
    equal(mb.physMemSize(), 0);
    equal(mb.startOfDRAM(), 0);
    equal(mb.endOfDRAM(), 0);
  },
  'setting a node splits at both ends of the range': (m) => {
    const mb = small(m);
    mb.setNode(...pages(16, 32), mb.memory, 3);
    equal(show(mb.memory), '1-16 16-32n3 32-64');
  },
  'a flag splits, and clearing it merges again': (m) => {
    const mb = small(m);
    mb.markHotplug(...pages(16, 32));
    mb.markNomap(...pages(24, 40));
    equal(show(mb.memory), '1-16 16-24f1 24-32f5 32-40f4 40-64');
    mb.clearHotplug(0, m.PHYS_ADDR_MAX);
    equal(show(mb.memory), '1-24 24-40f4 40-64');
    mb.clearNomap(...pages(24, 40));
    equal(show(mb.memory), '1-64');
  },
  'memory is marked mirrored only with kernelcore=mirror': (m) => {
    const mb = small(m);
    mb.markMirror(...pages(1, 8));
    equal(show(mb.memory), '1-64');
    mb.mirroredKernelcore = true;
    mb.markMirror(...pages(1, 8));
    equal(show(mb.memory), '1-8f2 8-64');
  },
  'before 6.0 memory is marked mirrored without kernelcore=mirror': (m) => {
    const mb = new m.Memblock({ alwaysMirror: true });
    mb.add(...pages(1, 64));
    mb.markMirror(...pages(1, 8));
    equal(show(mb.memory), '1-8f2 8-64');
    equal(mb.alloc(PAGE, PAGE), 7 * PAGE);
  },
  'without NUMA no node is kept': (m) => {
    const mb = new m.Memblock({ numa: false });
    mb.addNode(...pages(1, 8), 3);
    mb.setNode(...pages(1, 4), mb.memory, 2);
    equal(show(mb.memory), '1-8n0');
  },
};

const clamp: Record<string, Check> = {
  'allocation is top-down and aligned': (m) => {
    const mb = small(m);
    equal(mb.alloc(100, 64), 64 * PAGE - 128);
    equal(mb.alloc(PAGE, PAGE), 62 * PAGE);
    equal(mb.alloc(2 * PAGE, 8 * PAGE), 56 * PAGE);
  },
  'bottom-up allocation takes the lowest address, and never the first page': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(0, 64));
    mb.setBottomUp(true);
    equal(mb.alloc(100, 64), PAGE);
    equal(mb.alloc(PAGE, 4 * PAGE), 4 * PAGE);
    equal(mb.alloc(64, 64), PAGE + 128);
  },
  'top-down allocation never takes the first page either': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(0, 2));
    equal(mb.alloc(PAGE, PAGE), PAGE);
    equal(mb.alloc(PAGE, PAGE), 0);
  },
  'a gap of exactly the size is taken, one byte less is not': (m) => {
    for (const bottomUp of [false, true]) {
      const mb = new m.Memblock();
      mb.setBottomUp(bottomUp);
      mb.add(0x10000, 0x100);
      equal(mb.alloc(0x101, 1), 0);
      equal(mb.alloc(0x100, 1), 0x10000);
    }
  },
  'maxAddr is a bound, exclusive': (m) => {
    const mb = small(m);
    equal(mb.physAllocRange(PAGE, PAGE, 0, 32 * PAGE), 31 * PAGE);
    equal(mb.allocTryNid(PAGE, PAGE, 0, 32 * PAGE - 1, -1), 30 * PAGE);
    equal(mb.allocTryNid(PAGE, PAGE, 0, 2 * PAGE - 1, -1), 0);
    equal(mb.allocTryNid(PAGE, PAGE, 0, 2 * PAGE, -1), PAGE);
  },
  'a bottom-up allocation begins at minAddr': (m) => {
    const mb = small(m);
    mb.setBottomUp(true);
    equal(mb.allocTryNid(PAGE, PAGE, 8 * PAGE + 1, 0, -1), 9 * PAGE);
    equal(mb.allocTryNid(PAGE, PAGE, 8 * PAGE, 0, -1), 8 * PAGE);
  },
  'currentLimit bounds an allocation without a bound, and one with a higher bound': (m) => {
    const mb = small(m);
    mb.setCurrentLimit(16 * PAGE);
    equal(mb.alloc(PAGE, PAGE), 15 * PAGE);
    equal(mb.allocTryNid(PAGE, PAGE, 0, 40 * PAGE, -1), 14 * PAGE);
    equal(mb.physAllocRange(PAGE, PAGE, 0, 40 * PAGE), 39 * PAGE);
  },
  'allocLow stays below 4 GiB': (m) => {
    const mb = new m.Memblock();
    mb.add(0xffff0000, 0x20000);
    equal(mb.allocLow(PAGE, PAGE), 0xffffe000);
    equal(mb.alloc(PAGE, PAGE), 0x10000f000);
  },
  'a range past the highest address is cut to end there': (m) => {
    const mb = new m.Memblock();
    mb.reserve(m.PHYS_ADDR_MAX - 0xfff, 0x2000);
    deepEqual(mb.reserved.regions(), [{ base: m.PHYS_ADDR_MAX - 0xfff, size: 0xfff, flags: 0, nid: NONE }]);
    equal(mb.isRegionReserved(m.PHYS_ADDR_MAX - 1, 100), true);
  },
  'no bytes at all have a place, and take nothing': (m) => {
    const mb = small(m);
    equal(mb.alloc(0, PAGE), 64 * PAGE);
    mb.setBottomUp(true);
    equal(mb.alloc(0, PAGE), PAGE);
    equal(mb.alloc(0, 64 * PAGE), 0);
    equal(mb.reservedSize(), 0);
  },
  'align 0 stands for a cache line': (m) => {
    equal(small(m).alloc(1, 0), 64 * PAGE - 64);
  },
  'trimming rounds each region inwards and drops what is left empty': (m) => {
    const mb = new m.Memblock();
    mb.add(0x1800, 0x1000);
    mb.add(0x4100, 0xe00);
    mb.add(0x7000, 0x2000);
    mb.add(0xa800, 0x1800);
    mb.trimMemory(PAGE);
    equal(show(mb.memory), '7-9 11-12');
    // As in the kernel, the sum follows where a region vanishes, and not where it is shortened.
    equal(mb.physMemSize(), 0x3800);
  },
  'enforceMemoryLimit cuts memory and what is reserved there': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(1, 9));
    mb.add(...pages(17, 33));
    mb.reserve(...pages(18, 30));
    mb.enforceMemoryLimit(12 * PAGE);
    equal(show(mb.memory), '1-9 17-21');
    equal(show(mb.reserved), '18-21');
    mb.enforceMemoryLimit(100 * PAGE);
    equal(show(mb.memory), '1-9 17-21');
    // Exactly the first region: the cut is at its end, not at the start of the next.
    mb.reserve(...pages(8, 12));
    mb.enforceMemoryLimit(8 * PAGE);
    equal(show(mb.memory), '1-9');
    equal(show(mb.reserved), '8-9');
  },
  'capMemoryRange without memory leaves what is reserved alone, up to 5.15 it cut it': (m) => {
    const reserved = (options: MemblockOptions): string => {
      const mb = new m.Memblock(options);
      mb.reserve(...pages(4, 12));
      mb.capMemoryRange(...pages(8, 42));
      return show(mb.reserved);
    };
    equal(reserved({}), '4-12');
    equal(reserved({ capsWithoutMemory: true }), '8-12');
  },
  'capMemoryRange keeps the range and NOMAP memory outside': (m) => {
    const mb = small(m);
    mb.markNomap(...pages(40, 44));
    mb.reserve(...pages(4, 12));
    mb.reserve(...pages(41, 50));
    mb.capMemoryRange(...pages(8, 42));
    equal(show(mb.memory), '8-40 40-42f4 42-44f4');
    equal(show(mb.reserved), '8-12 41-42');
    equal(mb.physMemSize(), 36 * PAGE);
    // The touching NOMAP regions stay apart until the next merge.
    mb.add(...pages(100, 101));
    equal(show(mb.memory), '8-40 40-44f4 100-101');
  },
  'with merges kept local, touching NOMAP regions stay apart until something joins them': (m) => {
    const mb = new m.Memblock({ mergeWholeTable: false });
    mb.addNode(...pages(40, 44), 0, m.MEMBLOCK_NOMAP);
    mb.capMemoryRange(...pages(8, 42));
    mb.addNode(...pages(100, 101), 0, m.MEMBLOCK_NOMAP);
    equal(show(mb.memory), '40-42n0f4 42-44n0f4 100-101n0f4');
    mb.addNode(...pages(44, 45), 0, m.MEMBLOCK_NOMAP);
    equal(show(mb.memory), '40-42n0f4 42-45n0f4 100-101n0f4');
  },
  'memLimitRemoveMap keeps the first bytes, and NOMAP memory': (m) => {
    const mb = small(m);
    mb.markNomap(...pages(50, 51));
    mb.memLimitRemoveMap(8 * PAGE);
    equal(show(mb.memory), '1-9 50-51f4');
  },
};

const fallback: Record<string, Check> = {
  'minAddr is a preference: it is dropped where nothing fits above it': (m) => {
    const mb = small(m);
    equal(mb.allocTryNid(PAGE, PAGE, 63 * PAGE, 0, -1), 63 * PAGE);
    equal(mb.allocFrom(PAGE, PAGE, 63 * PAGE), 62 * PAGE);
    equal(mb.allocTryNid(PAGE, PAGE, 63 * PAGE, 62 * PAGE, -1), 61 * PAGE);
    equal(mb.physAllocRange(PAGE, PAGE, 61 * PAGE, 64 * PAGE), 0);
  },
  'an allocation prefers its node and falls back to any other': (m) => {
    const mb = twoNodes(m);
    equal(mb.allocNode(PAGE, PAGE, 0), 31 * PAGE);
    equal(mb.allocNode(30 * PAGE, PAGE, 0), PAGE);
    equal(mb.allocNode(PAGE, PAGE, 0), 63 * PAGE);
    equal(mb.physAllocTryNid(PAGE, PAGE, 0), 62 * PAGE);
  },
  'an exact node has no fallback': (m) => {
    const mb = twoNodes(m);
    equal(mb.allocExactNidRaw(32 * PAGE, PAGE, 0, 0, 1), 32 * PAGE);
    equal(mb.allocExactNidRaw(PAGE, PAGE, 0, 0, 1), 0);
    equal(mb.allocTryNidRaw(PAGE, PAGE, 0, 0, 1), 31 * PAGE);
  },
  'an allocation does not cross from one node or flag into another': (m) => {
    const mb = twoNodes(m);
    equal(mb.alloc(32 * PAGE, PAGE), 32 * PAGE);
    equal(mb.alloc(32 * PAGE, PAGE), 0);
  },
  'node MAX_NUMNODES asks for any node': (m) => {
    equal(twoNodes(m).allocTryNid(PAGE, PAGE, 0, 0, NONE), 63 * PAGE);
  },
  'mirrored memory is taken first, then any': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ mirroredKernelcore: true, print: (line) => lines.push(line) });
    mb.add(...pages(1, 64));
    mb.markMirror(...pages(8, 10));
    equal(mb.alloc(2 * PAGE, PAGE), 8 * PAGE);
    deepEqual(lines, []);
    equal(mb.alloc(PAGE, PAGE), 63 * PAGE);
    deepEqual(lines, ['Could not allocate 0x0000000000001000 bytes of mirrored memory']);
  },
  'memory of drivers is left out, up to 5.15 it was not': (m) => {
    const driverManaged = 8;
    const top = (options: MemblockOptions): number => {
      const mb = new m.Memblock(options);
      mb.add(...pages(1, 32));
      mb.addNode(...pages(32, 64), NONE, driverManaged);
      return mb.alloc(PAGE, PAGE);
    };
    equal(top({}), 31 * PAGE);
    equal(top({ takesDriverManaged: true }), 63 * PAGE);
  },
  "where KHO's scratch memory is asked for, nothing else is found": (m) => {
    const mb = small(m);
    equal(mb.findInRangeNode(PAGE, PAGE, 0, 0, -1, 0x40), 0);
    mb.setKhoScratch(...pages(16, 24), true);
    equal(mb.findInRangeNode(PAGE, PAGE, 0, 0, -1, 0x40), 23 * PAGE);
    equal(mb.findInRangeNode(PAGE, PAGE, 0, 0, -1, 0), 63 * PAGE);
    mb.setKhoScratch(...pages(16, 24), false);
    equal(mb.findInRangeNode(PAGE, PAGE, 0, 0, -1, 0x40), 0);
  },
  'hotpluggable memory is passed over only with movable_node': (m) => {
    const mb = small(m);
    mb.markHotplug(...pages(32, 64));
    equal(mb.alloc(PAGE, PAGE), 63 * PAGE);
    mb.movableNode = true;
    equal(mb.alloc(PAGE, PAGE), 31 * PAGE);
  },
  'NOMAP and driver-managed memory is never allocated': (m) => {
    const mb = small(m);
    mb.markNomap(...pages(48, 64));
    mb.addNode(...pages(64, 70), NONE, m.MEMBLOCK_DRIVER_MANAGED);
    equal(mb.alloc(PAGE, PAGE), 47 * PAGE);
  },
  'after slab is there, an allocation is kmalloc, or none': (m) => {
    const mb = small(m);
    mb.slabIsAvailable = true;
    equal(mb.alloc(PAGE, PAGE), 0);
    const other = new m.Memblock({ kmalloc: (size) => 0x100000 + size });
    other.slabIsAvailable = true;
    equal(other.alloc(PAGE, PAGE), 0x101000);
  },
};

/** Reserves `n` single pages, every other one from page 2 on. */
function comb(mb: Mb, n: number): void {
  for (let i = 0; i < n; i++) equal(mb.reserve(...pages(2 + 2 * i, 3 + 2 * i)), 0);
}

const growth: Record<string, Check> = {
  'a full table that may not grow refuses, and stays as it was': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(1, 4096));
    comb(mb, 128);
    equal(mb.reserved.cnt, 128);
    equal(mb.reserve(...pages(1000, 1001)), -m.ENOMEM);
    equal(mb.free(2 * PAGE, 16), -m.ENOMEM);
    // Nothing new to enter: no room needed.
    equal(mb.reserve(...pages(2, 3)), 0);
    equal(mb.reserved.cnt, 128);
    equal(mb.alloc(PAGE, PAGE), 0);
  },
  'a table doubles when full, and reserves its new place away from the range that comes': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ print: (line) => lines.push(line) });
    mb.add(...pages(1, 4096));
    mb.allowResize();
    comb(mb, 128);
    equal(mb.reserved.max, 128);
    mb.debug = true;
    mb.reserve(...pages(4090, 4096), 'late');
    // 256 entries of 24 bytes are two pages. Above the new range there is no room: they lie below it.
    deepEqual(lines, [
      'memblock_reserve: [0x0000000000ffa000-0x0000000000ffffff] late',
      'memblock: reserved is doubled to 256 at [0x0000000000ff8000-0x0000000000ff97ff]',
      'memblock_reserve: [0x0000000000ff8000-0x0000000000ff9fff] memblock_double_array',
    ]);
    equal(mb.reserved.max, 256);
    equal(mb.reserved.tableAddr, 4088 * PAGE);
    equal(mb.reserved.cnt, 129);
  },
  'a table grown twice frees its first place': (m) => {
    const mb = new m.Memblock();
    mb.add(...pages(1, 4096));
    mb.allowResize();
    comb(mb, 255);
    const first = mb.reserved.tableAddr;
    equal(first, 4094 * PAGE);
    equal(mb.reserved.max, 256);
    // With the table's own there are 256; the next one needs a place of 12 KiB, found below.
    comb(mb, 256);
    equal(mb.reserved.max, 512);
    equal(mb.reserved.tableAddr, 4091 * PAGE);
    equal(mb.isReserved(first), false);
    equal(mb.isReserved(4091 * PAGE), true);
  },
  'a memory table grows into memory, and a split wants two entries of room': (m) => {
    const mb = new m.Memblock();
    mb.allowResize();
    mb.add(...pages(1000, 1100));
    for (let i = 0; i < 126; i++) mb.add(...pages(2 + 2 * i, 3 + 2 * i));
    equal(mb.memory.cnt, 127);
    equal(mb.memory.max, 128);
    mb.remove(...pages(2, 3));
    equal(mb.memory.max, 256);
    equal(mb.memory.tableAddr, 1098 * PAGE);
    equal(mb.memory.cnt, 126);
  },
  'a table grown with slab takes no memory of memblock, and is not freed by it': (m) => {
    const mb = new m.Memblock({ kmalloc: () => 0x7770000 });
    mb.add(...pages(1, 4096));
    mb.allowResize();
    comb(mb, 127);
    mb.slabIsAvailable = true;
    comb(mb, 129);
    equal(mb.reserved.tableAddr, 0x7770000);
    equal(mb.reserved.cnt, 129);
    deepEqual(mb.discard(), []);
  },
  'a range over several regions of a nearly full table wants one entry for each gap': (m) => {
    for (const [used, more, status] of [
      [125, 3, 0],
      [126, 2, 0],
      [126, 3, -m.ENOMEM],
    ] as const) {
      const mb = new m.Memblock();
      comb(mb, used);
      // Pages 2, 4, 6 ... are taken: from page 1 on there is a gap below each.
      equal(mb.reserve(...pages(1, 2 * more + 1)), status, `${used} and ${more}`);
      equal(mb.reserved.cnt, status === 0 ? used - more + 1 : used);
    }
  },
  'a table that finds no place says so': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ print: (line) => lines.push(line) });
    mb.allowResize();
    comb(mb, 128);
    equal(mb.reserve(...pages(1000, 1001)), -m.ENOMEM);
    deepEqual(lines, ['memblock: Failed to double reserved array from 128 to 256 entries !']);
  },
  'discard names the grown tables that lie in memory': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ print: (line) => lines.push(line) });
    mb.add(...pages(1, 4096));
    mb.allowResize();
    comb(mb, 130);
    mb.debug = true;
    deepEqual(mb.discard(), [{ start: 4094 * PAGE, end: 4096 * PAGE, nid: -1 }]);
    deepEqual(lines, ['memblock_free_late: [0x0000000000ffe000-0x0000000000ffffff] memblock_discard']);
  },
};

const walking: Record<string, Check> = {
  'free ranges are memory less reserved, region by region, both ways': (m) => {
    const mb = twoNodes(m);
    mb.reserve(...pages(1, 4));
    mb.reserve(...pages(30, 34));
    mb.reserve(...pages(60, 64));
    const want = [
      { start: 4 * PAGE, end: 30 * PAGE, nid: 0 },
      { start: 34 * PAGE, end: 60 * PAGE, nid: 1 },
    ];
    deepEqual([...mb.forEachFreeMemRange()], want);
    deepEqual([...mb.forEachFreeMemRangeReverse()], want.toReversed());
    deepEqual([...mb.forEachFreeMemRange(1)], want.slice(1));
    deepEqual([...mb.forEachReservedRange()].length, 3);
  },
  'memory ranges count hotpluggable and driver-managed memory, but not NOMAP': (m) => {
    const mb = small(m);
    mb.movableNode = true;
    mb.markHotplug(...pages(8, 16));
    mb.markNomap(...pages(16, 24));
    mb.addNode(...pages(64, 65), NONE, m.MEMBLOCK_DRIVER_MANAGED);
    const show2 = (all: Iterable<{ start: number; end: number }>): string =>
      [...all].map((r) => `${r.start / PAGE}-${r.end / PAGE}`).join(' ');
    equal(show2(mb.forEachMemRange()), '1-8 8-16 24-64 64-65');
    equal(show2(mb.forEachMemRangeReverse()), '64-65 24-64 8-16 1-8');
    equal(show2(mb.forEachFreeMemRange()), '1-8 24-64');
    equal(show2(mb.forEachFreeMemRange(-1, m.MEMBLOCK_NOMAP)), '1-8 16-24 24-64');
  },
  'page frame ranges are whole pages': (m) => {
    const mb = new m.Memblock();
    mb.add(0x1800, 0x2000);
    mb.add(0x5001, 0x1ffe);
    mb.addNode(0x9000, 0x1000, 2);
    const all = [...mb.forEachMemPfnRange()];
    deepEqual(all, [
      { startPfn: 2, endPfn: 3, nid: NONE },
      { startPfn: 9, endPfn: 10, nid: 2 },
    ]);
    deepEqual([...mb.forEachMemPfnRange(2)], all.slice(1));
  },
  'the free pages of a zone are cut to the zone': (m) => {
    const mb = twoNodes(m);
    mb.reserve(0x4800, 0x800);
    mb.reserve(0x8000, 0x10);
    mb.reserve(...pages(20, 24));
    // No whole page before page 26, though memory below it is free.
    mb.reserve(25 * PAGE, 0x10);
    mb.reserve(...pages(26, 27));
    const zone = { node: 0, zoneStartPfn: 3, spannedPages: 27 };
    const text = (all: Iterable<{ startPfn: number; endPfn: number }>): string =>
      [...all].map((r) => `${r.startPfn}-${r.endPfn}`).join(' ');
    equal(text(mb.forEachFreeMemPfnRangeInZone(zone)), '3-4 5-8 9-20 24-25 27-30');
    equal(text(mb.forEachFreeMemPfnRangeInZone(zone, 8)), '9-20 24-25 27-30');
    equal(text(mb.forEachFreeMemPfnRangeInZone(zone, 19)), '19-20 24-25 27-30');
    equal(text(mb.forEachFreeMemPfnRangeInZone(zone, 20)), '24-25 27-30');
    equal(text(mb.forEachFreeMemPfnRangeInZone({ ...zone, zoneStartPfn: 30, spannedPages: 2 })), '30-32');
    equal(text(mb.forEachFreeMemPfnRangeInZone({ ...zone, zoneStartPfn: 12, spannedPages: 8 })), '12-20');
    equal(text(mb.forEachFreeMemPfnRangeInZone({ ...zone, zoneStartPfn: 20, spannedPages: 4 })), '');
    const cursor = mb.zoneRanges({ ...zone, zoneStartPfn: 12, spannedPages: 8 });
    deepEqual(
      [cursor.next(), cursor.done, cursor.next(), cursor.done, cursor.spfn],
      [true, false, false, true, 0],
    );
  },
  'a walk goes on past what is reserved while it walks': (m) => {
    const mb = small(m);
    mb.reserve(...pages(10, 11));
    mb.reserve(...pages(20, 21));
    const seen: number[] = [];
    for (const r of mb.forEachFreeMemRange()) {
      seen.push(r.start / PAGE);
      mb.reserve(r.start, r.end - r.start);
    }
    deepEqual(seen, [1, 11, 21]);
    equal(show(mb.reserved), '1-64');
    const other = small(m);
    other.reserve(...pages(10, 11));
    const back: number[] = [];
    for (const r of other.forEachFreeMemRangeReverse()) {
      back.push(r.start / PAGE);
      other.reserve(r.end - PAGE, PAGE);
    }
    deepEqual(back, [11, 1]);
    equal(show(other.reserved), '9-11 63-64');
  },
  'questions answer at both sides of each edge': (m) => {
    const mb = small(m);
    mb.markNomap(...pages(4, 5));
    mb.reserve(...pages(8, 10));
    const at = (addr: number): boolean[] => [mb.isMemory(addr), mb.isMapMemory(addr), mb.isReserved(addr)];
    deepEqual(at(PAGE - 1), [false, false, false]);
    deepEqual(at(PAGE), [true, true, false]);
    deepEqual(at(4 * PAGE), [true, false, false]);
    deepEqual(at(5 * PAGE), [true, true, false]);
    deepEqual(at(8 * PAGE - 1), [true, true, false]);
    deepEqual(at(8 * PAGE), [true, true, true]);
    deepEqual(at(10 * PAGE), [true, true, false]);
    deepEqual(at(64 * PAGE), [false, false, false]);
    equal(mb.isRegionMemory(...pages(5, 64)), true);
    equal(mb.isRegionMemory(5 * PAGE, 59 * PAGE + 1), false);
    equal(mb.isRegionMemory(...pages(3, 5)), false);
    equal(mb.isRegionReserved(...pages(7, 8)), false);
    equal(mb.isRegionReserved(7 * PAGE, PAGE + 1), true);
    equal(mb.overlapsRegion(mb.reserved, 10 * PAGE - 1, 1), true);
    equal(mb.overlapsRegion(mb.reserved, 10 * PAGE, 1), false);
    equal(mb.startOfDRAM(), PAGE);
    equal(mb.endOfDRAM(), 64 * PAGE);
    deepEqual(mb.searchPfnNid(6), { startPfn: 5, endPfn: 64, nid: NONE });
    equal(mb.searchPfnNid(64), null);
  },
};

const telling: Record<string, Check> = {
  'each operation has the line that the kernel prints': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ debug: true, print: (line) => lines.push(line), symbol: (id) => `<${id}>` });
    mb.add(0x100000, 0x100000, 'a#1');
    mb.addNode(0x200000, 0x1000, 1, m.MEMBLOCK_NOMAP, 'b');
    mb.remove(0x1ff000, 0x1000, 'c');
    mb.reserve(0x100000, 0x10, 'd');
    mb.free(0x100000, 0x10, 'e');
    mb.alloc(16, 64, 'f');
    mb.allocTryNidRaw(16, 64, 0x1000, m.MEMBLOCK_ALLOC_ANYWHERE, 1, 'g');
    mb.allocExactNidRaw(4096, 0x200000, 0, 0, 3, 'h');
    mb.physAlloc(8192, 4096, 'i');
    mb.remove(0x1000, m.PHYS_ADDR_MAX, 'j');
    deepEqual(lines, [
      'memblock_add: [0x0000000000100000-0x00000000001fffff] <a#1>',
      'memblock_add_node: [0x0000000000200000-0x0000000000200fff] nid=1 flags=4 <b>',
      'memblock_remove: [0x00000000001ff000-0x00000000001fffff] <c>',
      'memblock_reserve: [0x0000000000100000-0x000000000010000f] <d>',
      'memblock_phys_free: [0x0000000000100000-0x000000000010000f] <e>',
      'memblock_alloc_try_nid: 16 bytes align=0x40 nid=-1 from=0x0000000000000000 max_addr=0x0000000000000000 <f>',
      'memblock_reserve: [0x00000000001fefc0-0x00000000001fefcf] <memblock_alloc_range_nid>',
      'memblock_alloc_try_nid_raw: 16 bytes align=0x40 nid=1 from=0x0000000000001000 max_addr=0xffffffffffffffff <g>',
      'memblock_reserve: [0x00000000001fef80-0x00000000001fef8f] <memblock_alloc_range_nid#fallback>',
      'memblock_alloc_exact_nid_raw: 4096 bytes align=0x200000 nid=3 from=0x0000000000000000 max_addr=0x0000000000000000 <h>',
      'memblock_phys_alloc_range: 8192 bytes align=0x1000 from=0x0000000000000000 max_addr=0x0000000000000000 <i>',
      'memblock_reserve: [0x00000000001fc000-0x00000000001fdfff] <memblock_alloc_range_nid>',
      'memblock_remove: [0x0000000000001000-0x0000000000000ffe] <j>',
    ]);
  },
  'without debug nothing is printed': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ print: (line) => lines.push(line) });
    mb.add(...pages(1, 64));
    mb.alloc(64, 64);
    mb.dumpAll();
    deepEqual(lines, []);
  },
  'the dump has the lines of a real boot': (m) => {
    const lines: string[] = [];
    const mb = new m.Memblock({ debug: true, print: (line) => lines.push(line) });
    mb.dumpAll();
    mb.addNode(0x1000, 0x9e000, 0);
    mb.addNode(0x180000000, 0x100000000, 1, m.MEMBLOCK_HOTPLUG);
    mb.reserve(0, 0x10000);
    lines.splice(0, 6);
    deepEqual(lines.splice(0, 3).length, 3);
    mb.dumpAll();
    deepEqual(lines, [
      'MEMBLOCK configuration:',
      ' memory size = 0x000000010009e000 reserved size = 0x0000000000010000',
      ' memory.cnt  = 0x2',
      ' memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags: 0x0',
      ' memory[0x1]\t[0x0000000180000000-0x000000027fffffff], 0x0000000100000000 bytes on node 1 flags: 0x1',
      ' reserved.cnt  = 0x1',
      ' reserved[0x0]\t[0x0000000000000000-0x000000000000ffff], 0x0000000000010000 bytes flags: 0x0',
    ]);
  },
  'an empty table dumps its one empty entry': (m) => {
    const lines: string[] = [];
    new m.Memblock({ debug: true, print: (line) => lines.push(line) }).dumpAll();
    deepEqual(lines.slice(2, 4), [
      ' memory.cnt  = 0x1',
      ' memory[0x0]\t[0x0000000000000000-0xffffffffffffffff], 0x0000000000000000 bytes flags: 0x0',
    ]);
  },
  'the trace tells who took what, and with which request': (m) => {
    const events: object[] = [];
    const mb = new m.Memblock({ trace: (event) => events.push(event) });
    mb.addNode(...pages(1, 64), 1, 0, 'map');
    mb.allocTryNid(PAGE, PAGE, 0, 0, 1, 'who#site');
    mb.alloc(1000 * PAGE, PAGE, 'big');
    const request = { align: PAGE, minAddr: 0, maxAddr: 0 };
    deepEqual(events, [
      { op: 'add', base: PAGE, size: 63 * PAGE, nid: 1, flags: 0, caller: 'map' },
      {
        op: 'alloc',
        base: 63 * PAGE,
        size: PAGE,
        nid: 1,
        flags: 0,
        caller: 'who#site',
        request: { ...request, size: PAGE, nid: 1 },
      },
      {
        op: 'alloc-failed',
        base: 0,
        size: 1000 * PAGE,
        nid: NONE,
        flags: 0,
        caller: 'big',
        request: { ...request, size: 1000 * PAGE, nid: -1 },
      },
    ]);
  },
};

/** All checks by name. */
export const CHECKS: Readonly<Record<string, Check>> = {
  ...merge,
  ...split,
  ...clamp,
  ...fallback,
  ...growth,
  ...walking,
  ...telling,
};

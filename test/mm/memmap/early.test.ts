// The struct pages before deferred init: what is initialised at once, holes, reserved pages that are deferred, free blocks.
//
//   section 8                          section 9                          section 10
//   |-- memory, node 0 --|-- hole --|-- memory, node 0 ... deferred from section 9 on ---|
//   0        20000       20000..     24000 (pages from section 8 on)       sections 9, 10
import test from 'ava';
import { PAGES_PER_SECTION } from '../../../src/lib/units.ts';
import { BASES_5_LEVEL, Memmap, STRUCT_PAGE_6_1 } from '../../../src/mm/memmap.ts';
import { memblockFreeAll, memmapInit } from '../../../src/mm/memmap/early.ts';
import { earlyPfnToNid, freeRanges, zoneFreePfnRanges } from '../../../src/mm/memmap/memory_map.ts';
import type { MemoryMap } from '../../../src/mm/memmap/memory_map.ts';
import type { MemmapNode } from '../../../src/mm/memmap/nodes.ts';
import { memmapRuns } from '../../../src/mm/memmap/runs.ts';

const S = PAGES_PER_SECTION;
const START = 8 * S;
const END = 11 * S;
const addr = (pfn: number): number => pfn * 4096;

function machine(
  map: MemoryMap,
  firstDeferredPfn: number | null,
): { memmap: Memmap; nodes: MemmapNode[]; map: MemoryMap } {
  const zone = {
    nid: 0,
    index: 2,
    name: 'Normal',
    startPfn: START,
    spannedPages: END - START,
    presentPages: END - START,
  };
  const { memmap } = Memmap.create({
    ...{ layout: STRUCT_PAGE_6_1, bases: BASES_5_LEVEL, sections: [8, 9, 10], dataPath: 'wasm' },
    zones: [{ ...zone, pgdatAddress: BASES_5_LEVEL.pageOffset }],
  });
  return {
    memmap,
    nodes: [{ nid: 0, startPfn: START, endPfn: END, firstDeferredPfn, areas: memmap.areas }],
    map,
  };
}

const WITH_HOLE: MemoryMap = {
  memory: [
    { start: addr(START), end: addr(START + 20000), nid: 0 },
    { start: addr(START + 24000), end: addr(END), nid: 0 },
  ],
  reserved: [
    { start: addr(START), end: addr(START + 1) + 1 },
    { start: addr(START + S + 5) + 4095, end: addr(START + S + 6) + 1 },
  ],
};

/** The runs, without the comment, with section-relative page numbers. */
function runs(memmap: Memmap): string[] {
  return memmapRuns(memmap)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [first = '', count = '', ...what] = line.split(' ');
      return `${Number(first) - START}+${Number(count)} ${what.join(' ').replaceAll('flags=0x17ffffc000', 'f=')}`;
    });
}

const NEVER = 'page flags=0x0 lru=zero private=0 mapcount=0 refcount=0';
const FRESH = 'page f=0000 lru=self private=0 mapcount=-1 refcount=1';
const RESERVED = 'page f=1000 lru=self private=0 mapcount=-1 refcount=1';

test('memmap_init: memory up to the boundary is initialised, the hole is reserved, the rest is left alone', (t) => {
  const { memmap, nodes, map } = machine(WITH_HOLE, START + S);
  const unavailable = memmapInit(memmap, nodes, map);
  t.deepEqual(runs(memmap), [
    `0+20000 ${FRESH}`,
    `20000+4000 ${RESERVED}`,
    `24000+${S - 24000} ${FRESH}`,
    `${S}+${2 * S} ${NEVER}`,
  ]);
  t.deepEqual(
    unavailable.map((u) => [u.area.zone.name, u.pages]),
    [['Normal', 4000]],
  );
});

test('memblock_free_all: reserved pages on both sides of the boundary, whole blocks of what is free before it', (t) => {
  const { memmap, nodes, map } = machine(WITH_HOLE, START + S);
  memmapInit(memmap, nodes, map);
  // Every free page counts, deferred or not: 20000 - 2, and from 24000 on all but the two reserved ones.
  t.is(memblockFreeAll(memmap, nodes, map), 20000 - 2 + (3 * S - 24000) - 2);
  const buddy = (first: number, pages: number, order: number): string =>
    `${first}+${pages} buddy order=${order} f=0000 refcount=0`;
  t.deepEqual(runs(memmap), [
    `0+2 ${RESERVED}`,
    ...[buddy(2, 2, 1), buddy(4, 4, 2), buddy(8, 8, 3), buddy(16, 16, 4), buddy(32, 32, 5), buddy(64, 64, 6)],
    ...[buddy(128, 128, 7), buddy(256, 256, 8), buddy(512, 512, 9), buddy(1024, 18432, 10)],
    // 19456 = 19 * 1024; 544 pages are left: 512 + 32
    ...[buddy(19456, 512, 9), buddy(19968, 32, 5)],
    `20000+4000 ${RESERVED}`,
    // 24000 = 23 * 1024 + 448: 64 pages to the next multiple of 512
    ...[buddy(24000, 64, 6), buddy(24064, 512, 9), buddy(24576, 8192, 10)],
    `${S}+5 ${NEVER}`,
    `${S + 5}+2 ${RESERVED}`,
    `${S + 7}+${2 * S - 7} ${NEVER}`,
  ]);
  t.is(memmap.areas[0]?.managedPages, 20000 - 2 + S - 24000);
});

test('with nothing deferred all memory is initialised and freed', (t) => {
  const { memmap, nodes, map } = machine({ memory: WITH_HOLE.memory, reserved: [] }, null);
  memmapInit(memmap, nodes, map);
  const pages = memblockFreeAll(memmap, nodes, map);
  t.is(pages, 3 * S - 4000);
  t.is(memmap.areas[0]?.freePages, pages);
});

test('free ranges: memory less reserved, cut at the borders of both; whole page frames of one zone', (t) => {
  const map: MemoryMap = {
    memory: [
      { start: 0x1000, end: 0x9fc00, nid: 0 },
      { start: 0x9fc00, end: 0xa0000, nid: 1 },
    ],
    reserved: [
      { start: 0x0, end: 0x2800 },
      { start: 0x4000, end: 0x4001 },
      { start: 0x9f000, end: 0x9fd00 },
    ],
  };
  t.deepEqual(freeRanges(map), [
    { start: 0x2800, end: 0x4000, nid: 0 },
    { start: 0x4001, end: 0x9f000, nid: 0 },
    { start: 0x9fd00, end: 0xa0000, nid: 1 },
  ]);
  const { memmap } = machine(WITH_HOLE, null);
  const [area] = memmap.areas;
  if (!area) return t.fail('no zone');
  t.deepEqual(zoneFreePfnRanges(WITH_HOLE, area), [
    { startPfn: START + 2, endPfn: START + 20000 },
    { startPfn: START + 24000, endPfn: START + S + 5 },
    { startPfn: START + S + 7, endPfn: END },
  ]);
});

test('early_pfn_to_nid: the node of the memory, in a hole the first one, and how far that holds', (t) => {
  const { nodes } = machine(WITH_HOLE, null);
  const other = { ...nodes[0], nid: 1, startPfn: 0, endPfn: 0, firstDeferredPfn: null, areas: [] };
  const both = [other, ...nodes];
  t.deepEqual(earlyPfnToNid(both, WITH_HOLE, START).node?.nid, 0);
  t.is(earlyPfnToNid(both, WITH_HOLE, START).end, START + 20000);
  t.is(earlyPfnToNid(both, WITH_HOLE, START + 20000).node?.nid, 1);
  t.is(earlyPfnToNid(both, WITH_HOLE, START + 20000).end, START + 24000);
  t.is(earlyPfnToNid(both, WITH_HOLE, END).node?.nid, 1);
});

// Free blocks: merged with their buddies, chained through the struct pages' own lru. Addresses are worked out by hand from
// vmemmap 0xffd4000000000000 and a pglist_data at 0xff11000000000000 (zone Normal's lists begin at 0xd00 in it).
import fc from 'fast-check';
import test from 'ava';
import { PAGES_PER_SECTION } from '../../src/lib/units.ts';
import { BASES_5_LEVEL, Memmap, STRUCT_PAGE_6_1 } from '../../src/mm/memmap.ts';
import type { ZoneArea } from '../../src/mm/memmap.ts';
import { MIGRATE_MOVABLE } from '../../src/mm/memmap/layout.ts';

const START = 8 * PAGES_PER_SECTION;
const NORMAL = 2;
const MOVABLE_ZONE = 3;
const ISOLATE = 4;

/** One section; `border`: where zone Movable begins. All pages are initialised, all page blocks movable. */
function oneSection(border = START + PAGES_PER_SECTION): {
  memmap: Memmap;
  normal: ZoneArea;
  movable: ZoneArea;
} {
  const zone = (index: number, startPfn: number, endPfn: number) => ({
    ...{ nid: 0, index, name: `zone ${index}`, startPfn, spannedPages: endPfn - startPfn },
    ...{ presentPages: endPfn - startPfn, pgdatAddress: BASES_5_LEVEL.pageOffset },
  });
  const end = START + PAGES_PER_SECTION;
  const { memmap } = Memmap.create({
    ...{ layout: STRUCT_PAGE_6_1, bases: BASES_5_LEVEL, sections: [8], dataPath: 'plain' },
    zones: [zone(NORMAL, START, border), zone(MOVABLE_ZONE, border, end)],
  });
  const [normal, movable] = [memmap.area(0, NORMAL), memmap.area(0, MOVABLE_ZONE)];
  memmap.initPages(normal, START, border);
  memmap.initPages(movable, border, end);
  for (let pfn = START; pfn < end; pfn += 512) memmap.setPageblockMigratetype(pfn, MIGRATE_MOVABLE);
  return { memmap, normal, movable };
}

/** A page's lru next and prev, private and mapcount. */
function fields(
  memmap: Memmap,
  pfn: number,
): { next: string; prev: string; private: number; mapcount: number } {
  const section = memmap.store.section(pfn);
  const view = new DataView(section.words.buffer, memmap.store.wordOf(section, pfn) * 4, 64);
  const link = (byte: number): string => `0x${view.getBigUint64(byte, true).toString(16)}`;
  return {
    next: link(8),
    prev: link(16),
    private: view.getInt32(40, true),
    mapcount: view.getInt32(48, true),
  };
}

test('two pages: the first is a block of order 0, the second makes it one of order 1', (t) => {
  const { memmap, normal } = oneSection();
  memmap.freeSinglePages(normal, START, START + 1);
  // order 0, movable: 0xd00 + 0 * 88 + 1 * 16
  const order0 = '0xff11000000000d10';
  t.deepEqual(fields(memmap, START), { next: order0, prev: order0, private: 0, mapcount: -129 });
  t.is(normal.nrFree(0), 1);
  memmap.freeSinglePages(normal, START + 1, START + 2);
  // order 1: 88 bytes further
  const order1 = '0xff11000000000d68';
  t.deepEqual(fields(memmap, START), { next: order1, prev: order1, private: 1, mapcount: -129 });
  t.deepEqual([normal.nrFree(0), normal.nrFree(1)], [0, 1]);
  t.deepEqual([normal.managedPages, normal.freePages], [2, 2]);
});

test('four pages: the head of the second pair keeps the poison of the list that it left', (t) => {
  const { memmap, normal } = oneSection();
  memmap.freeSinglePages(normal, START, START + 4);
  t.deepEqual(memmap.freeBlocks(normal, 2), [START]);
  const poison = { next: '0xdead000000000100', prev: '0xdead000000000122' };
  t.deepEqual(fields(memmap, START + 2), { ...poison, private: 0, mapcount: -1 });
  // page 1 was never a head: its lru still points to itself, at vmemmap + pfn * 64 + 8
  const self = `0x${(0xffd4000000000000n + BigInt(START + 1) * 64n + 8n).toString(16)}`;
  t.deepEqual(fields(memmap, START + 1), { next: self, prev: self, private: 0, mapcount: -1 });
});

test('blocks are added at the tail, and taken out of the middle when they merge', (t) => {
  const { memmap, normal } = oneSection();
  for (const page of [0, 2, 4]) memmap.freeSinglePages(normal, START + page, START + page + 1);
  t.deepEqual(memmap.freeBlocks(normal, 0), [START, START + 2, START + 4]);
  memmap.freeSinglePages(normal, START + 3, START + 4);
  t.deepEqual(memmap.freeBlocks(normal, 0), [START, START + 4]);
  t.deepEqual(memmap.freeBlocks(normal, 1), [START + 2]);
});

test('1024 pages are the largest block: the next 1024 do not join it', (t) => {
  const { memmap, normal } = oneSection();
  for (const block of [0, 512, 1024, 1536]) memmap.freePagesCore(normal, START + block, 9);
  t.deepEqual(memmap.freeBlocks(normal, 10), [START, START + 1024]);
  t.is(normal.nrFree(9), 0);
});

test('pages of two zones do not merge', (t) => {
  const { memmap, normal, movable } = oneSection(START + 1);
  memmap.freeSinglePages(normal, START, START + 1);
  memmap.freeSinglePages(movable, START + 1, START + 2);
  t.deepEqual([memmap.freeBlocks(normal, 0), memmap.freeBlocks(movable, 0)], [[START], [START + 1]]);
});

test('page blocks merge over the types that may stand in for each other, and with no isolated one', (t) => {
  const { memmap, normal } = oneSection();
  memmap.setPageblockMigratetype(START, 0);
  memmap.freePagesCore(normal, START, 9);
  memmap.freePagesCore(normal, START + 512, 9);
  memmap.setPageblockMigratetype(START + 1024, ISOLATE);
  memmap.freePagesCore(normal, START + 1024, 9);
  memmap.freePagesCore(normal, START + 1536, 9);
  t.deepEqual(memmap.freeBlocks(normal, 10), [START]);
  t.deepEqual(memmap.freeBlocks(normal, 9).sort(), [START + 1024, START + 1536]);
});

test('whatever the order in which pages are freed, the free blocks are the largest aligned ones', (t) => {
  const arbitrary = fc.uniqueArray(fc.nat(63), { minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(arbitrary, (order) => {
      const { memmap, normal } = oneSection();
      for (const page of order) memmap.freeSinglePages(normal, START + page, START + page + 1);
      const free = new Set(order);
      const whole = (start: number, pages: number): boolean =>
        Array.from({ length: pages }, (_, i) => start + i).every((page) => free.has(page));
      for (let o = 0; o <= 6; o += 1) {
        const expected: number[] = [];
        for (let start = 0; start < 64; start += 2 ** o) {
          const parent = start - (start % 2 ** (o + 1));
          if (whole(start, 2 ** o) && (o === 6 || !whole(parent, 2 ** (o + 1)))) expected.push(START + start);
        }
        t.deepEqual(
          memmap.freeBlocks(normal, o).sort((a, b) => a - b),
          expected,
        );
      }
      t.is(normal.freePages, order.length);
    }),
    { numRuns: 40 },
  );
});

// Struct pages as runs, the comparison of two such files, and the index of a dump.
import test from 'ava';
import { PAGES_PER_SECTION } from '../../../src/lib/units.ts';
import { BASES_4_LEVEL, Memmap, STRUCT_PAGE_6_1 } from '../../../src/mm/memmap.ts';
import { diffRuns, differingPages, parseRuns } from '../../../src/mm/memmap/compare_runs.ts';
import { memmapIndex } from '../../../src/mm/memmap/dump.ts';
import { memmapRuns } from '../../../src/mm/memmap/runs.ts';

const FREE = 'flags=0x17ffffc0000000 lru=self private=0 mapcount=-1 refcount=0';

test('free blocks are cut into heads and tails, so that blocks of other orders compare page by page', (t) => {
  const real = parseRuns('# a comment\n0x100 0x8 buddy order=2 flags=0x17ffffc0000000 refcount=0\n');
  t.deepEqual(
    real.map((s) => [s.start, s.end]),
    [
      [0x100, 0x101],
      [0x101, 0x104],
      [0x104, 0x105],
      [0x105, 0x108],
    ],
  );
  const model = parseRuns('0x100 0x8 buddy order=3 flags=0x17ffffc0000000 refcount=0\n');
  const { pages, differences } = diffRuns(real, model);
  t.is(pages, 8);
  t.deepEqual(
    differences.map((d) => [d.start, d.end, d.real, d.model]),
    [
      [0x100, 0x101, 'head order=2 flags=0x17ffffc0000000', 'head order=3 flags=0x17ffffc0000000'],
      [0x104, 0x105, 'head order=2 flags=0x17ffffc0000000', FREE],
    ],
  );
  t.is(differingPages(differences), 2);
});

test('pages that only one side has differ, and only those asked for are compared', (t) => {
  const real = parseRuns(`0x10 0x10 page ${FREE}\n`);
  const model = parseRuns(`0x18 0x10 page ${FREE}\n`);
  const whole = diffRuns(real, model);
  t.is(whole.pages, 0x18);
  t.deepEqual(
    whole.differences.map((d) => [d.start, d.end, d.real === null, d.model === null]),
    [
      [0x10, 0x18, false, true],
      [0x20, 0x28, true, false],
    ],
  );
  t.deepEqual(diffRuns(real, model, 0x18, 0x20), { pages: 8, differences: [] });
});

test('a block whose tails differ is a head by itself', (t) => {
  const { memmap } = Memmap.create({
    ...{ layout: STRUCT_PAGE_6_1, bases: BASES_4_LEVEL, sections: [1, 2, 5], dataPath: 'plain' },
    zones: [
      {
        ...{
          nid: 0,
          index: 2,
          name: 'Normal',
          startPfn: PAGES_PER_SECTION,
          spannedPages: 5 * PAGES_PER_SECTION,
        },
        ...{ presentPages: 3 * PAGES_PER_SECTION, pgdatAddress: BASES_4_LEVEL.pageOffset },
      },
    ],
  });
  const [area] = memmap.areas;
  if (!area) return t.fail('no zone');
  memmap.initPages(area, PAGES_PER_SECTION, PAGES_PER_SECTION + 8);
  memmap.freeSinglePages(area, PAGES_PER_SECTION, PAGES_PER_SECTION + 4);
  t.deepEqual(memmapRuns(memmap).split('\n').slice(4, 9), [
    '0x8000 0x1 buddy-head order=2 flags=0x17ffffc0000000 refcount=0 (tails not uniform)',
    '0x8001 0x1 page flags=0x17ffffc0000000 lru=self private=0 mapcount=-1 refcount=0',
    '0x8002 0x1 page flags=0x17ffffc0000000 lru=poison private=0 mapcount=-1 refcount=0',
    '0x8003 0x1 page flags=0x17ffffc0000000 lru=self private=0 mapcount=-1 refcount=0',
    '0x8004 0x4 page flags=0x17ffffc0000000 lru=self private=0 mapcount=-1 refcount=1',
  ]);
  // Sections 1 and 2 lie together: one line of 65536 pages; section 5 begins after their 4 MiB.
  t.deepEqual(memmapIndex(memmap, 'm.bin', 0x30000).split('\n').slice(3), [
    'm.bin 0 0x8000 65536 0xffffea0000200000',
    'm.bin 4194304 0x28000 32768 0xffffea0000a00000',
    '',
  ]);
});

// The map by owner and by fate, and the strip's scale. Each test draws its memory.
import test from 'ava';
import fc from 'fast-check';
import type { RecordMemblockEvent, RunRecord } from '../../src/init/record.ts';
import { GiB, KiB, MiB } from '../../src/lib/units.ts';
import { bytesByFate, chunkPages, freePageRanges, memoryFates } from '../../src/report/fates.ts';
import { cellTitle, mapRows } from '../../src/report/map-rows.ts';
import { ownerKind, ownerWords } from '../../src/ask/owners/owner-words.ts';
import { reservedByOwner } from '../../src/ask/owners/owners.ts';
import { layoutRows } from '../../src/report/strip-layout.ts';
import { stripScale } from '../../src/report/strip-scale.ts';
import { makeRecord, MONSTER, SKYLAKE, SMALL } from './helpers/records.ts';

const event = (op: string, base: number, size: number, caller: string): RecordMemblockEvent => ({
  step: 'setup_arch',
  op,
  base,
  size,
  nid: 0,
  flags: 0,
  caller,
});

/** A machine of one node with 64 KiB of memory. */
function tiny(events: readonly RecordMemblockEvent[], reserved: readonly [number, number][]): RunRecord {
  const memory = [{ base: 0, size: 0x10000, flags: 0, nid: 0 }];
  const regions = reserved.map(([base, size]) => ({ base, size, flags: 0, nid: 0 }));
  return {
    ...makeRecord(SMALL),
    memblock: { memory, reserved: regions },
    memblockLate: { memory, reserved: regions },
    memblockEvents: events,
    jobs: [],
    grow: [],
    nodes: [{ id: 0, cpus: [0], startPfn: 0, spannedPages: 16, presentPages: 16, firstDeferredPfn: null }],
  };
}

test('the first owner keeps its bytes, freed ones are nobody’s, unexplained ones are said to be', (t) => {
  // 0x0000 image 0x2000 megabyte 0x4000 .. 0x5000 table (given back) 0x6000 .. 0x8000 no event 0x9000
  const record = tiny(
    [
      event('reserve', 0, 0x2000, 'setup_arch#image'),
      event('reserve', 0, 0x4000, 'setup_arch#first-megabyte'),
      event('alloc', 0x5000, 0x1000, 'alloc_low_pages'),
      event('free', 0x5000, 0x1000, 'init_mem_mapping'),
    ],
    [
      [0, 0x4000],
      [0x8000, 0x1000],
    ],
  );
  const owners = reservedByOwner(record).map(({ start, end, value }) => [start, end, value.caller]);
  t.deepEqual(owners, [
    [0, 0x2000, 'setup_arch#image'],
    [0x2000, 0x4000, 'setup_arch#first-megabyte'],
    [0x8000, 0x9000, ''],
  ]);
});

test('kinds and words of call sites', (t) => {
  t.is(ownerKind('setup_arch#image'), 'kernel');
  t.is(ownerKind('sparse_init_nid#memmap'), 'memmap');
  t.is(ownerKind('pcpu_alloc_first_chunk'), 'percpu');
  t.is(ownerKind('setup_arch#crash-high'), 'crash');
  t.is(ownerKind('something_new'), 'data');
  t.is(ownerWords('something_new#tag'), 'data of something_new');
});

test('fates: early below the boundary, grown between, deferred from it on; reserved stays out', (t) => {
  // pfn 0..2 early, 2..4 grown, 4..16 deferred; 0x8000-0x9fff (pfn 8, 9) reserved
  const base = tiny([], [[0x8000, 0x2000]]);
  const record: RunRecord = {
    ...base,
    nodes: base.nodes.map((node) => ({ ...node, firstDeferredPfn: 4 })),
    grow: [{ node: 0, order: 9, fromPfn: 2, toPfn: 4 }],
  };
  t.deepEqual(
    memoryFates(record).map(({ start, end, value }) => [start, end, value.kind]),
    [
      [0, 0x2000, 'early'],
      [0x2000, 0x4000, 'grown'],
      [0x4000, 0x8000, 'deferred'],
      [0x8000, 0xa000, 'reserved'],
      [0xa000, 0x10000, 'deferred'],
    ],
  );
  t.deepEqual(bytesByFate(memoryFates(record)), {
    early: 0x2000,
    grown: 0x2000,
    deferred: 0xa000,
    reserved: 0x2000,
  });
});

test('free memory counts in whole pages: a reservation of one byte costs its page', (t) => {
  const record = tiny([], [[0x3fff, 1]]);
  t.deepEqual(freePageRanges(record), [
    { start: 0, end: 3, node: 0 },
    { start: 4, end: 16, node: 0 },
  ]);
  const free = freePageRanges(record);
  t.is(chunkPages({ start: 0, end: 16 }, free), 15);
  t.is(chunkPages({ start: 3, end: 4 }, free), 0);
  t.is(chunkPages({ start: 2, end: 5 }, free), 2);
  t.deepEqual(
    memoryFates(record).map(({ start, end, value }) => [start, end, value.kind]),
    [
      [0, 0x3000, 'early'],
      [0x3000, 0x4000, 'reserved'],
      [0x4000, 0x10000, 'early'],
    ],
  );
});

for (const shape of [SMALL, SKYLAKE, MONSTER]) {
  test(`strip of ${shape.name}: cells in order, boxes apart, each cell in one box`, (t) => {
    const rows = mapRows(makeRecord(shape));
    const scale = stripScale(rows, 1000);
    for (const { row, boxes } of layoutRows(rows, scale, 2)) {
      let last = -1;
      for (const cell of row.cells) {
        t.true(cell.start >= last && cell.end > cell.start, `${row.name} ${cellTitle(cell)}`);
        last = cell.end;
      }
      let right = 0;
      for (const box of boxes) {
        t.true(box.x >= right - 1e-6, `${row.name}: box at ${box.x} begins before ${right}`);
        right = box.x + box.width;
      }
      t.true(right <= 1000 + 1e-6);
      t.deepEqual(
        boxes.flatMap((box) => box.cells),
        [...row.cells],
      );
    }
  });

  test(`scale of ${shape.name}: 640 KiB and the top node can both be seen`, (t) => {
    const record = makeRecord(shape);
    const scale = stripScale(mapRows(record), 1000);
    t.true(scale.x(640 * KiB) - scale.x(0) >= 8);
    t.true(scale.x(68 * MiB) - scale.x(16 * MiB) >= 8, 'the kernel image');
    const top = record.memblockLate.memory.at(-1);
    t.true(scale.x((top?.base ?? 0) + (top?.size ?? 0)) - scale.x(top?.base ?? 0) >= 15);
    t.is(scale.x(2 ** 52), 1000);
  });
}

test('places and addresses follow each other, and back', (t) => {
  const scale = stripScale(mapRows(makeRecord(SKYLAKE)), 1000);
  const address = fc.integer({ min: 0, max: 770 * GiB });
  fc.assert(
    fc.property(
      address,
      address,
      (a, b) => a === b || a < b === scale.x(a) < scale.x(b) || scale.x(a) === scale.x(b),
    ),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 999.9, noNaN: true }), (x) => {
      const piece = scale.pieces.find((p) => x < p.x + p.width);
      const back = scale.x(scale.at(x));
      return piece !== undefined && back >= piece.x - 1e-6 && back <= x + 1e-6;
    }),
  );
  t.pass();
});

// How each version cuts a node's deferred memory, with numbers worked out by hand. Sections are 32768 pages, blocks 1024.
import test from 'ava';
import fc from 'fast-check';
import * as profiles from '../../../src/mm/deferred/profiles.ts';
import { deferredChunk, deferredChunkActions } from '../../../src/mm/deferred/chunk.ts';
import { PageLedger } from '../../../src/mm/deferred/ledger.ts';
import { freePages, freeWithin, rangeFrom } from '../../../src/mm/deferred/ranges.ts';
import type { DeferredPiece, DeferredRules, DeferredZone } from '../../../src/mm/deferred/rules.ts';

const {
  DEFERRED_4_17,
  DEFERRED_5_8,
  DEFERRED_6_4,
  DEFERRED_6_16,
  DEFERRED_6_18,
  DEFERRED_BASE,
  DEFERRED_V1,
  DEFERRED_V2,
} = profiles;
const S = 32768;
const B = 1024;

const zone = (zoneEndPfn: number, ...ranges: [number, number][]): DeferredZone => ({
  zoneEndPfn,
  ranges: ranges.map(([startPfn, endPfn]) => ({ startPfn, endPfn })),
});

/** Pieces as [kind, start, end]. */
const cut = (rules: DeferredRules, of: DeferredZone, first: number): (string | number)[][] =>
  [...rules.pieces(of, first)].map((p: DeferredPiece) =>
    p.kind === 'job' ? ['job', p.start, p.start + p.size] : ['serial', p.start, p.end],
  );

test('one section and 32767 pages: v2 leaves 32767 pages to one thread, 5.8 none', (t) => {
  const one = zone(2 * S, [0, 2 * S - 1]);
  const v2 = cut(DEFERRED_V2, one, 0);
  t.deepEqual(v2[0], ['job', 0, S]);
  t.is(v2.length, 1 + 32);
  t.is(
    v2
      .slice(1)
      .reduce((pages, [, start, end]) => pages + freePages(one.ranges, start as number, end as number), 0),
    32767,
  );
  t.deepEqual(cut(DEFERRED_5_8, one, 0), [['job', 0, 2 * S]]);
  t.deepEqual(cut(DEFERRED_BASE, one, 0), [['serial', 0, 2 * S - 1]]);
});

test('v2 does the head before a section boundary block by block, then whole sections as a job', (t) => {
  t.deepEqual(cut(DEFERRED_V2, zone(4 * S, [S - 2 * B - 1, 3 * S]), S - 2 * B - 1), [
    ['serial', S - 2 * B - 1, S - 2 * B],
    ['serial', S - 2 * B, S - B],
    ['serial', S - B, S],
    ['job', S, 3 * S],
  ]);
});

test('a range that begins before the aligned end of the one before it is not lost: its rest is the next job', (t) => {
  // [a, b) and [c, e) with c < ALIGN(b) = d < e
  const two = zone(8 * S, [S, S + 100], [S + 200, 3 * S]);
  t.deepEqual(cut(DEFERRED_5_8, two, S), [
    ['job', S, 2 * S],
    ['job', 2 * S, 3 * S],
  ]);
  t.deepEqual(cut(DEFERRED_V1, two, S), [
    ['job', S, S + 100],
    ['job', S + 200, 3 * S],
  ]);
});

test('6.18 makes one job of the zone, holes and all, to the section boundary past its end', (t) => {
  t.deepEqual(cut(DEFERRED_6_18, zone(6 * S + 5, [S, S + 100], [4 * S, 6 * S]), 2 * S), [
    ['job', 2 * S, 7 * S],
  ]);
});

test('nothing is left: no piece', (t) => {
  for (const rules of [DEFERRED_BASE, DEFERRED_V1, DEFERRED_V2, DEFERRED_5_8])
    t.deepEqual(cut(rules, zone(2 * S, [0, S]), S), []);
  t.deepEqual(cut(DEFERRED_6_18, zone(S, [0, S]), S), []);
});

test('the log line: with the number of pages to v2, without it as merged', (t) => {
  t.is(DEFERRED_V2.logLine(1, 24189223, 28), 'node 1 initialised, 24189223 pages in 28ms');
  t.is(DEFERRED_5_8.logLine(0, 5, 232), 'node 0 deferred pages initialised in 232ms');
});

test('the prerequisites: interrupts off and four touches of the watchdog a block before, neither after', (t) => {
  t.true(DEFERRED_4_17.irqsOff);
  t.false(DEFERRED_4_17.condResched);
  t.is(DEFERRED_4_17.watchdogTouchesPerBlock, 4);
  t.false(DEFERRED_5_8.irqsOff);
  t.true(DEFERRED_5_8.condResched);
  t.is(DEFERRED_5_8.watchdogTouchesPerBlock, 0);
});

test('growing goes on to a section boundary with enough pages, over holes', (t) => {
  const whole = zone(9 * S, [0, 9 * S]);
  t.deepEqual(DEFERRED_5_8.grow(whole, S, S), { from: S, to: 2 * S, pages: S, firstDeferredPfn: 2 * S });
  // from inside a section: the rest of it is not enough
  t.deepEqual(DEFERRED_5_8.grow(whole, S + 512, S), {
    from: S + 512,
    to: 3 * S,
    pages: 2 * S - 512,
    firstDeferredPfn: 3 * S,
  });
  // a section with one page only, then a hole
  const thin = zone(9 * S, [S, S + 1], [5 * S, 9 * S]);
  t.deepEqual(DEFERRED_5_8.grow(thin, S, S), { from: S, to: 6 * S, pages: S + 1, firstDeferredPfn: 6 * S });
});

test('growing to the end of memory leaves nothing deferred; with nothing left it says so', (t) => {
  const end = zone(2 * S, [S, 2 * S]);
  t.is(DEFERRED_5_8.grow(end, S, S)?.firstDeferredPfn, null);
  t.is(DEFERRED_5_8.grow(end, 2 * S, S), undefined);
  // 6.18 keeps the zone's end as the boundary, and gives up only where it found no page
  t.is(DEFERRED_6_18.grow(end, S, S)?.firstDeferredPfn, 2 * S);
  t.deepEqual(DEFERRED_6_18.grow(end, 2 * S, S), {
    from: 2 * S,
    to: 2 * S,
    pages: 0,
    firstDeferredPfn: null,
  });
});

test('1000 ranges: the iterator that begins anew for each job walks over half a million, one that stays none', (t) => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ startPfn: i * S, endPfn: i * S + 10 }));
  const walked = (rules: DeferredRules): number => {
    const ledger = new PageLedger();
    return many.reduce(
      (sum, { startPfn }) => sum + deferredChunk(rules, many, ledger, 0, startPfn, startPfn + S).rangesWalked,
      0,
    );
  };
  t.is(walked(DEFERRED_5_8), 1000 + (999 * 1000) / 2);
  t.is(walked(DEFERRED_6_16), 1000);
});

test('frees: 512 pages at a time to 6.3, whole blocks of 1024 from 6.4 on', (t) => {
  const ranges = [{ startPfn: 100, endPfn: 3 * B }];
  const frees = (rules: DeferredRules): number[][] =>
    [...deferredChunkActions(rules, ranges, 0, 2 * B)].flatMap((a) =>
      a.kind === 'free' ? [[a.start, a.end]] : [],
    );
  t.deepEqual(frees(DEFERRED_5_8), [
    [100, 512],
    [512, B],
    [B, B + 512],
    [B + 512, 2 * B],
  ]);
  t.deepEqual(frees(DEFERRED_6_4), [
    [100, B],
    [B, 2 * B],
  ]);
});

test('two passes: all ranges of a block are initialised before any is freed; 6.18 frees range by range', (t) => {
  const ranges = [
    { startPfn: 0, endPfn: 100 },
    { startPfn: 200, endPfn: 300 },
  ];
  const kinds = (rules: DeferredRules): string =>
    [...deferredChunkActions(rules, ranges, 0, B)].map((a) => `${a.kind} ${a.start}`).join(', ');
  t.is(kinds(DEFERRED_5_8), 'init 0, init 200, free 0, free 200');
  t.is(kinds(DEFERRED_6_18), 'init 0, free 0, init 200, free 200');
});

test('the ledger finds what is done twice, too early, or not at all', (t) => {
  const ledger = new PageLedger();
  ledger.init(10, 20);
  ledger.init(30, 40);
  ledger.init(20, 30);
  t.throws(() => ledger.init(39, 50), { message: /pfn 0x27 is initialised twice/ });
  t.throws(() => ledger.free(38, 41), { message: /pfn 0x28 is freed before/ });
  ledger.free(10, 40);
  t.throws(() => ledger.free(10, 11), { message: /pfn 0xa is freed twice/ });
  t.throws(() => ledger.expectAll([{ startPfn: 9, endPfn: 10 }]), { message: /0x9 was never initialised/ });
  t.notThrows(() => ledger.expectAll([{ startPfn: 10, endPfn: 40 }]));
});

const layouts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 90 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((gaps) => {
    let at = S;
    return gaps.map(([gap, pages]) => {
      const startPfn = at + gap * 701;
      at = startPfn + pages * 911;
      return { startPfn, endPfn: at };
    });
  });

test('any layout, any version: the pieces in small steps touch what they touch at once, each page once', (t) => {
  const versions = [
    DEFERRED_BASE,
    DEFERRED_V1,
    DEFERRED_V2,
    DEFERRED_5_8,
    DEFERRED_6_4,
    DEFERRED_6_16,
    DEFERRED_6_18,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...versions), layouts, (rules, ranges) => {
      const zoneEndPfn = (ranges.at(-1)?.endPfn ?? 0) + 3;
      const [atOnce, inSteps] = [new PageLedger(), new PageLedger()];
      for (const [, start, end] of cut(rules, { ranges, zoneEndPfn }, S)) {
        deferredChunk(rules, ranges, atOnce, 0, start as number, end as number);
        for (const a of deferredChunkActions(rules, ranges, start as number, end as number))
          inSteps[a.kind](a.start, a.end);
      }
      for (const ledger of [atOnce, inSteps]) t.notThrows(() => ledger.expectAll(ranges));
    }),
    { numRuns: 60 },
  );
});

test('free memory from a page frame on, and within bounds', (t) => {
  const ranges = [
    { startPfn: 10, endPfn: 20 },
    { startPfn: 30, endPfn: 40 },
  ];
  t.deepEqual(rangeFrom(ranges, 0), { index: 0, spfn: 10, epfn: 20 });
  t.deepEqual(rangeFrom(ranges, 19), { index: 0, spfn: 19, epfn: 20 });
  t.deepEqual(rangeFrom(ranges, 20), { index: 1, spfn: 30, epfn: 40 });
  t.is(rangeFrom(ranges, 40), undefined);
  t.deepEqual(
    [...freeWithin(ranges, 15, 31)],
    [
      { startPfn: 15, endPfn: 20 },
      { startPfn: 30, endPfn: 31 },
    ],
  );
  t.is(freePages(ranges, 0, 100), 20);
});

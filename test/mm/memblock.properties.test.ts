// Properties of memblock under random operations, beside a model that knows each page by itself: which node and flags
// it has, and whether it is reserved. The model has no regions, no merging and no search but trying every address.
import test from 'ava';
import fc from 'fast-check';
import { MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP, Memblock } from '../../src/mm/memblock.ts';
import type { MemblockRegion } from '../../src/mm/memblock.ts';

const PAGE = 4096;
const NONE = 1024;

/** A page's node and flags, or null where there is no memory. */
type Cell = { readonly nid: number; readonly flags: number } | null;

/** A region from page `from` to before `to`. */
interface Run {
  from: number;
  to: number;
  nid: number;
  flags: number;
}

function runsOf(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  cells.forEach((cell, page) => {
    if (cell === null) return;
    const last = runs.at(-1);
    if (last?.to === page && last.nid === cell.nid && last.flags === cell.flags) last.to += 1;
    else runs.push({ from: page, to: page + 1, ...cell });
  });
  return runs;
}

function runsIn(regions: readonly MemblockRegion[]): Run[] {
  return regions.map(({ base, size, nid, flags }) => ({
    from: base / PAGE,
    to: (base + size) / PAGE,
    nid,
    flags,
  }));
}

interface Request {
  pages: number;
  align: number;
  min: number;
  max: number;
  nid: number;
  exact: boolean;
}

/** The pages of a machine, and the rules of mm/memblock.c for one page at a time. */
class PageModel {
  readonly memory: Cell[];
  readonly reserved: Cell[];
  bottomUp = false;

  constructor(pages: number) {
    this.memory = new Array<Cell>(pages).fill(null);
    this.reserved = new Array<Cell>(pages).fill(null);
  }

  change(cells: Cell[], from: number, to: number, apply: (cell: Cell) => Cell): void {
    for (let page = from; page < to; page++) cells[page] = apply(cells[page] ?? null);
  }

  #fits(at: number, pages: number, nid: number): boolean {
    const first = this.memory[at];
    if (!first || first.flags & MEMBLOCK_NOMAP || (nid !== -1 && first.nid !== nid)) return false;
    for (let page = at; page < at + pages; page++) {
      const cell = this.memory[page];
      if (!cell || cell.nid !== first.nid || cell.flags !== first.flags || this.reserved[page]) return false;
    }
    return true;
  }

  #find(r: Request, min: number, nid: number): number {
    const max = r.max === 0 ? this.memory.length : r.max;
    const fitting: number[] = [];
    for (let at = Math.max(1, min); at + r.pages <= max; at++) {
      if (at % r.align === 0 && this.#fits(at, r.pages, nid)) fitting.push(at);
    }
    return (this.bottomUp ? fitting[0] : fitting.at(-1)) ?? 0;
  }

  /** The page that an allocation gets, or 0. */
  alloc(r: Request): number {
    for (const min of [r.min, 0]) {
      const own = this.#find(r, min, r.nid);
      const found = own || r.exact ? own : this.#find(r, min, -1);
      if (found) return found;
    }
    return 0;
  }
}

type Range = readonly [number, number];
type Step =
  | { op: 'add' | 'remove' | 'reserve' | 'free' | 'mark' | 'clear'; range: Range }
  | { op: 'addNode' | 'setNode'; range: Range; nid: number }
  | { op: 'bottomUp'; on: boolean }
  | { op: 'alloc'; request: Request };

function steps(pages: number, maxLength: number): fc.Arbitrary<Step[]> {
  const range = fc
    .tuple(fc.nat(pages - 1), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })))
    .map(([from, n]): Range => [from, Math.min(pages, from + n)]);
  const plain = fc.constantFrom('add', 'remove', 'reserve', 'reserve', 'free', 'mark', 'clear');
  const bound = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: pages }));
  const request = fc.record({
    pages: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
      fc.integer({ min: 1, max: 30 }),
    ),
    align: fc.constantFrom(1, 1, 2, 4, 8),
    min: bound,
    max: bound,
    nid: fc.integer({ min: -1, max: 2 }),
    exact: fc.boolean(),
  });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ op: plain, range }) as fc.Arbitrary<Step>,
    fc.record({ op: fc.constantFrom('addNode', 'setNode'), range, nid: fc.nat(2) }) as fc.Arbitrary<Step>,
    fc.record({ op: fc.constant('alloc'), request }) as fc.Arbitrary<Step>,
    fc.record({ op: fc.constant('bottomUp'), on: fc.boolean() }) as fc.Arbitrary<Step>,
  );
  return fc.array(step, { maxLength, size: 'max' });
}

/** Performs a step on both; returns what an allocation got on either side. */
function perform(mb: Memblock, model: PageModel, step: Step): { got: number; want: number } {
  if (step.op === 'bottomUp') {
    mb.setBottomUp(step.on);
    model.bottomUp = step.on;
    return { got: 0, want: 0 };
  }
  if (step.op === 'alloc') {
    const { pages, align, min, max, nid, exact } = step.request;
    const alloc = exact ? mb.allocExactNidRaw.bind(mb) : mb.allocTryNid.bind(mb);
    const want = model.alloc(step.request);
    const got = alloc(pages * PAGE, align * PAGE, min * PAGE, max * PAGE, nid) / PAGE;
    if (want) model.change(model.reserved, want, want + pages, (c) => c ?? { nid: NONE, flags: 0 });
    return { got, want };
  }
  const [from, to] = step.range;
  const base = from * PAGE;
  const size = (to - from) * PAGE;
  const onMemory = (apply: (cell: Cell) => Cell): void => model.change(model.memory, from, to, apply);
  if (step.op === 'add') {
    mb.add(base, size);
    onMemory((c) => c ?? { nid: NONE, flags: 0 });
  } else if (step.op === 'addNode') {
    mb.addNode(base, size, step.nid, MEMBLOCK_HOTPLUG);
    onMemory((c) => c ?? { nid: step.nid, flags: MEMBLOCK_HOTPLUG });
  } else if (step.op === 'remove') {
    mb.remove(base, size);
    onMemory(() => null);
  } else if (step.op === 'setNode') {
    mb.setNode(base, size, mb.memory, step.nid);
    onMemory((c) => c && { ...c, nid: step.nid });
  } else if (step.op === 'mark') {
    mb.markNomap(base, size);
    onMemory((c) => c && { ...c, flags: c.flags | MEMBLOCK_NOMAP });
  } else if (step.op === 'clear') {
    mb.clearNomap(base, size);
    onMemory((c) => c && { ...c, flags: c.flags & ~MEMBLOCK_NOMAP });
  } else if (step.op === 'reserve') {
    mb.reserve(base, size);
    model.change(model.reserved, from, to, (c) => c ?? { nid: NONE, flags: 0 });
  } else {
    mb.free(base, size);
    model.change(model.reserved, from, to, () => null);
  }
  return { got: 0, want: 0 };
}

function freePages(model: PageModel): string {
  const cells = model.memory.map((c, page) =>
    c && !model.reserved[page] && !(c.flags & MEMBLOCK_NOMAP) ? c : null,
  );
  return runsOf(cells)
    .map((run) => `${run.from}-${run.to}n${run.nid}`)
    .join(' ');
}

/** Both sides have the same regions, sizes, counts and free ranges. */
function agree(t: { deepEqual(a: unknown, b: unknown): void }, mb: Memblock, model: PageModel): void {
  for (const name of ['memory', 'reserved'] as const) {
    const want = runsOf(model[name]);
    t.deepEqual(runsIn(mb[name].regions()), want);
    t.deepEqual(mb[name].cnt, Math.max(1, want.length));
    t.deepEqual(mb[name].totalSize, want.reduce((sum, run) => sum + run.to - run.from, 0) * PAGE);
  }
  const text = (r: { start: number; end: number; nid: number }): string =>
    `${r.start / PAGE}-${r.end / PAGE}n${r.nid}`;
  t.deepEqual([...mb.forEachFreeMemRange()].map(text).join(' '), freePages(model));
  t.deepEqual([...mb.forEachFreeMemRangeReverse()].map(text).reverse().join(' '), freePages(model));
}

test('any operations: the regions are the maximal runs of equal pages, and allocations go where a search of all pages says', (t) => {
  fc.assert(
    fc.property(steps(128, 50), (list) => {
      const mb = new Memblock({ initRegions: 1024 });
      const model = new PageModel(128);
      for (const step of list) {
        const { got, want } = perform(mb, model, step);
        t.is(got, want);
      }
      agree(t, mb, model);
    }),
    { numRuns: 300 },
  );
});

/** 2048 pages in stretches of 60 pages of alternating nodes, every third page reserved: above 600 regions. */
function large(): { mb: Memblock; model: PageModel } {
  const mb = new Memblock({ initRegions: 8192 });
  const model = new PageModel(2048);
  for (let from = 1; from + 60 < 2048; from += 64) {
    perform(mb, model, { op: 'addNode', range: [from, from + 60], nid: (from >> 6) % 3 });
  }
  for (let page = 3; page < 2048; page += 3) perform(mb, model, { op: 'reserve', range: [page, page + 1] });
  return { mb, model };
}

test('the same holds where tables are large', (t) => {
  fc.assert(
    fc.property(steps(2048, 40), (list) => {
      const { mb, model } = large();
      list.forEach((step, i) => {
        const { got, want } = perform(mb, model, step);
        t.is(got, want);
        if (i % 8 === 0) agree(t, mb, model);
      });
      agree(t, mb, model);
    }),
    { numRuns: 40 },
  );
});

/** A map with some memory of two nodes and some of it reserved. */
function someMap(list: readonly Step[]): Memblock {
  const mb = new Memblock();
  mb.addNode(PAGE, 100 * PAGE, 0);
  mb.addNode(101 * PAGE, 100 * PAGE, 1);
  const model = new PageModel(256);
  for (const step of list) perform(mb, model, step);
  return mb;
}

test('adding or reserving a range twice is adding or reserving it once', (t) => {
  const range = fc.tuple(fc.nat(300 * PAGE), fc.integer({ min: 1, max: 50 * PAGE }));
  fc.assert(
    fc.property(steps(256, 20), range, (list, [base, size]) => {
      const mb = someMap(list);
      mb.add(base, size);
      mb.reserve(base, size);
      const once = [mb.memory.regions(), mb.reserved.regions(), mb.physMemSize(), mb.reservedSize()];
      mb.add(base, size);
      mb.reserve(base, size);
      t.deepEqual([mb.memory.regions(), mb.reserved.regions(), mb.physMemSize(), mb.reservedSize()], once);
    }),
    { numRuns: 100 },
  );
});

test('what is allocated lies in its bounds, aligned, in free memory; freeing all leaves the map as it was', (t) => {
  const request = fc.record({
    size: fc.integer({ min: 1, max: 5 * PAGE }),
    align: fc.constantFrom(1, 8, 64, PAGE, 4 * PAGE),
    start: fc.nat(200 * PAGE),
    end: fc.nat(220 * PAGE),
    bottomUp: fc.boolean(),
  });
  fc.assert(
    fc.property(steps(256, 20), fc.array(request, { maxLength: 30, size: 'max' }), (list, requests) => {
      const mb = someMap(list);
      const before = [mb.memory.regions(), mb.reserved.regions(), mb.reservedSize()];
      const taken: [number, number][] = [];
      for (const { size, align, start, end, bottomUp } of requests) {
        mb.setBottomUp(bottomUp);
        const free = [...mb.forEachFreeMemRange()];
        const at = mb.physAllocRange(size, align, start, end);
        if (at === 0) continue;
        taken.push([at, size]);
        t.is(at % align, 0);
        t.true(at >= Math.max(start, PAGE) && (end <= 1 || at + size <= Math.max(end, start)));
        t.true(free.some((range) => range.start <= at && at + size <= range.end));
      }
      for (const [base, size] of taken) mb.free(base, size);
      t.deepEqual([mb.memory.regions(), mb.reserved.regions(), mb.reservedSize()], before);
    }),
    { numRuns: 100 },
  );
});

test('a table that grows has the same regions as one that was large from the start, but for the grown tables', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(2000), { minLength: 130, maxLength: 400, size: 'max' }),
      fc.nat(),
      (pages, seed) => {
        const make = (initRegions: number): Memblock => {
          const mb = new Memblock({ initRegions });
          mb.add(PAGE, 4 * 2100 * PAGE);
          mb.allowResize();
          mb.setBottomUp(seed % 2 === 0);
          return mb;
        };
        const growing = make(128);
        const roomy = make(8192);
        // Four pages apart, so that no two touch; tables are kept out of the comparison by looking at what was asked for.
        for (const page of pages) {
          growing.reserve(4 * page * PAGE + PAGE, PAGE);
          roomy.reserve(4 * page * PAGE + PAGE, PAGE);
        }
        for (const r of roomy.reserved.regions()) t.true(growing.isRegionReserved(r.base, r.size));
        const tables = growing.reservedSize() - roomy.reservedSize();
        t.true(tables <= Math.ceil((growing.reserved.max * 24) / PAGE) * PAGE);
        t.true(growing.reserved.cnt <= growing.reserved.max);
        if (growing.reserved.max > 128) t.true(growing.isReserved(growing.reserved.tableAddr));
      },
    ),
    { numRuns: 30 },
  );
});

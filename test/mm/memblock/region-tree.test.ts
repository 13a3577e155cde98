// The tree under memblock's tables and the index of free ranges, with nodes of four so that few ranges make it deep.
import test from 'ava';
import fc from 'fast-check';
import { RangeCursor } from '../../../src/mm/memblock/cursor.ts';
import { findBottomUp, findTopDown } from '../../../src/mm/memblock/find.ts';
import { FreeIndex } from '../../../src/mm/memblock/free-index.ts';
import { RegionTree } from '../../../src/mm/memblock/region-tree.ts';
import type { TreeNode } from '../../../src/mm/memblock/tree-node.ts';
import { MemblockType } from '../../../src/mm/memblock/type.ts';

type Range = [number, number, number];

/** The ranges of a tree, by its chain of leaves. */
function chain(tree: RegionTree): Range[] {
  const all: Range[] = [];
  for (let leaf: TreeNode | null = tree.first; leaf !== null; leaf = leaf.next) {
    for (let i = 0; i < leaf.n; i++) all.push([leaf.base[i] ?? NaN, leaf.end[i] ?? NaN, leaf.tag[i] ?? NaN]);
  }
  return all;
}

/** What a tree promises of itself: order, keys, links, depth, and summaries that are upper bounds. Returns its ranges. */
function checkTree(tree: RegionTree): Range[] {
  const below: Range[] = [];
  const visit = (node: TreeNode, height: number, low: number, high: number): void => {
    if (height === 0) {
      if (node.n === 0 && tree.count > 0) throw new Error('an empty leaf');
      for (let i = 0; i < node.n; i++) {
        const [base, end, tag] = [node.base[i] ?? NaN, node.end[i] ?? NaN, node.tag[i] ?? NaN];
        if (!(base >= low && base < high && end > base))
          throw new Error(`${base}-${end} is not below its key`);
        if (end - base > node.maxSize) throw new Error(`summary of ${node.maxSize} misses ${base}-${end}`);
        below.push([base, end, tag]);
      }
      return;
    }
    if (node.n !== node.kids.length || node.n === 0) throw new Error('kids and their count differ');
    node.kids.forEach((kid, k) => {
      if (kid.parent !== node || kid.slot !== k) throw new Error('a kid does not know its parent');
      if (kid.maxSize > node.maxSize || kid.nids & ~node.nids || kid.kinds & ~node.kinds)
        throw new Error('summary');
      const from = k === 0 ? low : (node.base[k] ?? NaN);
      visit(kid, height - 1, from, k + 1 < node.n ? (node.base[k + 1] ?? NaN) : high);
    });
  };
  visit(tree.root, tree.height, -Infinity, Infinity);
  if (below.length !== tree.count) throw new Error('count');
  return below;
}

const SMALL = (): RegionTree => new RegionTree(4, 4);

test('inserting in any order and erasing in any other keeps a tree sound, and seeks right', (t) => {
  const numbers = fc.uniqueArray(fc.nat(400), { maxLength: 120 });
  fc.assert(
    fc.property(numbers, fc.array(fc.nat(400)), (inserted, others) => {
      const tree = SMALL();
      const want = new Set<number>();
      const ask = (): void => {
        const ranges = checkTree(tree);
        t.deepEqual(
          ranges.map(([base]) => base / 10),
          [...want].sort((a, b) => a - b),
        );
        t.deepEqual(chain(tree), ranges);
        for (const n of others) {
          const addr = n * 10 + 4;
          const found = tree.seek(addr) ? tree.leaf.base[tree.at] : undefined;
          t.is(found, ranges.find(([, end]) => end > addr)?.[0]);
          const before = tree.seekBefore(addr) ? tree.leaf.base[tree.at] : undefined;
          t.is(before, ranges.findLast(([base]) => base < addr)?.[0]);
        }
      };
      for (const n of inserted) {
        tree.seek(n * 10);
        tree.insert(n * 10, n * 10 + 7, n % 5);
        want.add(n);
      }
      ask();
      for (const n of [...others, ...inserted.slice(5)]) {
        if (!want.delete(n)) continue;
        tree.seek(n * 10);
        tree.erase();
        const next = Math.min(...[...want].filter((other) => other > n));
        t.is(tree.at < tree.leaf.n ? (tree.leaf.base[tree.at] ?? NaN) / 10 : Infinity, next);
      }
      ask();
    }),
    { numRuns: 100 },
  );
});

test('depth grows with the logarithm of the count, in ascending, descending and scattered order', (t) => {
  const n = 20_000;
  const orders = [
    (i: number): number => i,
    (i: number): number => n - 1 - i,
    (i: number): number => (i * 7919) % n,
  ];
  for (const order of orders) {
    const tree = new RegionTree();
    for (let i = 0; i < n; i++) {
      tree.seek(order(i) * 2);
      tree.insert(order(i) * 2, order(i) * 2 + 1, 0);
    }
    t.is(checkTree(tree).length, n);
    // Leaves at least half full: 625 at most; inner nodes at least half full: three levels reach 16 * 16 * 16.
    t.true(tree.height <= 3, `${tree.height} levels`);
  }
});

interface Change {
  op: 'add' | 'remove' | 'node' | 'flag' | 'reserve' | 'free';
  base: number;
  size: number;
  n: number;
}

const changes = fc.array(
  fc.record({
    op: fc.constantFrom<Change['op']>(
      'add',
      'add',
      'remove',
      'node',
      'flag',
      'reserve',
      'reserve',
      'free',
      'free',
    ),
    base: fc.integer({ min: 1, max: 600 }),
    size: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })),
    n: fc.nat(2),
  }),
  { maxLength: 120 },
);
const wanted = fc.record({
  size: fc.integer({ min: 1, max: 8 }),
  align: fc.constantFrom(1, 2, 4, 8),
  low: fc.nat(600),
  high: fc.nat(700),
  sel: fc.record({
    nid: fc.integer({ min: -1, max: 2 }),
    flags: fc.constantFrom(0, 4),
    movableNode: fc.boolean(),
  }),
});

function pair(): { memory: MemblockType; reserved: MemblockType; free: RegionTree; index: FreeIndex } {
  const memory = new MemblockType('memory', 1e6, () => false, true, SMALL());
  const reserved = new MemblockType('reserved', 1e6, () => false, true, SMALL());
  const free = SMALL();
  const index = new FreeIndex(memory.tree, reserved.tree, free);
  const refresh = (base: number, end: number): void => index.refresh(base, end);
  memory.listener = { added: refresh, removed: refresh, retagged: refresh, reshaped: () => undefined };
  reserved.listener = {
    added: (base, end) => index.take(base, end),
    removed: (base, end) => index.give(base, end),
    retagged: () => undefined,
    reshaped: () => undefined,
  };
  return { memory, reserved, free, index };
}

function apply(memory: MemblockType, reserved: MemblockType, { op, base, size, n }: Change): void {
  if (op === 'add') memory.addRange(base, size, n, n === 2 ? 4 : 0);
  else if (op === 'remove') memory.removeRange(base, size);
  else if (op === 'node') memory.setNode(base, size, n);
  else if (op === 'flag') memory.setFlag(base, size, n > 0, 4);
  else if (op === 'reserve') reserved.addRange(base, size, 16, 0);
  else reserved.removeRange(base, size);
}

test('the index of free ranges follows both tables, and finds what walking them finds', (t) => {
  fc.assert(
    fc.property(changes, fc.array(wanted, { maxLength: 20 }), (list, searches) => {
      const { memory, reserved, free, index } = pair();
      for (const change of list) {
        apply(memory, reserved, change);
        checkTree(memory.tree);
        checkTree(reserved.tree);
        checkTree(free);
      }
      const walked: number[][] = [];
      const cursor = new RangeCursor(memory.tree, reserved.tree, undefined, false);
      while (cursor.next()) walked.push([cursor.start, cursor.end]);
      t.deepEqual(
        chain(free).map(([base, end]) => [base, end]),
        walked,
      );
      for (const search of searches) {
        t.is(index.findTopDown(search), findTopDown(memory.tree, reserved.tree, search));
        t.is(index.findBottomUp(search), findBottomUp(memory.tree, reserved.tree, search));
      }
      checkTree(free);
    }),
    { numRuns: 200 },
  );
});

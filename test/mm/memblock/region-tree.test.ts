// The tree under memblock's tables and the index of free ranges, with nodes of four so that few ranges make it deep.
import test from 'ava';
import fc from 'fast-check';
import { RangeCursor } from '../../../src/mm/memblock/cursor.ts';
import { findBottomUp, findTopDown } from '../../../src/mm/memblock/find.ts';
import { FreeIndex } from '../../../src/mm/memblock/free-index.ts';
import { RegionTree } from '../../../src/mm/memblock/region-tree.ts';
import { nidOfTag } from '../../../src/mm/memblock/tree-node.ts';
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
  const numbers = fc.uniqueArray(fc.nat(400), { maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(numbers, fc.array(fc.nat(400), { maxLength: 60, size: 'max' }), (inserted, others) => {
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

test('a range that moves up past the next leaf’s key moves the key, one that grows down takes its own along', (t) => {
  const tree = SMALL();
  for (let base = 0; base < 80; base += 10) {
    tree.seek(base);
    tree.insert(base, base + 7, 0);
  }
  // Two leaves of four; the second one's key is 37, where the first one ended.
  t.is(tree.height, 1);
  tree.seek(30);
  tree.resize(30, 39);
  tree.resize(38, 39);
  checkTree(tree);
  t.true(tree.seek(38));
  t.is(tree.leaf.base[tree.at], 38);
  tree.erase();
  tree.seek(40);
  tree.resize(28, 47);
  t.deepEqual(checkTree(tree)[3], [28, 47, 0]);
  t.true(tree.seekBefore(29));
  t.is(tree.leaf.base[tree.at], 28);
});

test('a leaf that became sparse takes in its sibling, and an emptied tree is a leaf again', (t) => {
  const tree = SMALL();
  for (let base = 0; base < 320; base += 10) {
    tree.seek(base);
    tree.insert(base, base + 7, 0);
  }
  const leaves = (): number => {
    let n = 0;
    for (let leaf: TreeNode | null = tree.first; leaf !== null; leaf = leaf.next) n += 1;
    return n;
  };
  t.is(leaves(), 8);
  for (let base = 310; base >= 0; base -= 10) {
    if (base % 40 === 0) continue;
    tree.seek(base);
    tree.erase();
    checkTree(tree);
  }
  // One range is left of each four; leaves of one do not stay alone.
  t.is(tree.count, 8);
  t.true(leaves() < 8);
  for (const base of [0, 280, 40, 240, 80, 200, 120, 160]) {
    tree.seek(base);
    tree.erase();
    checkTree(tree);
  }
  t.deepEqual([tree.count, tree.height, tree.seek(0), tree.seekBefore(1000)], [0, 0, false, false]);
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
    // On a grid for the most part, so that ranges often touch or end together.
    base: fc.oneof(
      fc.integer({ min: 0, max: 150 }).map((n) => 1 + 4 * n),
      fc.integer({ min: 1, max: 600 }),
    ),
    size: fc.oneof(fc.constantFrom(4, 4, 8, 12, 40), fc.integer({ min: 1, max: 9 })),
    n: fc.nat(2),
  }),
  { maxLength: 150, size: 'max' },
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
    fc.property(changes, fc.array(wanted, { maxLength: 20, size: 'max' }), (list, searches) => {
      const { memory, reserved, free, index } = pair();
      for (let base = 1; base < 600; base += 12) {
        apply(memory, reserved, { op: 'add', base, size: 8, n: base % 3 });
        apply(memory, reserved, { op: 'reserve', base: base + 4, size: 4, n: 0 });
      }
      for (const change of list) {
        apply(memory, reserved, change);
        checkTree(memory.tree);
        checkTree(reserved.tree);
        const indexed = checkTree(free);
        let i = 0;
        const cursor = new RangeCursor(memory.tree, reserved.tree, undefined, false);
        for (; cursor.next(); i++) {
          const [base, end, tag] = indexed[i] ?? [];
          const same = base === cursor.start && end === cursor.end && nidOfTag(tag ?? -1) === cursor.nid;
          if (!same)
            t.fail(`after ${JSON.stringify(change)}: ${base}-${end}, not ${cursor.start}-${cursor.end}`);
        }
        t.is(indexed.length, i);
      }
      for (const search of searches) {
        t.is(index.findTopDown(search), findTopDown(memory.tree, reserved.tree, search));
        t.is(index.findBottomUp(search), findBottomUp(memory.tree, reserved.tree, search));
      }
      checkTree(free);
    }),
    { numRuns: 200 },
  );
});

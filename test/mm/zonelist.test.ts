import test from 'ava';
import { buildAllZonelists, fallbackOrders, onlineNodeCount } from '../../src/mm/zonelist.ts';
import { drawBoot, type DrawnNode } from './helpers/boot-context.ts';

/** `count` nodes of 128 MiB with a CPU each. */
const row = (count: number): DrawnNode[] =>
  Array.from({ length: count }, (_, i) => ({ memory: [[128 * (i + 1), 128 * (i + 2)]], cpus: 1 }));

test('nodes at one distance: the next number first, and the load goes round', (t) => {
  const { ctx } = drawBoot({ nodes: row(4) });
  t.deepEqual(
    [...fallbackOrders(ctx).values()],
    [
      [0, 1, 2, 3],
      [1, 2, 3, 0],
      [2, 3, 0, 1],
      [3, 0, 1, 2],
    ],
  );
});

test('eight fake nodes of two real ones, as a real boot with numa=fake=8 listed them', (t) => {
  const distances = Array.from({ length: 8 }, (_, i) =>
    Array.from({ length: 8 }, (_, j) => ((i - j) % 2 === 0 ? 10 : 20)),
  );
  const { ctx } = drawBoot({ nodes: row(8), distances });
  const orders = fallbackOrders(ctx);
  t.deepEqual(orders.get(0), [0, 2, 4, 6, 1, 3, 5, 7]);
  t.deepEqual(orders.get(1), [1, 3, 5, 7, 2, 4, 6, 0]);
  t.deepEqual(orders.get(2), [2, 4, 6, 0, 3, 5, 7, 1]);
  t.deepEqual(orders.get(7), [7, 1, 3, 5, 0, 2, 4, 6]);
});

test('distances of a table come before numbers', (t) => {
  const distances = [
    [10, 31, 21],
    [31, 10, 21],
    [21, 21, 10],
  ];
  const { ctx } = drawBoot({ nodes: row(3), distances });
  const orders = fallbackOrders(ctx);
  t.deepEqual(orders.get(0), [0, 2, 1]);
  t.deepEqual(orders.get(1), [1, 2, 0]);
});

test("a node without memory is nobody's fallback, but counts as online where it has CPUs", (t) => {
  const { ctx } = drawBoot({ nodes: [...row(1), { memory: [], cpus: 2 }, { memory: [], cpus: 0 }] });
  t.deepEqual(
    [...fallbackOrders(ctx).entries()],
    [
      [0, [0]],
      [1, [1, 0]],
      [2, [2, 0]],
    ],
  );
  t.is(onlineNodeCount(ctx), 2);
});

test('grouping by mobility starts with five page blocks: 2560 pages', (t) => {
  // [16, 26] MiB is 2560 pages, of which 40 hold their memmap: too few by 40
  const few = drawBoot({ nodes: [{ memory: [[16, 26]], cpus: 1 }] });
  buildAllZonelists(few.ctx);
  t.deepEqual(few.lines(), [
    'Fallback order for Node 0: 0 ',
    'Built 1 zonelists, mobility grouping off.  Total pages: 2520',
    'Policy zone: DMA32',
  ]);
  const enough = drawBoot({ nodes: [{ memory: [[16, 27]], cpus: 1 }] });
  buildAllZonelists(enough.ctx);
  t.is(enough.lines()[1], 'Built 1 zonelists, mobility grouping on.  Total pages: 2772');
});

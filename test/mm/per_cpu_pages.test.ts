import test from 'ava';
import { PerCpuPages, zoneBatchsize } from '../../src/mm/per_cpu_pages.ts';

test('batch of a zone: as /proc/zoneinfo of captured boots has it, and both sides of each step', (t) => {
  // managed pages and batch of q35-512m-1c and q35-3g-2c under 6.12
  for (const [managed, batch] of [
    [3840, 1],
    [114469, 31],
    [247429, 63],
    [494171, 63],
  ] as const)
    t.is(zoneBatchsize(managed), batch, String(managed));
  // pages / 4096, half as much again, the power of two below, less one
  for (const [pages, below, from] of [
    [3 * 4096, 1, 3],
    [6 * 4096, 3, 7],
    [11 * 4096, 7, 15],
    [22 * 4096, 15, 31],
    [43 * 4096, 31, 63],
  ] as const) {
    t.is(zoneBatchsize(pages - 1), below);
    t.is(zoneBatchsize(pages), from);
  }
  t.is(zoneBatchsize(0), 1);
  t.is(zoneBatchsize(2 ** 30), 63);
});

/** Takes one block after the other; the pages that each moved out of the zone. */
function pulls(
  lists: PerCpuPages,
  orders: readonly number[],
  kind: 'unmovable' | 'reclaimable' = 'unmovable',
): number[] {
  return orders.map((order) => {
    let pulled = 0;
    lists.take(order, kind, (blocks) => {
      pulled = blocks * 2 ** order;
      return blocks;
    });
    return pulled;
  });
}

/** A zone with so many batches of 7: a section. */
const SECTION = 32768;

test('single pages come in batches that double each time, up to 32 batches', (t) => {
  const lists = new PerCpuPages(SECTION, 'doubling');
  const all = pulls(
    lists,
    Array.from({ length: 7 + 14 + 28 + 56 + 112 + 224 + 1 }, () => 0),
  ).filter((n) => n > 0);
  t.deepEqual(all, [7, 14, 28, 56, 112, 224, 224]);
  t.is(lists.waiting, 223);
  const constant = new PerCpuPages(SECTION, 'constant');
  t.deepEqual(
    pulls(
      constant,
      Array.from({ length: 15 }, () => 0),
    ).filter((n) => n > 0),
    [7, 7, 7],
  );
});

test('larger blocks: as many as single pages have in a batch, two at least, one where the batch is 1', (t) => {
  t.deepEqual(pulls(new PerCpuPages(2 ** 20, 'doubling'), [1, 2, 3, 9]), [31 * 2, 15 * 4, 7 * 8, 2 * 512]); // 63 at once
  t.deepEqual(pulls(new PerCpuPages(SECTION, 'doubling'), [1, 2, 3, 9]), [3 * 2, 2 * 4, 2 * 8, 2 * 512]);
  const small = new PerCpuPages(3 * 4096 - 1, 'doubling'); // a batch of 1
  t.deepEqual(pulls(small, [0, 0, 3, 9]), [1, 2, 8, 512]); // which doubles too
  t.is(small.waiting, 1);
});

test('each order and each kind has its list', (t) => {
  const lists = new PerCpuPages(SECTION, 'doubling');
  t.deepEqual(pulls(lists, [3, 3]), [16, 0]);
  t.deepEqual(pulls(lists, [3, 0], 'reclaimable'), [16, 7]);
  t.is(lists.waiting, 8 + 6);
});

test('a page that comes back halves what is taken next, and is taken first', (t) => {
  const lists = new PerCpuPages(SECTION, 'doubling');
  t.deepEqual(pulls(lists, [0]), [7]);
  t.is(lists.nextBatch, 14);
  lists.free();
  t.is(lists.nextBatch, 7);
  t.is(lists.waiting, 7);
  t.deepEqual(pulls(lists, [0, 0, 0, 0, 0, 0, 0, 0]), [0, 0, 0, 0, 0, 0, 0, 7]);
});

test('lists that hold an eighth of the zone take no more than a batch beyond it', (t) => {
  // 12288 pages: batches of 3, 1536 pages at most; what they may hold grows by each batch, from 12 on
  const lists = new PerCpuPages(12288, 'doubling');
  t.deepEqual(pulls(lists, [9, 9, 9]), [1024, 0, 1024]);
  t.is(lists.waiting, 512);
  // 12 + 3 + 3 + 3 may wait, 512 do: no more than the batch
  t.deepEqual(pulls(lists, [0, 0, 0, 0]), [3, 0, 0, 3]);
});

test('a zone that has less than a batch gives what it has; one that has nothing, nothing', (t) => {
  const lists = new PerCpuPages(SECTION, 'doubling');
  t.true(lists.take(0, 'unmovable', () => 2));
  t.is(lists.waiting, 1);
  t.true(lists.take(0, 'unmovable', () => 0));
  t.false(lists.take(0, 'unmovable', () => 0));
});

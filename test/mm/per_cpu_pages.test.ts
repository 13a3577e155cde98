import test from 'ava';
import { blocksAtOnce, waitingAfter, zoneBatchsize } from '../../src/mm/per_cpu_pages.ts';

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

test('blocks come in batches of single pages, two at least, where the zone has batches at all', (t) => {
  t.is(blocksAtOnce(63, 3), 7);
  t.is(blocksAtOnce(63, 9), 2);
  t.is(blocksAtOnce(3, 9), 2);
  t.is(blocksAtOnce(1, 9), 1);
});

test('what waits after pages in a row: a quarter of the last batch, which has doubled as often as the pages are more', (t) => {
  t.is(waitingAfter(7, 7, 'doubling'), 1);
  t.is(waitingAfter(14, 7, 'doubling'), 3); // 14 at once
  t.is(waitingAfter(256, 7, 'doubling'), 56); // 224 at once: 32 times the batch
  t.is(waitingAfter(5000, 7, 'doubling'), 56);
  t.is(waitingAfter(5000, 7, 'constant'), 1);
  t.is(waitingAfter(5000, 1, 'doubling'), 0);
});

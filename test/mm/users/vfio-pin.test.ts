// Pinning for a device: how often mmap_lock is taken with each size of the cache, limits that just fit, and what a failure leaves.
// All figures by hand.
import test from 'ava';
import {
  checkVfio,
  initVfio,
  VFIO_2022,
  VFIO_PIN,
  vfioPinMapDma,
  vfioState,
  vfioThreadFns,
  vfioWords,
  type VfioContext,
} from '../../../src/mm/users/vfio-pin.ts';
import { HOLD, runUser } from '../helpers/user-job.ts';

const BATCH = 4;
const ENOMEM = -12;
const EFAULT = -14;

interface Pin extends Partial<VfioContext> {
  readonly pages?: number;
  readonly failing?: readonly number[];
}

/** 32 pages, by one thread where nothing else is said. */
function pin({ pages = 32, failing = [], ...vfio }: Pin) {
  const ran = runUser<VfioContext>({
    ...{ leaf: VFIO_PIN, threadFns: vfioThreadFns, words: vfioWords(pages, BATCH) },
    shouldFail: (what, at) => what === 'pin' && failing.includes(at),
    init: (k, dma) => {
      initVfio(k, dma, pages, BATCH);
      const sizes = { align: BATCH, minChunk: BATCH, maxThreads: 1, batch: BATCH };
      return { ...sizes, lockedVmCache: 0, limit: Infinity, ...vfio, dma, hold: HOLD };
    },
    run: (k, ctx) => vfioPinMapDma(k, ctx, pages),
  });
  checkVfio(ran.k, ran.ctx, pages, ran.result);
  return { ...ran, ...vfioState(ran.k, ran.ctx, pages) };
}

const ALL = { result: 0, pinned: 32, lockedVm: 32, dmaSize: 32 };
const NOTHING = { pinned: 0, lockedVm: 0, dmaSize: 0 };

test('as posted: 2 MiB, 128 MiB, 16 threads, 65,536 pages of cache', (t) => {
  const { align, minChunk, maxThreads, lockedVmCache } = VFIO_2022;
  t.deepEqual([align * 4096, minChunk * 4096, maxThreads, lockedVmCache], [2 ** 21, 2 ** 27, 16, 65_536]);
});

test('mmap_lock: once a batch without a cache; with one when it is short, and once more for what is left', (t) => {
  for (const [lockedVmCache, holds] of [
    // 8 batches of 4
    [0, 8],
    // less than a batch: at batches 1 and 5 not enough even after it was taken, so twice there; left 3, 2, 1, 0 in turn
    [3, 10],
    [4, 8],
    // 7: taken at batches 1, 2, 4, 6 and 8 (left 3, 6, 2, 5, 1, 4, 0, 3), 3 given back
    [7, 6],
    // 8 is two batches: 4 times, nothing left
    [8, 4],
    // 12: at batches 1, 4 and 7, 4 given back
    [12, 4],
    [31, 3],
    [32, 1],
    [33, 2],
  ] as const) {
    const ran = pin({ lockedVmCache });
    t.like(ran, ALL, `${lockedVmCache}`);
    t.is(ran.holds, holds, `cache of ${lockedVmCache}`);
  }
});

test('the limit: what fits exactly is pinned, one page less is -ENOMEM and nothing is left', (t) => {
  for (const lockedVmCache of [0, 8]) {
    t.like(pin({ lockedVmCache, limit: 32 }), ALL);
    t.like(pin({ lockedVmCache, limit: 31 }), { ...NOTHING, result: ENOMEM });
  }
});

test('a cache that would go beyond the limit is switched off, not an error', (t) => {
  // taken at batches 1 and 4; at 7 there are 24 of 35, 12 more do not fit: 7 and 8 by themselves
  t.like(pin({ lockedVmCache: 12, limit: 35 }), { ...ALL, holds: 5 });
  // 36 fits: three times, and 4 given back
  t.like(pin({ lockedVmCache: 12, limit: 36 }), { ...ALL, holds: 4 });
  t.like(pin({ lockedVmCache: 12, limit: 32 }), ALL);
  t.like(pin({ lockedVmCache: 12, limit: 31 }), { ...NOTHING, result: ENOMEM });
});

test('any page that cannot be pinned, first, last or between: -EFAULT, and nothing is left', (t) => {
  for (const maxThreads of [1, 2])
    for (const lockedVmCache of [0, 12])
      for (const page of [0, 3, 4, 15, 16, 30, 31])
        t.like(
          pin({ lockedVmCache, maxThreads, failing: [page] }),
          { ...NOTHING, result: EFAULT },
          `${page}`,
        );
  t.like(pin({ maxThreads: 2, failing: [32] }), ALL);
});

test('the part of a batch before the page that fails is tried, what comes after it is not', (t) => {
  const { leaves } = pin({ failing: [6] });
  t.deepEqual(
    leaves.map(([start, end]) => [start, end]),
    [
      [0, 4],
      [4, 6],
    ],
  );
});

test('two threads: chunks of an eighth, aligned up to a batch', (t) => {
  // 33 / 8 is 4: nine chunks, the last of one page
  const { leaves, pinned } = pin({ pages: 33, maxThreads: 2 });
  t.is(pinned, 33);
  t.deepEqual(
    leaves.map(([start]) => start),
    [0, 4, 8, 12, 16, 20, 24, 28, 32],
  );
});

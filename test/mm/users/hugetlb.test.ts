// How many threads a pool of huge pages gets at boot, by version, and what the pool has in the end.
import test from 'ava';
import { PADATA_6_12 } from '../../../src/kernel/padata/profiles.ts';
import {
  checkHugetlb,
  HUGETLB_PREP,
  hugetlbFill,
  hugetlbJob,
  hugetlbThreadFns,
  hugetlbWords,
  initHugetlb,
  type HugetlbContext,
} from '../../../src/mm/users/hugetlb.ts';
import { HOLD, runUser } from '../helpers/user-job.ts';

const machine = (nodes: number, cpusOnline: number) => ({ nodes, cpusOnline });

test('6.9: two threads a node; 6.15: a quarter of the CPUs, at least one; or as many as the parameter says', (t) => {
  t.deepEqual(hugetlbJob(1000, '6.9', machine(2, 104)), { maxThreads: 4, minChunk: 250, numaAware: true });
  t.is(hugetlbJob(1000, '6.15', machine(2, 104)).maxThreads, 26);
  t.is(hugetlbJob(1000, '6.15', machine(2, 107)).maxThreads, 26);
  t.is(hugetlbJob(1000, '6.15', machine(1, 4)).maxThreads, 1);
  t.is(hugetlbJob(1000, '6.15', machine(1, 3)).maxThreads, 1);
  t.is(hugetlbJob(1000, '6.15', machine(1, 8)).maxThreads, 2);
  t.deepEqual(hugetlbJob(1000, '6.15', machine(2, 104), 16), {
    maxThreads: 16,
    minChunk: 62,
    numaAware: true,
  });
});

test('fewer pages than threads: min_chunk 0, which crashed kernels before 6.11', (t) => {
  t.is(hugetlbJob(4, '6.9', machine(2, 8)).minChunk, 1);
  t.is(hugetlbJob(3, '6.9', machine(2, 8)).minChunk, 0);
});

/** A pool of 12 huge pages, four at a time. */
function fill(maxThreads: number, failing: readonly number[] = []) {
  const pages = 12;
  const ran = runUser<HugetlbContext>({
    ...{ rules: PADATA_6_12, leaf: HUGETLB_PREP, threadFns: hugetlbThreadFns, words: hugetlbWords(pages) },
    shouldFail: (what, at) => what === 'alloc' && failing.includes(at),
    init: (k, pool) => {
      initHugetlb(k, pool, pages);
      return { pool, batch: 4, hold: HOLD };
    },
    *run(k, ctx) {
      yield* hugetlbFill(k, ctx, pages, { maxThreads, minChunk: 4, numaAware: true });
      return 0;
    },
  });
  return { there: checkHugetlb(ran.k, ran.ctx, pages), holds: ran.holds };
}

test('the pool: hugetlb_lock once a batch; where memory runs out the chunk ends, and what is there is counted', (t) => {
  t.deepEqual(fill(1), { there: 12, holds: 3 });
  t.deepEqual(fill(2), { there: 12, holds: 3 });
  // one chunk: nothing after page 4 is tried
  t.deepEqual(fill(1, [5]), { there: 5, holds: 2 });
  t.deepEqual(fill(1, [4]), { there: 4, holds: 2 });
  t.deepEqual(fill(1, [0]), { there: 0, holds: 1 });
  t.deepEqual(fill(1, [11]), { there: 11, holds: 3 });
  // two threads, chunks of 4: the others go on
  t.deepEqual(fill(2, [5]), { there: 9, holds: 3 });
});

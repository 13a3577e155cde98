// Struct pages of a device and an address space that is freed: counts, batches and threads, by hand.
import test from 'ava';
import { PADATA_RFC_2022 } from '../../../src/kernel/padata/rfc2022/rules.ts';
import type { RuntimeRules } from '../../../src/kernel/padata/rules.ts';
import {
  checkRange,
  initRange,
  MUNMAP_FREE,
  PMEM_INIT,
  RANGE_JOB,
  rangeJob,
  rangeThreadFns,
  rangeWords,
  type RangeContext,
} from '../../../src/mm/users/ranges.ts';
import { HOLD, runUser } from '../helpers/user-job.ts';

function run(kind: RangeContext['kind'], pages: number, maxThreads: number, batch = 4) {
  const ran = runUser<RangeContext>({
    ...{ leaf: kind === 'pmem' ? PMEM_INIT : MUNMAP_FREE, threadFns: rangeThreadFns },
    words: rangeWords(pages, batch),
    init: (k, range) => {
      const ctx = { range, batch, hold: HOLD, kind };
      initRange(k, ctx, pages);
      return ctx;
    },
    run: (k, ctx) => rangeJob(k, ctx, pages, { align: batch, minChunk: batch, maxThreads }),
  });
  checkRange(ran.k, ran.ctx, pages);
  return { batches: ran.leaves.map(([start, end]) => end - start), holds: ran.holds, result: ran.result };
}

test('pmem: each batch once, the last as short as it is; no lock', (t) => {
  t.deepEqual(run('pmem', 8, 1), { batches: [4, 4], holds: 0, result: 0 });
  t.deepEqual(run('pmem', 9, 1), { batches: [4, 4, 1], holds: 0, result: 0 });
  t.deepEqual(run('pmem', 7, 2), { batches: [4, 3], holds: 0, result: 0 });
  t.deepEqual(run('pmem', 0, 2), { batches: [], holds: 0, result: 0 });
});

test('munmap: zone->lock once a batch, whoever frees it', (t) => {
  t.deepEqual(run('munmap', 8, 1), { batches: [4, 4], holds: 2, result: 0 });
  t.deepEqual(run('munmap', 9, 2), { batches: [4, 4, 1], holds: 3, result: 0 });
  t.deepEqual(run('munmap', 1, 2), { batches: [1], holds: 1, result: 0 });
});

test('a section for each thread: below two there is one call, chunks are whole sections', (t) => {
  const rules = PADATA_RFC_2022.runtime as RuntimeRules;
  const caller = { cpusAllowed: 8, cpusOnline: 8, quotaCpus: 8 };
  const wanted = (size: number): number => rules.wanted({ ...RANGE_JOB, size, maxThreads: 4 }, caller);
  t.deepEqual([1, 32767, 32768, 65535].map(wanted), [1, 1, 1, 1]);
  t.deepEqual([65536, 98303, 98304, 131072, 163840].map(wanted), [2, 2, 3, 4, 4]);
  const chunk = (size: number): number => rules.chunkSize({ ...RANGE_JOB, size, maxThreads: 4 }, 4);
  // a sixteenth, in whole sections
  t.deepEqual([131072, 16 * 32768, 16 * 32768 + 16].map(chunk), [32768, 32768, 65536]);
});

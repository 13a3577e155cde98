// A file of huge pages: which node each page comes from, what runs out, and on which CPUs ktask keeps its threads. By hand.
import test from 'ava';
import { PADATA_KTASK_V4 } from '../../../src/kernel/padata/rfc2022/rules.ts';
import {
  checkFallocate,
  CLEAR_HUGE,
  fallocate,
  FALLOCATE_MIN_CHUNK,
  fallocateThreadFns,
  fallocateWords,
  initFallocate,
  type FallocateContext,
} from '../../../src/mm/users/fallocate.ts';
import { runUser } from '../helpers/user-job.ts';

function run(pools: readonly number[], pages: number, { node = 1, batch = 2, maxThreads = 1 } = {}) {
  const ran = runUser<FallocateContext>({
    ...{ nodeOfCpu: [0, 1, 1, 2], rules: PADATA_KTASK_V4, leaf: CLEAR_HUGE },
    ...{ threadFns: fallocateThreadFns, words: fallocateWords(pools.length) },
    init: (k, file) => {
      const ctx = { file, batch, node, pools };
      initFallocate(k, ctx);
      return ctx;
    },
    run: (k, ctx) => fallocate(k, ctx, pages, { maxThreads }),
  });
  const onNode = pools.map((_, nid) =>
    ran.leaves.filter(([, , arg]) => arg === nid).reduce((sum, [start, end]) => sum + end - start, 0),
  );
  return { onNode, result: ran.result, cached: checkFallocate(ran.k, ran.ctx), leaves: ran.leaves };
}

test("the thread's own node first, then the others in turn", (t) => {
  t.deepEqual(run([3, 3, 3], 3).onNode, [0, 3, 0]);
  t.deepEqual(run([3, 3, 3], 4).onNode, [1, 3, 0]);
  t.deepEqual(run([3, 3, 3], 6).onNode, [3, 3, 0]);
  t.deepEqual(run([3, 3, 3], 7).onNode, [3, 3, 1]);
  t.deepEqual(run([3, 0, 3], 1).onNode, [1, 0, 0]);
  // a batch ends where its node's pool does
  t.deepEqual(
    run([3, 3, 3], 5).leaves.map(([start, end, node]) => [start, end, node]),
    [
      [0, 2, 1],
      [2, 3, 1],
      [3, 5, 0],
    ],
  );
});

test('all pools together just fit; one page more is -ENOSPC, and the file keeps what it has', (t) => {
  t.like(run([3, 3, 3], 9), { result: 0, cached: 9 });
  t.like(run([3, 3, 3], 10), { result: -28, cached: 9 });
  t.like(run([0, 0, 0], 1), { result: -28, cached: 0 });
  t.like(run([3, 3, 3], 0), { result: 0, cached: 0 });
});

test('several threads: chunks of 128 MiB at least, each page from one pool only', (t) => {
  t.is(FALLOCATE_MIN_CHUNK * 2, 128);
  const { onNode, cached } = run([200, 100, 0], 256, { batch: 8, maxThreads: 3 });
  t.is(cached, 256);
  t.deepEqual(onNode, [156, 100, 0]);
});

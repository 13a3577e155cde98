// padata_do_multithreaded() by version, with numbers worked out by hand.
import fc from 'fast-check';
import test from 'ava';
import {
  PADATA_5_8,
  PADATA_6_1,
  PADATA_6_11,
  PADATA_6_12,
  PADATA_6_4,
  PADATA_6_9,
} from '../../../src/kernel/padata/profiles.ts';
import { padataDoMultithreaded } from '../../../src/kernel/padata.ts';
import { DivideError, nextNodeIn } from '../../../src/kernel/padata/rules.ts';
import { padataFreeWorks } from '../../../src/kernel/padata/works.ts';
import { padataMachine, runJob } from '../helpers/padata-sim.ts';

const SECTION = 32768;
const cpus = (count: number): number[] => new Array<number>(count).fill(0);

// The seed's machines, the whole node as one range: threads, GiB of a node, sections in a chunk, chunks.
const MACHINES: readonly [string, number, number, number, number][] = [
  ['Skylake, 26 cores × 2, 384 GiB', 52, 384, 15, 205],
  ['Broadwell, 16 cores × 2, 192 GiB', 32, 192, 12, 128],
  ['Haswell, 18 cores × 2, 128 GiB', 36, 128, 8, 128],
  ['EPYC guest, 16 CPUs, 64 GiB', 16, 64, 8, 64],
  ['EPYC guest, 4 CPUs, 16 GiB', 4, 16, 8, 16],
  ['Haswell guest, 4 CPUs, 14 GiB', 4, 14, 7, 16],
];

for (const [name, threads, gib, sections, chunks] of MACHINES) {
  test(`${name}: ${chunks} chunks of ${sections} sections`, (t) => {
    const size = gib * 262144;
    const job = { start: 0, size, align: SECTION, minChunk: SECTION, maxThreads: threads };
    t.is(PADATA_5_8.chunkSize(job, threads), sections * SECTION);
    t.is(runJob(cpus(threads), PADATA_5_8, job).length, chunks);
  });
}

test("Josh Triplett's 48 threads a node: 179 and 185 chunks of 4 sections", (t) => {
  for (const [size, chunks] of [
    [23398907, 179],
    [24189223, 185],
  ] as const) {
    const job = { start: 0, size, align: SECTION, minChunk: SECTION, maxThreads: 48 };
    t.is(PADATA_5_8.chunkSize(job, 48), 4 * SECTION);
    t.is(runJob(cpus(48), PADATA_5_8, job).length, chunks);
  }
});

test('the first chunk is short where the start is not aligned, the last where the end is not', (t) => {
  // 4 threads, size 160: 160 / 16 = 10, rounded up to 16; from 5 on
  const chunks = runJob(cpus(4), PADATA_6_1, { start: 5, size: 160, align: 16, minChunk: 1, maxThreads: 4 });
  t.deepEqual(chunks[0], { start: 5, end: 16, cpu: chunks[0]?.cpu as number });
  t.deepEqual(chunks.at(-1)?.end, 165);
  t.deepEqual(
    chunks.slice(0, -1).map((c) => c.end % 16),
    new Array(chunks.length - 1).fill(0),
  );
});

test('size 0 does nothing; less than two smallest chunks is one call of the caller', (t) => {
  t.deepEqual(runJob(cpus(4), PADATA_6_1, { start: 9, size: 0, align: 1, minChunk: 1, maxThreads: 4 }), []);
  const job = { start: 9, align: 8, minChunk: 8, maxThreads: 4 };
  t.deepEqual(runJob(cpus(4), PADATA_6_1, { ...job, size: 15 }), [{ start: 9, end: 24, cpu: 0 }]);
  t.true(runJob(cpus(4), PADATA_6_1, { ...job, size: 16 }).length > 1);
});

test('threads by min_chunk to 6.3, by the alignment too from 6.4 on', (t) => {
  const job = { size: 4 * SECTION, align: SECTION, minChunk: 1024, maxThreads: 8 };
  t.is(PADATA_5_8.nworks(job), 8);
  t.is(PADATA_6_1.nworks(job), 8);
  t.is(PADATA_6_4.nworks(job), 4);
  t.is(PADATA_6_12.nworks(job), 4);
});

test('min_chunk 0: a crash in the caller to 6.3, in a helper to 6.10, a chunk of 1 and then an aligned one after', (t) => {
  const job = { start: 0, size: 4, align: 2, minChunk: 0, maxThreads: 8 };
  for (const rules of [PADATA_5_8, PADATA_6_1]) {
    const crash = t.throws(() => runJob(cpus(8), rules, job), { instanceOf: DivideError });
    t.is(crash.where, 'padata_do_multithreaded');
    t.is(crash.fixedIn, '6.4');
  }
  for (const rules of [PADATA_6_4, PADATA_6_9]) {
    const crash = t.throws(() => runJob(cpus(8), rules, job), { instanceOf: DivideError });
    t.is(crash.where, 'padata_mt_helper');
    t.is(crash.message, 'divide error: 0000 [#1] SMP in padata_mt_helper (fixed in 6.11)');
  }
  // two threads of two: 4 / 8 is 0
  t.is(PADATA_6_11.chunkSize(job, 2), 1);
  t.is(PADATA_6_12.chunkSize(job, 2), 2);
  t.deepEqual(
    runJob(cpus(8), PADATA_6_12, job).map(({ start, end }) => [start, end]),
    [
      [0, 2],
      [2, 4],
    ],
  );
});

test('a clamp after rounding loses the alignment: align 8 and a share of 0', (t) => {
  const job = { size: 7, align: 8, minChunk: 0, maxThreads: 8 };
  t.is(PADATA_5_8.chunkSize(job, 2), 0);
  t.is(PADATA_6_11.chunkSize(job, 2), 1);
  t.is(PADATA_6_12.chunkSize(job, 2), 8);
});

test('numa_aware spreads helpers over the nodes with CPUs, and goes on there with the next job', (t) => {
  t.is(nextNodeIn(0, [0, 2, 5]), 2);
  t.is(nextNodeIn(5, [0, 2, 5]), 0);
  t.is(nextNodeIn(3, [1]), 1);
  const nodeOfCpu = [0, 0, 0, 0, 1, 1, 1, 1];
  const job = { start: 0, size: 16, align: 1, minChunk: 1, maxThreads: 3, numaAware: true };
  const nodesUsed = (rules: typeof PADATA_6_9): Set<number> =>
    new Set(runJob(nodeOfCpu, rules, job).map(({ cpu }) => nodeOfCpu[cpu] as number));
  t.deepEqual([...nodesUsed(PADATA_6_9)].sort(), [0, 1]);
  // before 6.9 nobody looks at the flag: all on the caller's node
  t.deepEqual([...nodesUsed(PADATA_6_1)], [0]);
});

test('the leaf gets ranges, not one unit a thread: a caller may not count on max_threads calls', (t) => {
  // 4 units for at most 4 threads, but only one work is left in the pool: two threads, chunks of their share
  const { k, ran, run } = padataMachine([0, 0], PADATA_6_1);
  run(() =>
    padataDoMultithreaded(k, {
      threadFn: 'leaf',
      fnArg: 0,
      start: 0,
      size: 64,
      align: 1,
      minChunk: 16,
      maxThreads: 4,
    }),
  );
  t.is(
    ran.reduce((sum, { start, end }) => sum + end - start, 0),
    64,
  );
  t.true(ran.every(({ start, end }) => end - start === 16));
});

test('works run dry: fewer threads, larger chunks, and all of them back in the pool', (t) => {
  const { k, ran, run } = padataMachine([0, 0, 0], PADATA_6_1);
  let free = -1;
  run(function* () {
    yield* padataDoMultithreaded(k, {
      threadFn: 'leaf',
      fnArg: 0,
      start: 0,
      size: 160,
      align: 1,
      minChunk: 1,
      maxThreads: 10,
    });
    free = padataFreeWorks(k);
  });
  // 3 works and the caller: 160 / 16
  t.true(ran.every(({ start, end }) => end - start === 10));
  t.is(ran.length, 16);
  t.is(free, 3);
});

test('before padata_init() a job has the caller alone: why the series calls it earlier (patch 2)', (t) => {
  const job = { start: 0, size: 160, align: 1, minChunk: 1, maxThreads: 4, threadFn: 'leaf', fnArg: 0 };
  const early = padataMachine([0, 0, 0, 0], PADATA_6_1, {}, false);
  early.run(() => padataDoMultithreaded(early.k, job));
  t.deepEqual([...new Set(early.ran.map(({ cpu }) => cpu))], [0]);
  // chunks all the same, a quarter of the one share: 160 / 4
  t.is(early.ran.length, 4);
  const inOrder = padataMachine([0, 0, 0, 0], PADATA_6_1);
  inOrder.run(() => padataDoMultithreaded(inOrder.k, job));
  t.is(new Set(inOrder.ran.map(({ cpu }) => cpu)).size, 4);
});

test('any job: the chunks are the job, each once, and end on multiples of the chunk size', (t) => {
  const rules = fc.constantFrom(PADATA_5_8, PADATA_6_1, PADATA_6_4, PADATA_6_12);
  fc.assert(
    fc.property(
      rules,
      fc.record({
        start: fc.nat(1000),
        size: fc.integer({ min: 1, max: 5000 }),
        align: fc.integer({ min: 1, max: 64 }),
        minChunk: fc.integer({ min: 1, max: 64 }),
        maxThreads: fc.integer({ min: 1, max: 12 }),
      }),
      fc.integer({ min: 1, max: 6 }),
      (padata, job, count) => {
        let at = job.start;
        for (const { start, end } of runJob(cpus(count), padata, job)) {
          t.is(start, at);
          at = end;
          if (end !== job.start + job.size) t.is(end % job.align, 0);
        }
        t.is(at, job.start + job.size);
      },
    ),
    { numRuns: 60 },
  );
});

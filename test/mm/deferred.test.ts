// Deferred init against real boots: from a node's first_deferred_pfn and memblock's tables come the same jobs, workers and
// chunks that a debugger saw in the running kernel.
import test from 'ava';
import { PADATA_6_1, PADATA_6_12 } from '../../src/kernel/padata/profiles.ts';
import type { PadataRules } from '../../src/kernel/padata/rules.ts';
import { DEFERRED_5_8, DEFERRED_6_18, DEFERRED_6_4 } from '../../src/mm/deferred/profiles.ts';
import type { DeferredRules } from '../../src/mm/deferred/rules.ts';
import type { RecordJob } from '../../src/init/record.ts';
import { jiffiesToMsecs } from '../../src/mm/deferred.ts';
import { captures, captureText } from '../helpers/captures.ts';
import { bootCapture, captureMachine } from './helpers/deferred-capture.ts';

const KERNELS: readonly [string, PadataRules, DeferredRules][] = [
  ['6.1', PADATA_6_1, DEFERRED_5_8],
  ['6.1-large', PADATA_6_1, DEFERRED_5_8],
  ['5.10', PADATA_6_1, DEFERRED_5_8],
  ['6.12', PADATA_6_12, DEFERRED_6_4],
  ['7.2', PADATA_6_12, DEFERRED_6_18],
];

/** A job without what varies between two boots of one machine: CPUs, times, the order of chunks. */
function fixed(
  job: Omit<RecordJob, 'chunkSize' | 'chunks'> & {
    chunkSize: number | null;
    chunks: readonly { start: number; end: number }[];
  },
) {
  const { node, zone, start, size, align, minChunk, maxThreads, workers } = job;
  const chunks = job.chunks.map((c) => [c.start, c.end] as const).sort((a, b) => a[0] - b[0]);
  // a job of one thread has no chunk size
  const chunkSize = workers === 1 && chunks.length === 1 ? null : job.chunkSize;
  return { node, zone, start, size, align, minChunk, maxThreads, workers, chunkSize, chunks };
}

const byPlace = (a: { node: number; start: number }, b: { node: number; start: number }): number =>
  a.node - b.node || a.start - b.start;

for (const [version, padata, rules] of KERNELS) {
  test(`${version}: jobs, workers and chunks of every capture`, (t) => {
    for (const capture of captures(version)) {
      const machine = captureMachine((file) => captureText(capture, file), rules);
      const { jobs } = bootCapture(machine, padata).recorder;
      const got = jobs.map(fixed).sort(byPlace);
      // captures of 7.2 that went on have hugetlb's job over node numbers too
      const want = machine.expected.jobs
        .filter(({ node }) => node >= 0)
        .map(fixed)
        .sort(byPlace);
      if (capture.name.includes('numafake')) {
        // each fake node has all CPUs of the real one: who gets how many works is a race in the kernel, too
        const asked = ({ start, size, maxThreads }: RecordJob | (typeof want)[number]): number[] => [
          start,
          size,
          maxThreads,
        ];
        t.deepEqual(
          jobs.sort(byPlace).map((j) => asked(j)),
          want.map((j) => asked(j)),
        );
        t.true(jobs.every((job) => job.workers >= 1 && job.workers <= job.maxThreads));
      } else t.deepEqual(got, want, capture.name);
    }
  });
}

test('another seed moves chunks between CPUs, and nothing else', (t) => {
  const [capture] = captures('6.1').filter(({ name }) => name === 'q35-64g-2n-16c');
  const machine = captureMachine((file) => captureText(capture as never, file), DEFERRED_5_8);
  const [one, two, again] = [1, 2, 1].map((seed) => bootCapture(machine, PADATA_6_1, seed).recorder.jobs);
  t.deepEqual(one, again);
  t.notDeepEqual(one, two);
  t.deepEqual(one?.map(fixed).sort(byPlace), two?.map(fixed).sort(byPlace));
});

test('jiffies_to_msecs: 4 ms at 250 Hz, and rounded up at 300 Hz', (t) => {
  t.is(jiffiesToMsecs(1, 1000), 1);
  t.is(jiffiesToMsecs(0, 250), 0);
  t.is(jiffiesToMsecs(7, 250), 28);
  // a real 6.3-rc4 log at 300 Hz: 1078 jiffies printed as 3594 ms
  t.is(jiffiesToMsecs(1078, 300), 3594);
});

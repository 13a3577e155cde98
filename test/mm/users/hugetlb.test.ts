// How many threads a pool of huge pages gets at boot, by version.
import test from 'ava';
import { hugetlbJob } from '../../../src/mm/users/hugetlb.ts';

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

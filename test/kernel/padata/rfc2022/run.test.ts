// padata of the RFC of January 2022, with figures worked out by hand from its mails: both sides of each edge.
import test from 'ava';
import type { Kthread } from '../../../../src/cpu/op.ts';
import type { Kernel } from '../../../../src/kernel/kernel.ts';
import {
  PADATA_KTASK_V4,
  PADATA_RFC_2022,
  PADATA_RFC_2022_CANCEL,
} from '../../../../src/kernel/padata/rfc2022/rules.ts';
import type { CallerLimits, RuntimeRules } from '../../../../src/kernel/padata/rules.ts';
import { undoRanges } from '../../../../src/kernel/padata/rfc2022/undo.ts';
import { CPU_GROUP_WORDS, initCpuGroup, setCpuQuota } from '../../../../src/kernel/sched/bandwidth.ts';
import { runRfc } from '../../helpers/rfc-sim.ts';

const ENOMEM = -12;
const EFAULT = -14;
const rfc = PADATA_RFC_2022.runtime as RuntimeRules;
const ktask = PADATA_KTASK_V4.runtime as RuntimeRules;
const ROOMY: CallerLimits = { cpusAllowed: 104, cpusOnline: 104, quotaCpus: 104 };

test('threads wanted: size / min_chunk from 1 on, no alignment in it', (t) => {
  const job = { size: 1023, align: 512, minChunk: 512, maxThreads: 16 };
  t.is(rfc.wanted({ ...job, size: 511 }, ROOMY), 1);
  t.is(rfc.wanted(job, ROOMY), 1);
  t.is(rfc.wanted({ ...job, size: 1024 }, ROOMY), 2);
  // 6.4 would say 2: alignment 512 counts there
  t.is(rfc.wanted({ ...job, size: 1024, minChunk: 1 }, ROOMY), 16);
});

test('threads wanted: the least of max_threads, affinity, online CPUs and quota', (t) => {
  const job = { size: 1000, align: 1, minChunk: 1, maxThreads: 16 };
  t.is(rfc.wanted(job, ROOMY), 16);
  t.is(rfc.wanted({ ...job, maxThreads: 105 }, ROOMY), 104);
  for (const key of ['cpusAllowed', 'cpusOnline', 'quotaCpus'] as const) {
    t.is(rfc.wanted(job, { ...ROOMY, [key]: 17 }), 16, key);
    t.is(rfc.wanted(job, { ...ROOMY, [key]: 15 }), 15, key);
  }
  t.is(rfc.wanted(job, { ...ROOMY, quotaCpus: 0 }), 0);
});

test('vfio on 104 CPUs: 128 GiB in chunks of 2 GiB, 1 GiB in chunks of 128 MiB, 255 MiB in one call', (t) => {
  const PAGES = 262144;
  const job = { align: 512, minChunk: 32768, maxThreads: 16 };
  t.is(rfc.wanted({ ...job, size: 128 * PAGES }, ROOMY), 16);
  t.is(rfc.chunkSize({ ...job, size: 128 * PAGES }, 16), 2 * PAGES);
  t.is(rfc.wanted({ ...job, size: PAGES }, ROOMY), 8);
  t.is(rfc.chunkSize({ ...job, size: PAGES }, 8), 32768);
  t.is(rfc.wanted({ ...job, size: 65535 }, ROOMY), 1);
  t.is(rfc.wanted({ ...job, size: 65536 }, ROOMY), 2);
});

test('size 0 does nothing and is no error', (t) => {
  const { result, ran } = runRfc({ size: 0 });
  t.is(result, 0);
  t.deepEqual(ran, []);
});

test('one thread: one call, its error comes back, and undo_fn is never called', (t) => {
  const { result, ran, undone, workers } = runRfc(
    { size: 10, maxThreads: 1, undoFn: 'undo' },
    { fails: { 0: ENOMEM } },
  );
  t.is(result, ENOMEM);
  t.deepEqual(ran, [[0, 10]]);
  t.deepEqual(undone, []);
  t.is(workers, undefined);
});

test('a job that succeeds: chunks of size / (threads × 4), the pool whole again, nothing undone', (t) => {
  const { result, ran, undone, free, chunkSize } = runRfc({ size: 160, undoFn: 'undo' });
  t.is(result, 0);
  t.is(chunkSize, 10);
  t.is(ran.length, 16);
  t.deepEqual(undone, []);
  t.is(free, 4);
});

test('stretches between failed ranges are undone, neighbours in one call', (t) => {
  const r = (start: number, end: number) => ({ start, end });
  t.deepEqual(undoRanges(0, 40, []), [r(0, 40)]);
  t.deepEqual(undoRanges(0, 40, [r(10, 20)]), [r(0, 10), r(20, 40)]);
  t.deepEqual(undoRanges(0, 40, [r(0, 10)]), [r(10, 40)]);
  t.deepEqual(undoRanges(0, 40, [r(30, 40)]), [r(0, 30)]);
  t.deepEqual(undoRanges(0, 40, [r(10, 20), r(20, 30)]), [r(0, 10), r(30, 40)]);
  t.deepEqual(undoRanges(5, 10, [r(5, 10)]), []);
  t.deepEqual(undoRanges(0, 0, []), []);
});

test('an error: no chunk is begun after it, what was given out is undone around it, and it is returned', (t) => {
  const run = runRfc({ size: 160, undoFn: 'undo' }, { fails: { 50: EFAULT } });
  t.is(run.result, EFAULT);
  const position = Math.max(...run.ran.map(([, end]) => end));
  t.true(position < 160);
  // each chunk that ran and did not fail, and nothing else
  t.deepEqual(run.undone, [[0, 50], ...(position > 60 ? [[60, position] as const] : [])]);
  t.is(run.free, 4);
});

test('the first of two errors is kept, both ranges are left out of the undo', (t) => {
  // four equal threads end their chunks together: the lowest takes the lock first
  const run = runRfc({ size: 160, undoFn: 'undo' }, { fails: { 0: ENOMEM, 10: EFAULT } });
  t.true(run.result === ENOMEM || run.result === EFAULT);
  for (const [start, end] of run.undone) t.true(end <= 0 || start >= 20, `[${start}, ${end})`);
});

test('without an undo_fn an error is returned and nothing is undone', (t) => {
  const run = runRfc({ size: 160 }, { fails: { 0: ENOMEM } });
  t.is(run.result, ENOMEM);
  t.deepEqual(run.undone, []);
});

test('a helper that cannot be made counts as finished; the chunk stays as it was', (t) => {
  for (const failing of [0, 1, 2]) {
    const run = runRfc({ size: 160 }, { shouldFail: (what, at) => what === 'kthread' && at === failing });
    t.is(run.result, 0);
    t.is(run.chunkSize, 10);
    t.is(run.ran.length, 16);
    t.is(run.free, 4);
  }
  const alone = runRfc({ size: 160 }, { shouldFail: (what) => what === 'kthread' });
  t.is(alone.ran.length, 16);
  t.is(alone.raised, 0);
});

test('a helper that still works when no chunk is left is raised and waited for; one thread alone raises nobody', (t) => {
  // chunks of one unit, 0.1 ms each: the caller is through after four, its helper began later and is in its fourth
  const two = runRfc({ size: 8 }, { cpus: 2 });
  t.is(two.chunkSize, 1);
  t.is(two.raised, 1);
  t.is(runRfc({ size: 8 }, { cpus: 1 }).raised, 0);
});

const quota = (quotaNs: number) =>
  function* (k: Kernel): Kthread<{ cpuGroup: number }> {
    const group = k.mem.alloc(CPU_GROUP_WORDS);
    initCpuGroup(k, group);
    yield* setCpuQuota(k, group, quotaNs, 100_000_000);
    return { cpuGroup: group };
  };

test('quota: three CPUs and a bit are three threads, one is a single call, less than one goes through the pool', (t) => {
  const three = runRfc({ size: 160 }, { before: quota(399_999_999) });
  t.is(three.workers, 3);
  t.is(three.chunkSize, 13);
  const one = runRfc({ size: 160 }, { before: quota(100_000_000) });
  t.is(one.workers, undefined);
  t.deepEqual(one.ran, [[0, 160]]);
  // wanted 0 is not 1: the pool path with the caller alone, chunks of a quarter, and undo
  const none = runRfc({ size: 160, undoFn: 'undo' }, { before: quota(99_999_999), fails: { 40: ENOMEM } });
  t.is(none.workers, 1);
  t.is(none.chunkSize, 40);
  t.deepEqual(none.ran, [
    [0, 40],
    [40, 80],
  ]);
  t.deepEqual(none.undone, [[0, 40]]);
  t.is(none.result, ENOMEM);
});

test('renice_or_cancel: the same chunks and errors', (t) => {
  const how = { rules: PADATA_RFC_2022_CANCEL };
  t.is(runRfc({ size: 160 }, how).ran.length, 16);
  t.is(runRfc({ size: 160, undoFn: 'undo' }, { ...how, fails: { 50: EFAULT } }).result, EFAULT);
  // one unit a chunk and four threads: the caller is through before any helper has begun
  t.is(runRfc({ size: 4, minChunk: 1 }, { ...how, cpus: 2 }).free, 2);
});

test('ktask v4: 4 threads by default, helpers on at most 80 % of the CPUs, no alignment', (t) => {
  const job = { size: 1000, align: 64, minChunk: 1, maxThreads: 0 };
  t.is(ktask.wanted(job, ROOMY), 4);
  t.is(ktask.wanted({ ...job, maxThreads: 200 }, { ...ROOMY, cpusOnline: 10 }), 9);
  t.is(ktask.wanted({ ...job, maxThreads: 9 }, { ...ROOMY, cpusOnline: 10 }), 9);
  t.is(ktask.wanted({ ...job, maxThreads: 8 }, { ...ROOMY, cpusOnline: 10 }), 8);
  t.is(ktask.chunkSize(job, 4), 62);
  t.is(rfc.chunkSize(job, 4), 64);
});

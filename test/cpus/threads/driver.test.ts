// The worker-thread driver with a toy kernel: every page frame exactly once on more CPUs than workers, and runs that end
// at once when a worker throws, exits, stalls or deadlocks.
import test from 'ava';
import { Bug } from '../../../src/lib/bug.ts';
import { SharedMemory } from '../../../src/cpu/memory.ts';
import { WorkerPool } from '../../../src/cpus/threads/pool.ts';
import { cpusOfWorkers, runOnWorkers } from '../../../src/cpus/threads/run.ts';
import type { SmpResult, SmpRun } from '../../../src/cpus/threads/run.ts';
import { JOB_WORDS, LEFT } from './helpers/toy_kernel.ts';
import type { ToyData } from './helpers/toy_kernel.ts';

const PAGES = 5000;
const module = new URL('helpers/toy_kernel.ts', import.meta.url).href;

function toyRun(
  pool: WorkerPool,
  cpuCount: number,
  data: Partial<ToyData> = {},
  extra: Partial<SmpRun> = {},
): { counts: Int32Array; result: Promise<SmpResult> } {
  const memory = SharedMemory.create(64);
  const job = memory.alloc(JOB_WORDS);
  memory.store(job + LEFT, PAGES);
  const counts = new Int32Array(new SharedArrayBuffer(4 * PAGES));
  const toy: ToyData = { helpers: cpuCount, chunk: 7, counts: counts.buffer, ...data };
  const result = runOnWorkers({
    ...{ pool, memory, cpuCount, hz: 250, kernel: { module, data: toy } },
    online: Array.from({ length: cpuCount }, (_, cpu) => cpu),
    root: { entry: 'boot', name: 'swapper/0', arg: job },
    ...extra,
  });
  return { counts, result };
}

test('CPUs are dealt out to workers in turn', (t) => {
  t.deepEqual(cpusOfWorkers(5, 2), [
    [0, 2, 4],
    [1, 3],
  ]);
  t.deepEqual(cpusOfWorkers(1, 2), [[0]]);
  t.deepEqual(cpusOfWorkers(2, 2), [[0], [1]]);
});

for (const cpus of [1, 2, 9]) {
  test(`${cpus} CPUs on two workers: each page frame once, chunks and messages of all`, async (t) => {
    const pool = await WorkerPool.start(2);
    for (let round = 0; round < 3; round += 1) {
      const { counts, result } = toyRun(pool, cpus);
      const { chunks, told, wallNs } = await result;
      t.true(counts.every((n) => n === 1));
      t.is(chunks.length, Math.ceil(PAGES / 7));
      t.is(told.length, chunks.length);
      t.true(chunks.every((c) => c.cpu < cpus && c.endNs >= c.startNs && c.endNs <= wallNs));
    }
    await pool.close();
  });
}

test('random delays lose and repeat nothing', async (t) => {
  const pool = await WorkerPool.start(2);
  for (let seed = 0; seed < 20; seed += 1) {
    const { counts, result } = toyRun(pool, 4, { chunk: 100 }, { delays: { seed, share: 0.05, maxMs: 1 } });
    await result;
    t.true(counts.every((n) => n === 1));
  }
  await pool.close();
});

const FAULTS = {
  throw: /a fault that a test asked for/,
  exit: /exited with code 3/,
  stall: /no progress for \d+ ms/,
};

for (const kind of ['throw', 'exit', 'stall'] as const) {
  test(`a worker that breaks inside a chunk (${kind}) ends the run, with CPU, chunk and events`, async (t) => {
    const pool = await WorkerPool.start(2);
    const fault = { atRun: 1, kind };
    const { result } = toyRun(pool, 2, {}, { fault, stallMs: 1500 });
    const error = await t.throwsAsync(result, { instanceOf: Bug, message: FAULTS[kind] });
    t.regex(error.message, /CPU \d\b.* in chunk \[0x[0-9a-f]+, 0x[0-9a-f]+\)/s);
    t.true(error.history.some((line) => /CPU \d thread \d+: run 0x/.test(line)));
    t.true(pool.closed);
  });
}

test('a deadlock ends the run', async (t) => {
  const pool = await WorkerPool.start(2);
  const { result } = toyRun(pool, 2, { deadlock: true }, { stallMs: 1500 });
  await t.throwsAsync(result, { instanceOf: Bug, message: /deadlock: no thread can go on/ });
  t.true(pool.closed);
});

test('an aborted run throws the reason and leaves no worker', async (t) => {
  const pool = await WorkerPool.start(2);
  const controller = new AbortController();
  const fault = { atRun: 1, kind: 'stall' } as const;
  const { result } = toyRun(pool, 2, {}, { fault, signal: controller.signal });
  setImmediate(() => controller.abort(new Error('stopped by the test')));
  await t.throwsAsync(result, { message: 'stopped by the test' });
  t.true(pool.closed);
});

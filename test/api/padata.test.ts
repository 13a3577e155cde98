// padata for one's own functions: each unit once, objects in order, on the simulator as on workers; chunk sizes by hand.
import test from 'ava';
import fc from 'fast-check';
import { Bug, InputError, Padata, type PadataJobResult } from '../../src/index.ts';

const module = new URL('./helpers/work.ts', import.meta.url);

/** Chunks sorted by start: without gaps from `start` on, to `end`. */
function covers({ chunks }: PadataJobResult, start: number, end: number): boolean {
  const sorted = chunks.toSorted((a, b) => a.start - b.start);
  const ends = [start, ...sorted.map((chunk) => chunk.end)];
  return sorted.every((chunk, i) => chunk.start === ends[i]) && ends.at(-1) === end;
}

for (const on of ['simulator', 'workers'] as const) {
  test.serial(`a job on ${on}: every unit once, chunks as padata cuts them`, async (t) => {
    await using padata = new Padata({ cpus: 4, on });
    const data = new SharedArrayBuffer(4 * 1000);
    const result = await padata.multithreaded({
      work: { module, data },
      start: 0,
      size: 1000,
      align: 10,
      minChunk: 20,
    });
    t.true(new Int32Array(data).every((count) => count === 1));
    // 1000 / (4 threads × 4 chunks) is 62, rounded up to the alignment of 10
    t.is(result.workers, 4);
    t.is(result.chunkSize, 70);
    t.is(result.chunks.length, 15);
    t.true(covers(result, 0, 1000));
    t.true(result.ns > 0);
  });

  test.serial(`objects on ${on}: parallel in any order, back in theirs`, async (t) => {
    await using padata = new Padata({ cpus: 4, on });
    const data = new SharedArrayBuffer(4 * 65);
    const { parallel, serial } = await padata.serial({ work: { module, data }, objects: 64 });
    const [count, ...order] = new Int32Array(data);
    t.is(count, 64);
    t.deepEqual(order, [...order.keys()]);
    t.deepEqual(
      serial.map(({ object }) => object),
      [...order.keys()],
    );
    t.deepEqual(new Set(parallel.map(({ object }) => object)).size, 64);
  });
}

test('functions on the simulator: the same run for the same seed, costs in virtual time', async (t) => {
  const run = (seed: number): Promise<PadataJobResult> =>
    new Padata({ cpus: [0, 0, 1, 1], seed }).multithreaded({
      work: () => undefined,
      start: 100,
      size: 64,
      maxThreads: 2,
      costNs: (start, end) => 10_000 * (end - start),
    });
  const first = await run(1);
  t.deepEqual(await run(1), first);
  t.is(first.workers, 2);
  t.true(covers(first, 100, 164));
  t.true(first.chunks.every(({ start, end, startNs, endNs }) => endNs - startNs === 10_000 * (end - start)));
});

test('callback CPUs: each object comes back on its own', async (t) => {
  const seen: number[] = [];
  const { serial } = await new Padata({ cpus: 4 }).serial({
    work: { parallel: () => undefined, serial: (object) => seen.push(object) },
    objects: 12,
    callbackCpu: (object) => object % 4,
  });
  t.is(seen.length, 12);
  t.true(serial.every(({ object, cpu }) => cpu === object % 4));
});

test('any job covers its range once', async (t) => {
  const number = (least: number, most: number) => fc.integer({ min: least, max: most });
  await fc.assert(
    fc.asyncProperty(
      ...([number(1, 9), number(0, 500), number(0, 300), number(1, 16), number(1, 40)] as const),
      async (cpus, start, size, align, minChunk) => {
        const counts = new Map<number, number>();
        const work = (from: number, to: number): void => {
          for (let i = from; i < to; i += 1) counts.set(i, (counts.get(i) ?? 0) + 1);
        };
        await new Padata({ cpus }).multithreaded({ work, start, size, align, minChunk });
        t.deepEqual(
          [...counts.values()].filter((count) => count !== 1),
          [],
        );
        t.is(counts.size, size);
      },
    ),
    { numRuns: 60 },
  );
});

test('what makes no sense is an InputError', async (t) => {
  const usage = { instanceOf: InputError };
  const work = (): void => undefined;
  t.throws(() => new Padata({ cpus: 0 }), usage);
  t.throws(() => new Padata({ cpus: [] }), usage);
  t.throws(() => new Padata({ cpus: 1, kernel: 'x' }), usage);
  const padata = new Padata({ cpus: 2 });
  await t.throwsAsync(padata.multithreaded({ work, start: 0, size: -1 }), usage);
  await t.throwsAsync(padata.multithreaded({ work, start: 0, size: 1, align: 0 }), usage);
  await t.throwsAsync(padata.serial({ work: { parallel: work }, objects: 1, callbackCpu: () => 2 }), usage);
  await t.throwsAsync(padata.serial({ work: { module: 'file:///nowhere.js' }, objects: 1 }), usage);
  const lacking = { module: new URL('../../src/lib/units.ts', import.meta.url) };
  const error = await t.throwsAsync(padata.multithreaded({ work: lacking, start: 0, size: 1 }), usage);
  t.regex(error?.message ?? '', /expected a module that exports threadFn\(start, end, data\)$/);
  const threads = new Padata({ cpus: 2, on: 'workers' });
  await t.throwsAsync(threads.multithreaded({ work, start: 0, size: 1 }), usage);
});

test.serial('a function that throws on a worker ends the run; the next job has new workers', async (t) => {
  await using padata = new Padata({ cpus: 2, on: 'workers' });
  const bad = new SharedArrayBuffer(3);
  const failing = padata.multithreaded({ work: { module, data: bad }, start: 0, size: 8 });
  await t.throwsAsync(failing, { instanceOf: Bug });
  const data = new SharedArrayBuffer(32);
  await padata.multithreaded({ work: { module, data }, start: 0, size: 8 });
  t.true(new Int32Array(data).every((count) => count === 1));
});

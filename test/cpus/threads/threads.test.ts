// Deferred init on worker threads over real struct pages: the same memmap as one thread and the simulator make, whatever
// the order in which threads came to it.
import test from 'ava';
import { kernelInit } from '../../../src/init/kernel_init.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { GiB, PAGES_PER_SECTION } from '../../../src/lib/units.ts';
import { refuseIfTooLarge } from '../../../src/cpus/threads/host_memory.ts';
import { runOnThreads, WorkerPool } from '../../../src/cpus/threads/threads.ts';
import { simulatedBoot } from '../../../src/cpus/simulated/boot.ts';
import { DEFERRED_6_18, DEFERRED_V2 } from '../../../src/mm/deferred/profiles.ts';
import { STRUCT_PAGE_6_1 } from '../../../src/mm/memmap.ts';
import { comparablePages, initInOneThread, pagesInFreeLists, smallMachine } from './helpers/machine.ts';
import type { SmallMachine } from './helpers/machine.ts';

const TWO_NODES: SmallMachine = { nodes: 2, sectionsPerNode: 9, cpusPerNode: 2 };

/** The chunks that simulated CPUs did, in the order of their ends. */
function simulatedChunks(machine: ReturnType<typeof smallMachine>): {
  work: string;
  arg: number;
  start: number;
  end: number;
}[] {
  const chunks: { work: string; arg: number; start: number; end: number }[] = [];
  const boot = simulatedBoot({
    ...{ topology: machine.topology, deferred: machine.deferred, seed: 7 },
    onEvent: (event) => {
      if (event.kind === 'run') chunks.push(event);
    },
  });
  boot.run(kernelInit(boot.k, machine));
  return chunks;
}

test('threads, simulated CPUs and one thread make the same struct pages', async (t) => {
  const threads = smallMachine(TWO_NODES);
  const simulated = smallMachine(TWO_NODES);
  const one = smallMachine({ ...TWO_NODES, dataPath: 'plain' });
  const result = await runOnThreads(threads);
  initInOneThread(simulated, simulatedChunks(simulated));
  initInOneThread(one);
  const expected = comparablePages(one.memmap.memmap);
  t.deepEqual(comparablePages(threads.memmap.memmap), expected);
  t.deepEqual(comparablePages(simulated.memmap.memmap), expected);
  const free = threads.deferred.nodes
    .flatMap((n) => n.ranges)
    .reduce((sum, r) => sum + r.endPfn - r.startPfn, 0);
  t.is(pagesInFreeLists(threads.memmap.memmap), free);
  t.is(
    threads.memmap.memmap.areas.reduce((sum, area) => sum + area.managedPages, 0),
    free,
  );
  // Free memory of each node ends in its first and second section, so two jobs of one section come before one of six.
  const S = PAGES_PER_SECTION;
  const perNode = [
    [S, 1, S, 1],
    [S, 1, S, 1],
    [6 * S, 2, S, 6],
  ];
  for (const node of [0, 1]) {
    const jobs = result.jobs.filter((j) => j.node === node);
    t.deepEqual(
      jobs.map((j) => [j.size, j.workers, j.chunkSize, j.chunks.length]),
      perNode,
    );
  }
  t.is(result.log.filter((l) => /^node [01] deferred pages initialised in \d+ms$/.test(l.text)).length, 2);
});

test('more CPUs than workers, no node for some, and older and newer rules', async (t) => {
  const pool = await WorkerPool.start(2);
  const shapes: SmallMachine[] = [
    { nodes: 3, sectionsPerNode: 5, cpusPerNode: 7 },
    { nodes: 1, sectionsPerNode: 9, cpusPerNode: 1 },
    { ...TWO_NODES, rules: DEFERRED_V2 },
    { ...TWO_NODES, rules: DEFERRED_6_18 },
  ];
  for (const shape of shapes) {
    const threads = smallMachine(shape);
    const one = smallMachine(shape);
    const { jobs } = await runOnThreads(threads, { pool });
    initInOneThread(one);
    t.deepEqual(comparablePages(threads.memmap.memmap), comparablePages(one.memmap.memmap));
    const cpus = jobs.flatMap((j) => j.chunks.map((c) => [j.node, Math.floor(c.cpu / shape.cpusPerNode)]));
    t.true(cpus.every(([node, nodeOfCpu]) => node === nodeOfCpu));
  }
  await pool.close();
});

test('with maxcpus=1 all of it is done by CPU 0', async (t) => {
  const machine = { ...smallMachine({ nodes: 1, sectionsPerNode: 5, cpusPerNode: 4 }), maxCpus: 1 };
  const { jobs } = await runOnThreads(machine);
  t.deepEqual(
    jobs.map((j) => [j.maxThreads, j.workers, j.chunks.map((c) => c.cpu)]),
    [1, 2, 3].map(() => [1, 1, [0]]),
  );
});

test('random delays change no page', async (t) => {
  const pool = await WorkerPool.start(2);
  const shape: SmallMachine = { nodes: 2, sectionsPerNode: 3, cpusPerNode: 2 };
  const one = smallMachine(shape);
  initInOneThread(one);
  const expected = comparablePages(one.memmap.memmap);
  for (let seed = 0; seed < 10; seed += 1) {
    const threads = smallMachine(shape);
    await runOnThreads(threads, { pool, delays: { seed, share: 0.1, maxMs: 1 } });
    t.deepEqual(comparablePages(threads.memmap.memmap), expected);
  }
  await pool.close();
});

test('a memmap that the host cannot hold is refused with the figure', (t) => {
  const shape = { layout: STRUCT_PAGE_6_1, sections: Array.from({ length: 6144 }, (_, i) => i) };
  const error = t.throws(() => refuseIfTooLarge(shape, 'skylake-768g', 8 * GiB), { instanceOf: InputError });
  t.is(error.kind, 'memory');
  t.regex(
    error.message,
    /768\.0 GiB .* 12\.5 GiB.* 8\.0 GiB available: .* fewer GiB, or use --cpus simulated/,
  );
  t.notThrows(() => refuseIfTooLarge(shape, 'skylake-768g', 12.5 * GiB));
  t.throws(() => refuseIfTooLarge(shape, 'skylake-768g', 12.5 * GiB - 1));
});

// npx node bench/threads-stress.ts [RUNS]: deferred init on threads again and again while both cores are kept busy and workers
// are delayed at random; every run's struct pages must be those of one thread. Prints a line and exits with 1 on a fault.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { runOnThreads, WorkerPool } from '../src/cpus/threads/threads.ts';
import {
  comparablePages,
  initInOneThread,
  pagesInFreeLists,
  smallMachine,
} from '../test/cpus/threads/helpers/machine.ts';
import type { SmallMachine } from '../test/cpus/threads/helpers/machine.ts';

const runs = Number(process.argv[2] ?? 200);
const SHAPES: readonly SmallMachine[] = [
  { nodes: 2, sectionsPerNode: 4, cpusPerNode: 2 },
  { nodes: 1, sectionsPerNode: 9, cpusPerNode: 8 },
  { nodes: 3, sectionsPerNode: 3, cpusPerNode: 1 },
];

const burners = Array.from({ length: availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
const pool = await WorkerPool.start();
const expected = SHAPES.map((shape) => {
  const machine = smallMachine(shape);
  initInOneThread(machine);
  return {
    pages: comparablePages(machine.memmap.memmap).join(),
    free: pagesInFreeLists(machine.memmap.memmap),
  };
});
const begin = performance.now();
let faults = 0;
for (let run = 0; run < runs; run += 1) {
  const which = run % SHAPES.length;
  const machine = smallMachine(SHAPES[which] ?? { nodes: 1, sectionsPerNode: 2, cpusPerNode: 1 });
  await runOnThreads(machine, { pool, delays: { seed: run, share: 0.02, maxMs: 2 } });
  const { memmap } = machine.memmap;
  const same = comparablePages(memmap).join() === expected[which]?.pages;
  if (!same || pagesInFreeLists(memmap) !== expected[which]?.free) {
    faults += 1;
    console.log(`run ${run}: struct pages differ from those of one thread`);
  }
}
await pool.close();
await Promise.all(burners.map((burner) => burner.terminate()));
console.log(`${runs} runs, ${faults} faults, ${((performance.now() - begin) / 1000).toFixed(0)} s`);
process.exitCode = faults === 0 ? 0 : 1;

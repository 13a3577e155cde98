// npx node bench/threads.ts: what sharing out work costs, three ways: padata's job of 1024 empty chunks on our workers, 1024
// additions to one counter by the same workers, and 1024 empty tasks on a pool of the `piscina` package.
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { measureEmptyJobs } from '../src/cpus/threads/bench.ts';
import { WorkerPool } from '../src/cpus/threads/pool.ts';
import { median } from './median.ts';

const ROUNDS = 21;
const TASKS = 1024;

const pool = await WorkerPool.start();
const { padata, atomics } = await measureEmptyJobs(pool, ROUNDS);
await pool.close();

const piscina = new Piscina({
  filename: new URL('empty-task.ts', import.meta.url).href,
  minThreads: availableParallelism(),
  maxThreads: availableParallelism(),
});
const tasks: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const begin = process.hrtime.bigint();
  await Promise.all(Array.from({ length: TASKS }, () => piscina.run(null)));
  tasks.push(Number(process.hrtime.bigint() - begin));
}
await piscina.destroy();

const line = (what: string, ns: readonly number[]): void =>
  console.log(`${what.padEnd(44)} ${(median(ns.slice(1)) / 1e3).toFixed(0).padStart(8)} µs`);
console.log(`${availableParallelism()} workers, medians of ${ROUNDS - 1} rounds`);
line('padata, 1024 empty chunks (256 threads)', padata);
line('1024 additions to one counter', atomics);
line('piscina, 1024 empty tasks', tasks);

// What a boot costs a test suite: npx node bench/library.ts
// A warm bootMachine() of several machines, with how much of it is the guest on v86, and the suite of 100 small tests.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bootMachine, resolveMachine } from '../src/index.ts';
import { toBoardConfig } from '../src/machine/spec/to-board.ts';
import { runBoardOnNode } from '../src/board/node.ts';
import { median } from './median.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MACHINES = ['tiny-512m', 'laptop-16g', 'skylake-768g'];
const ROUNDS = 40;

const ms = (value: number): string => `${value.toFixed(1)} ms`.padStart(9);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

process.stdout.write(
  `Node ${process.versions.node}, ${availableParallelism()} CPUs, ${ROUNDS} rounds side by side\n`,
);
for (const machine of MACHINES) {
  const spec = await resolveMachine(machine);
  const first = await timed(() => bootMachine(machine));
  const boots: number[] = [];
  const guests: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    boots.push(await timed(() => bootMachine(machine)));
    guests.push(await timed(() => runBoardOnNode(toBoardConfig(spec))));
  }
  const share = median(guests) / median(boots);
  process.stdout.write(
    `${machine.padEnd(14)} first ${ms(first)}, warm ${ms(median(boots))} (worst ${ms(Math.max(...boots))}), ` +
      `of it v86 ${ms(median(guests))} (${(100 * share).toFixed(0)} %)\n`,
  );
}

const eight = ['tiny-512m', 'laptop-16g'].flatMap((machine) => [machine, machine, machine, machine]);
const together = await timed(() => Promise.all(eight.map((machine) => bootMachine(machine))));
process.stdout.write(`8 boots at once: ${ms(together)}\n`);

const suite = await timed(async () => {
  const ava = ['node_modules/ava/entrypoints/cli.js', 'test/ava/earlyboot-test.test.ts'];
  const { status, stderr } = spawnSync(process.execPath, ava, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the suite fails: ${stderr}`);
});
process.stdout.write(`suite of 100 tests on 20 machines, start of AVA included: ${ms(suite)}\n`);

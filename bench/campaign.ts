// A campaign on all cores beside one on one core, in turns: items a second, and their ratio. A process held to one core has all of its
// threads there, V8's too; where taskset is missing it has one lane, and V8's helpers may use the other cores. And beside what the host
// gives: as many processes of their own, each held to a core, with a part of the items each. They share nothing but the host.
// Run: npx node bench/campaign.ts [TURNS] [ITEMS]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from './median.ts';

const [turnsText = '3', itemsText = '20000'] = process.argv.slice(2);
const turns = Number(turnsText);
const items = Number(itemsText);
const cores = availableParallelism();
const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** Runs so many items; `core`: on that one alone. */
async function run(count: number, jobs: number, core?: number): Promise<void> {
  const command = [
    ...(core !== undefined && pinned ? ['taskset', '-c', String(core)] : []),
    ...[process.execPath, file('src/cli/earlyboot.js'), 'campaign', file('campaigns/random-maps.yaml')],
    ...['--items', String(count), '--jobs', String(jobs), '--no-reduce'],
  ];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`campaign --jobs ${jobs}: exit status ${status}`);
}

/** Items a second, from the start of what runs them to its end. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (items * 1000) / (performance.now() - start);
}

const part = Math.ceil(items / cores);
const apart = (): Promise<unknown> =>
  Promise.all(Array.from({ length: cores }, (_, core) => run(part, 1, core)));

const results: { readonly one: number; readonly all: number; readonly host: number }[] = [];
for (let turn = 0; turn < turns; turn += 1)
  results.push({
    one: await rate(() => run(items, 1, 0)),
    all: await rate(() => run(items, cores)),
    host: await rate(apart),
  });

const rateOf = (key: 'one' | 'all' | 'host'): string =>
  median(results.map((result) => result[key])).toFixed(0);
const ratioOf = (key: 'all' | 'host'): string => {
  const ratios = results.map((result) => result[key] / result.one);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
};
process.stdout.write(
  `random-maps, ${items} items, medians of ${turns} turns, measured: ${rateOf('one')} items a second on ` +
    `${pinned ? 'one core' : 'one lane'}\n` +
    `  a campaign on ${cores} cores           ${rateOf('all')}, ratio ${ratioOf('all')}\n` +
    `  ${cores} processes that share nothing  ${rateOf('host')}, ratio ${ratioOf('host')}\n`,
);

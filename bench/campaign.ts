// A campaign on all cores beside one on one core, in turns: items a second, and their ratio. A process held to one core has all of its
// threads there, V8's too; where taskset is missing it has one lane, and V8's helpers may use the other cores.
// Run: npx node bench/campaign.ts [TURNS] [ITEMS]
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from './median.ts';

const [turnsText = '3', items = '20000'] = process.argv.slice(2);
const turns = Number(turnsText);
const cores = availableParallelism();
const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const campaign = [
  ...[file('src/cli/earlyboot.js'), 'campaign', file('campaigns/random-maps.yaml')],
  ...['--items', items, '--no-reduce'],
];
const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** Items a second, from the start of the process to its end. */
function rate(jobs: number): number {
  const args = [...campaign, '--jobs', String(jobs)];
  const start = performance.now();
  const { status, stderr } =
    jobs === 1 && pinned
      ? spawnSync('taskset', ['-c', '0', process.execPath, ...args], { encoding: 'utf8' })
      : spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`campaign --jobs ${jobs}: exit status ${status}\n${stderr}`);
  return (Number(items) * 1000) / (performance.now() - start);
}

const results = Array.from({ length: turns }, () => ({ one: rate(1), all: rate(cores) }));
const ratios = results.map(({ one, all }) => all / one);
const of = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
const a = (values: readonly number[]): string => median(values).toFixed(0);
process.stdout.write(
  `random-maps, ${items} items, medians of ${turns} turns, measured: ${a(results.map(({ one }) => one))} items a second on ` +
    `${pinned ? 'one core' : 'one lane'}, ${a(results.map(({ all }) => all))} on ${cores}; ratio ${of(ratios)}\n`,
);

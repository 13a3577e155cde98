// How long predictions take, and how much the constants that all machines share matter.
//   npx node bench/predict.ts               times of earlyboot predict, as a process, start-up included
//   npx node bench/predict.ts --structure   a grid of the shared constants: errors of each, and of the best without one machine
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BOOT } from '../src/boot/machine.ts';
import { prepare } from '../src/cli/early-state.ts';
import { builtinMachine } from '../src/machine/builtin/list.ts';
import { resolveTiming, SHARED, type SharedCosts } from '../src/cpus/simulated/cost/timing.ts';
import { calibrate } from '../src/predict/calibrate.ts';
import type { EarlyState } from '../src/predict/deferred-time.ts';
import { PUBLISHED_V2, type PublishedMachine } from '../src/predict/published/v2.ts';
import { deferredInitMs } from '../src/predict/slowest.ts';

const MAIN = fileURLToPath(new URL('../src/cli/earlyboot.js', import.meta.url));
const RUNS = 3;

/** Wall time of the command in seconds, the best of a few. */
function seconds(args: readonly string[]): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [MAIN, 'predict', ...args], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`predict ${args.join(' ')} ended with ${status}`);
    return (performance.now() - start) / 1000;
  });
  return Math.min(...times);
}

function speeds(): void {
  for (const [machine, limit] of [
    ['skylake-768g', 5],
    ['monster-64t', 10],
  ] as const)
    console.log(
      `predict ${machine} --threads all: ${seconds([machine, '--threads', 'all']).toFixed(2)} s (under ${limit} s asked)`,
    );
}

interface Machine extends PublishedMachine {
  readonly state: EarlyState;
  readonly generation: string;
}

/** Relative errors of a machine's rows that are not fitted. */
function errors({ state, generation, rows }: Machine, shared: SharedCosts): number[] {
  const fitted = [rows[0], rows[1], rows.at(-1)].filter((row) => row !== undefined);
  const { timing } = calibrate(state, { cpu: generation }, fitted, { shared });
  const resolved = resolveTiming(timing, shared);
  return rows
    .slice(2, -1)
    .map((row) => deferredInitMs(state, resolved, row.threads) / row.deferredInitMs - 1);
}

function grid(): SharedCosts[] {
  return [2, 2.5, 3, 4].flatMap((sharpness) =>
    [0.8, 0.85, 0.9, 1].flatMap((allCoreClock) =>
      [200_000, 1_000_000, 2_000_000].flatMap((wakeNs) =>
        [0, 0.5, 0.6, 0.7, 0.8].map((balanceMsPerCpu) => ({
          ...SHARED,
          sharpness,
          allCoreClock,
          wakeNs,
          balanceMsPerCpu,
        })),
      ),
    ),
  );
}

const meanAbs = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
const worst = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const words = ({ sharpness, allCoreClock, wakeNs, balanceMsPerCpu }: SharedCosts): string =>
  `sharpness ${sharpness}, clock ${allCoreClock}, wake ${wakeNs / 1e6} ms, balance ${balanceMsPerCpu} ms a CPU`;

async function structure(): Promise<void> {
  const machines: Machine[] = [];
  for (const published of PUBLISHED_V2) {
    const spec = await builtinMachine(published.name);
    if (spec === null) throw new Error(published.name);
    machines.push({
      ...published,
      state: (await prepare(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline, kernel: 'v2' })).state,
      generation: String(spec.timing.cpu),
    });
  }
  const tried = [SHARED, ...grid()].map((shared) => ({
    shared,
    errors: machines.map((m) => errors(m, shared)),
  }));
  const all = (t: (typeof tried)[number]): number[] => t.errors.flat();
  const chosen = tried[0] as (typeof tried)[number];
  console.log(
    `as built: ${words(chosen.shared)}: mean ${percent(meanAbs(all(chosen)))}, worst ${percent(worst(all(chosen)))}`,
  );
  const sorted = tried.slice(1).sort((a, b) => meanAbs(all(a)) - meanAbs(all(b)));
  const good = sorted.filter((t) => meanAbs(all(t)) <= 0.06 && worst(all(t)) <= 0.15);
  console.log(`${good.length} of ${sorted.length} settings are within 6 % and 15 %`);
  for (const t of sorted.slice(0, 3))
    console.log(
      `best: ${words(t.shared)}: mean ${percent(meanAbs(all(t)))}, worst ${percent(worst(all(t)))}`,
    );
  const without = sorted.filter((t) => t.shared.balanceMsPerCpu === 0)[0];
  if (without)
    console.log(
      `best without strays: mean ${percent(meanAbs(all(without)))}, worst ${percent(worst(all(without)))}`,
    );
  const left: number[] = [];
  machines.forEach((machine, i) => {
    const others = (t: (typeof tried)[number]): number => meanAbs(t.errors.filter((_, j) => j !== i).flat());
    const best = sorted.reduce((a, b) => (others(b) < others(a) ? b : a));
    left.push(...(best.errors[i] as number[]));
    console.log(
      `chosen without ${machine.name}: ${words(best.shared)}: its mean ${percent(meanAbs(best.errors[i] as number[]))}`,
    );
  });
  console.log(
    `constants chosen without the machine: mean ${percent(meanAbs(left))}, worst ${percent(worst(left))}`,
  );
}

if (process.argv.includes('--structure')) await structure();
else speeds();

// Schedules a second of the explorer, on one core. usage: npx node bench/explore.ts
// CPU time of this process is counted, not the clock on the wall: other load on the machine does not matter.
import { explore } from '../src/cpus/simulated/explore/explore.ts';
import { findScenario } from '../src/scenarios/catalogue.ts';
import type { Strategy } from '../src/cpus/simulated/explore/explore.ts';

/** What the issue asks of random search, for a job of 3 helpers and 8 chunks. */
const ASKED = 10_000;

function measure(name: string, strategy: Strategy, schedules: number): void {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  explore(scenario, { strategy, schedules: Math.min(schedules, 5000), seed: 1 }); // warm up
  const before = process.cpuUsage();
  const result = explore(scenario, { strategy, schedules, seed: 2 });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const rate = Math.round(result.schedules / seconds);
  const steps = (result.steps / result.schedules).toFixed(0);
  const left = result.complete ? ', all there are' : '';
  process.stdout.write(
    `${name.padEnd(16)} ${strategy.padEnd(10)} ${String(result.schedules).padStart(6)} schedules of ${steps} steps${left}: ` +
      `${seconds.toFixed(2)} s, ${rate} a second\n`,
  );
  if (name === 'mt-job' && strategy === 'random' && rate < ASKED) {
    process.stderr.write(`expected ${ASKED} a second\n`);
    process.exitCode = 1;
  }
}

measure('mt-job', 'random', 50_000);
measure('mt-job', 'pct', 50_000);
measure('hand-out-2x2', 'exhaustive', 100_000);
measure('hand-out-3x3', 'exhaustive', 100_000);
measure('serial-hotplug', 'random', 5_000);

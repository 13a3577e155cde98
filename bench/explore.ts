// Schedules a second of the explorer, on one core. usage: npx node bench/explore.ts
// CPU time of this process is counted, not the clock on the wall: other load on the machine does not matter.
import { explore } from '../src/cpus/simulated/explore/explore.ts';
import { bareRun, waiting } from './bare-threads.ts';
import { findScenario } from '../src/scenarios/catalogue.ts';
import type { Strategy } from '../src/cpus/simulated/explore/explore.ts';

/** What the issue asks of random search, for a job of 3 helpers and 8 chunks. */
const ASKED = 10_000;

/** CPU time of this process, nanoseconds. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

/** The least of several measurements: whatever else the machine does only adds. */
function least(times: number, measured: () => number): number {
  return Math.min(...Array.from({ length: times }, measured));
}

const ROUNDS = 12;

/** A step of random search beside the same threads resumed bare: all that the explorer adds, its set-up included. */
function ratio(name: string): void {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const searched = (): number => {
    const before = cpuNs();
    const { steps } = explore(scenario, { strategy: 'random', schedules: 2000, seed: 3 });
    return (cpuNs() - before) / steps;
  };
  const bare = (boot: boolean): { ns: number; steps: number } => {
    let steps = 0;
    const before = cpuNs();
    for (let i = 0; i < 2000; i += 1) steps += bareRun(scenario, boot);
    return { ns: cpuNs() - before, steps };
  };
  const resumed = (): number => {
    const setup = bare(false).ns;
    const { ns, steps } = bare(true);
    return (ns - setup) / steps;
  };
  const empty = (depth: number) => (): number => {
    const thread = waiting(depth);
    const before = cpuNs();
    for (let i = 0; i < 200_000; i += 1) thread.next(0);
    return (cpuNs() - before) / 200_000;
  };
  for (const warm of [searched, resumed, empty(1), empty(DEPTH)]) warm();
  const [step, resume] = [least(ROUNDS, searched), least(ROUNDS, resumed)];
  const ns = (value: number): string => `${value.toFixed(0)} ns`;
  process.stdout.write(
    `${name} random: ratio ${(step / resume).toFixed(2)}: a step ${ns(step)}, its threads resumed bare ${ns(resume)}; ` +
      `an empty generator ${ns(least(ROUNDS, empty(1)))}, ${DEPTH} deep as theirs are ${ns(least(ROUNDS, empty(DEPTH)))}\n`,
  );
  if (step > MOST * resume) {
    process.stderr.write(`expected a ratio of ${MOST} at most\n`);
    process.exitCode = 1;
  }
}

/** Generators from a thread's first to the one that asks, on average over mt-job, rounded up. */
const DEPTH = 5;
/** What the explorer may add. */
const MOST = 4;

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

ratio('mt-job');
measure('mt-job', 'random', 50_000);
measure('mt-job', 'pct', 50_000);
measure('hand-out-2x2', 'exhaustive', 100_000);
measure('hand-out-3x3', 'exhaustive', 100_000);
measure('serial-hotplug', 'random', 5_000);

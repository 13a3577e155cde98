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

/** The least that each takes, measured in turns: whatever else the machine does only adds. */
function leasts(rounds: number, measured: readonly (() => number)[]): number[] {
  for (let i = 0; i < WARM_UP; i += 1) for (const measure of measured) measure();
  const least = measured.map(() => Infinity);
  for (let i = 0; i < rounds; i += 1)
    measured.forEach((measure, of) => (least[of] = Math.min(least[of] as number, measure())));
  return least;
}

const WARM_UP = 30;

/** Short rounds, and many: what else the machine does falls between some of them. */
const ROUNDS = 100;
const SCHEDULES = 100;
const RESUMES = 20_000;

/**
 * A step of random search beside a bare resume, in turns of the same run. The bare resume is that of the same kernel threads: each as
 * far as it can go, over plain memory, with nothing chosen, checked or noted; their set-up is left out, the explorer's is in its
 * steps. And beside a generator that does nothing but yield the same request again, as deep as the threads' calls are and alone.
 */
function ratio(name: string): void {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  let seed = 0;
  const searched = (): number => {
    seed += 1;
    const before = cpuNs();
    const { steps } = explore(scenario, { strategy: 'random', schedules: SCHEDULES, seed });
    return (cpuNs() - before) / steps;
  };
  let bareSteps = 0;
  const bare = (boot: boolean) => (): number => {
    const before = cpuNs();
    for (let i = 0; i < SCHEDULES; i += 1) bareSteps = bareRun(scenario, boot);
    return (cpuNs() - before) / SCHEDULES;
  };
  const empty = (depth: number): (() => number) => {
    const thread = waiting(depth);
    return () => {
      const before = cpuNs();
      for (let i = 0; i < RESUMES; i += 1) thread.next(0);
      return (cpuNs() - before) / RESUMES;
    };
  };
  const measured = [searched, bare(false), bare(true), empty(DEPTH), empty(1)];
  const [step, setup, run, nested, alone] = leasts(ROUNDS, measured) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const resume = (run - setup) / bareSteps;
  const ns = (value: number): string => `${value.toFixed(0)} ns`;
  process.stdout.write(
    `${name} random: ratio ${(step / resume).toFixed(2)}: a step ${ns(step)}, its threads resumed bare ${ns(resume)}\n` +
      `${name} random: ${(step / nested).toFixed(2)} times an empty generator ${DEPTH} deep, as its threads' are (${ns(nested)}); ` +
      `${(step / alone).toFixed(1)} times one alone (${ns(alone)})\n`,
  );
  if (step > MOST * resume) {
    process.stderr.write(`expected a ratio of ${MOST} at most\n`);
    process.exitCode = 1;
  }
}

/** What is on the way from a thread's first function to its request, on average over mt-job: 3.2 generators and mostly a lock's iterator. */
const DEPTH = 4;
/** What the explorer may take, in bare resumes. */
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

// Random schedules over the scenarios of jobs that can fail and of their users. usage: npx node bench/users-explore.ts [SCHEDULES]
// Prints schedules and steps of each sound scenario, and at which schedule each planted fault is found.
import { explore } from '../src/cpus/simulated/explore/explore.ts';
import { FINDINGS, MUTANTS, SCENARIOS } from '../src/scenarios/catalogue.ts';

const total = Number(process.argv[2] ?? 20_000);
const isOurs = (name: string): boolean =>
  /^(mutant\/|found\/)?(rfc|vfio|hugetlb|pmem|munmap|kho|undo|raises|waits|holds|charge|locked)/.test(name);
const sound = SCENARIOS.filter(({ name }) => isOurs(name));
let run = 0;
for (const scenario of sound) {
  const schedules = Math.ceil(total / sound.length);
  const result = explore(scenario, { strategy: 'random', schedules, seed: 7 });
  run += result.schedules;
  const found = result.failure ? `FAILS: ${result.failure.message}` : 'nothing found';
  process.stdout.write(`${scenario.name}: ${result.schedules} schedules, ${result.steps} steps: ${found}\n`);
  if (result.failure) process.exitCode = 1;
}
process.stdout.write(`${run} schedules in all\n`);
for (const { scenario, within } of [...MUTANTS, ...FINDINGS].filter((mutant) =>
  isOurs(mutant.scenario.name),
)) {
  const { failure } = explore(scenario, { strategy: 'random', schedules: within, seed: 1 });
  process.stdout.write(
    failure
      ? `${scenario.name}: found at schedule ${failure.schedule} of ${within}: ${failure.message}\n`
      : `${scenario.name}: NOT FOUND within ${within}\n`,
  );
  if (!failure) process.exitCode = 1;
}

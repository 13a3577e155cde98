// Every scenario under the explorer: nothing is found where nothing is wrong, and each planted fault within the number of
// schedules that its entry states.
import test from 'ava';
import { explore, replay } from '../../src/cpus/simulated/explore/explore.ts';
import { parseToken } from '../../src/cpus/simulated/explore/token.ts';
import { allScenarios, FINDINGS, findScenario, MUTANTS, SCENARIOS } from '../../src/scenarios/catalogue.ts';

const SEED = 1;

for (const scenario of SCENARIOS) {
  test(`${scenario.name}: nothing is found, by chance or by priorities`, (t) => {
    for (const strategy of ['random', 'pct'] as const) {
      const { failure, schedules } = explore(scenario, { strategy, schedules: 500, seed: SEED });
      t.is(failure, undefined, failure?.message);
      t.is(schedules, 500);
    }
  });
}

for (const { scenario, finds, within } of [...MUTANTS, ...FINDINGS]) {
  test(`${scenario.name} is found within ${within} schedules, and its token shows it again`, (t) => {
    const { failure } = explore(scenario, { strategy: 'random', schedules: within, seed: SEED });
    if (failure === undefined) return t.fail('not found');
    t.regex(failure.message, finds);
    const { choices, scenario: name } = parseToken(failure.token);
    t.is(name, scenario.name);
    const again = replay(scenario, choices);
    t.true(again.exact);
    t.is(again.error?.message, failure.message);
    t.deepEqual(again.trace, failure.shortest.trace);
    t.true(failure.shortest.choices.length <= failure.choices.length);
  });
}

for (const { scenario, sound } of MUTANTS) {
  test(`${scenario.name} without its fault passes: ${sound.name}`, (t) => {
    t.is(explore(sound, { strategy: 'random', schedules: 300, seed: SEED }).failure, undefined);
  });
}

test('names are unique, and each finds its scenario', (t) => {
  const names = allScenarios().map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const name of names) t.is(findScenario(name)?.name, name);
  t.is(findScenario('no-such'), undefined);
});

test('small scenarios to the end: every schedule, up to the order of steps that do not meet', (t) => {
  for (const [name, schedules] of [
    ['hand-out-2x2', 20],
    ['hand-out-3x3', 486],
    // with the workqueue, its workers and the pool
    ['mt-job-2x2', 80],
    // two allocations that grow the zone, and pgdatinit
    ['grow', 72],
    ['split-block', 4],
  ] as const) {
    const scenario = findScenario(name);
    if (scenario === undefined) return t.fail(name);
    const result = explore(scenario, { strategy: 'exhaustive', schedules: 10_000, seed: SEED });
    t.true(result.complete);
    t.is(result.failure, undefined);
    t.is(result.schedules, schedules);
  }
});

test('order is kept over 10,000 schedules while CPUs come and go and masks change', (t) => {
  const scenario = findScenario('serial-hotplug');
  if (scenario === undefined) return t.fail();
  const { failure, schedules } = explore(scenario, { strategy: 'random', schedules: 10_000, seed: 2 });
  t.is(failure, undefined);
  t.is(schedules, 10_000);
});

test('small jobs of the RFC and of its users to the end', (t) => {
  for (const name of ['rfc-job-2x2', 'rfc-fails-2x2', 'vfio-fails-2x2']) {
    const scenario = findScenario(name);
    if (scenario === undefined) return t.fail(name);
    const result = explore(scenario, { strategy: 'exhaustive', schedules: 50_000, seed: SEED });
    t.log(`${name}: ${result.schedules} schedules`);
    t.true(result.complete, name);
    t.is(result.failure, undefined, result.failure?.message);
  }
});

test('a lock that the caller holds and a thread takes is reported in every order', (t) => {
  const scenario = findScenario('mutant/holds-lock');
  if (scenario === undefined) return t.fail();
  for (let seed = 1; seed <= 200; seed += 1)
    t.regex(
      explore(scenario, { strategy: 'random', schedules: 1, seed }).failure?.message ?? '',
      /^possible /,
    );
});

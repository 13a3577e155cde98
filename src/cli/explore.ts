// earlyboot explore: kernel threads under many schedules, to find what one boot hides.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { earlyBootOf } from '../boot/machine.ts';
import { chooseMaxThreads } from '../boot/max_threads.ts';
import { InputError } from '../lib/input-error.ts';
import {
  explore,
  replay,
  STRATEGIES,
  type ExploreResult,
  type Strategy,
} from '../cpus/simulated/explore/explore.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import { parseToken } from '../cpus/simulated/explore/token.ts';
import { drawSchedule } from '../cpus/simulated/explore/trace.ts';
import { allScenarios, findScenario } from '../scenarios/catalogue.ts';
import { BUILTIN_NAMES, isBuiltinName } from '../machine/builtin/list.ts';
import { didYouMean } from '../machine/closest.ts';
import { machineScenario } from '../scenarios/machine.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import { bootOptions, namesOf, type BootChoices } from './boot-options.ts';
import { printJson, type CliIo } from './io.ts';
import { positiveInteger, seed } from './options.ts';
import { progressOn } from './progress.ts';
import { tableLines } from '../text/table.ts';
import { plural } from '../lib/plural.ts';

const SCHEDULES = 10_000;
const MACHINE_SCHEDULES = 100;

const HELP = `
WHAT is a scenario of the list, or a machine as boot takes it: then its deferred init is explored. Without WHAT the scenarios
are listed. A failing schedule is cut short and drawn as CPUs × steps; its token runs it again, step by step the same.
random moves any thread that can move; pct moves by random priorities; exhaustive tries every order of the steps that touch
the same words. Exit status 1: something was found.

Examples:
  earlyboot explore                                     list the scenarios
  earlyboot explore serial-hotplug --schedules 50000
  earlyboot explore hand-out-3x3 --strategy exhaustive
  earlyboot explore mutant/lost-wake
  earlyboot explore skylake-768g --kernel 7.2 --strategy pct`;

interface Options extends BootChoices {
  readonly strategy: Strategy;
  readonly schedules?: number | undefined;
  readonly seed: number;
  readonly replay?: string | undefined;
  readonly json?: true | undefined;
}

/** `explore [WHAT] [--strategy S] [--schedules N] [--seed N] [--replay TOKEN]` */
export function exploreCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Runs kernel threads under many schedules and checks each.')
    .argument('[what]', 'a scenario, or a machine as boot takes it')
    .addOption(
      new Option('--strategy <name>', 'who moves next').choices(STRATEGIES).default('random' as const),
    )
    .option(
      '--schedules <n>',
      `at most so many (${SCHEDULES}; of a machine ${MACHINE_SCHEDULES})`,
      positiveInteger,
    )
    .option('--seed <n>', 'seed of random and pct', seed, 1)
    .option('--replay <token>', 'run one schedule again, as a failure printed it')
    .option('--json', 'print JSON');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (what, options) => {
      if (options.replay !== undefined) return again(io, what, options.replay, options);
      if (what === undefined) return list(io, options.json === true);
      const scenario = await scenarioNamed(io, what, options);
      const most = options.schedules ?? (findScenario(what) ? SCHEDULES : MACHINE_SCHEDULES);
      const progress = progressOn(io, scenario.name);
      // an exhaustive search ends where there are no more
      const unit = options.strategy === 'exhaustive' ? 'schedules at most' : 'schedules';
      const onProgress = (done: number, of: number): void => progress.update(done, of, { unit });
      const result = explore(scenario, { ...options, schedules: most, onProgress });
      progress.done();
      show(io, scenario, result, options);
    });
}

/** A scenario of the catalogue, else of a machine. */
async function scenarioNamed(io: CliIo, what: string, options: Options): Promise<Scenario> {
  const known = findScenario(what);
  if (known) return refuseChoices(what, options, known);
  const names = allScenarios().map(({ name }) => name);
  if (/^(mutant|found)\//.test(what))
    throw new InputError(
      'usage',
      `scenario "${what}"${didYouMean(what, names) || ': expected one that earlyboot explore lists'}`,
    );
  const machineOrFile = isBuiltinName(what) || what === '-' || existsSync(resolve(io.cwd, what));
  if (!machineOrFile) {
    const meant = didYouMean(what, [...names, ...BUILTIN_NAMES]);
    throw new InputError(
      'usage',
      `"${what}": no such scenario, file, folder or built-in machine${meant} (earlyboot explore and earlyboot machines list them)`,
    );
  }
  const { machine, boot } = await askedBoot(io, what, options);
  const early = await chooseMaxThreads(await earlyBootOf(machine, boot), machine, boot);
  const { topology, started, profile, deferred } = early;
  return machineScenario({
    ...{ name: what, topology, deferred },
    online: started.onlineCpus,
    padata: profile.padata,
  });
}

/** A scenario is what it is: nothing boots. */
function refuseChoices(what: string, options: Options, scenario: Scenario): Scenario {
  const names = namesOf(options);
  if (names.length === 0) return scenario;
  throw new InputError(
    'usage',
    `${names.join(', ')}: ${what} is a scenario: expected a machine, which boots`,
  );
}

function list(io: CliIo, json: boolean): void {
  const scenarios = allScenarios().map(({ name, about, cpus }) => ({ name, about, cpus }));
  if (json) return printJson(io, { version: 1, scenarios });
  const rows = scenarios.map(({ name, about }) => [name, about]);
  answer(io, `${tableLines(rows, { left: [0, 1], headings: false, columns: textColumns(io) }).join('\n')}\n`);
}

function show(io: CliIo, scenario: Scenario, result: ExploreResult, { seed: from, json }: Options): void {
  const { strategy, schedules, steps, complete, failure } = result;
  if (failure) io.setFailed();
  if (json) {
    const shortest = failure && { steps: failure.shortest.trace, choices: failure.shortest.choices };
    printJson(io, {
      version: 1,
      scenario: scenario.name,
      strategy,
      seed: from,
      schedules,
      steps,
      complete,
      failure: failure
        ? { schedule: failure.schedule, message: failure.message, token: failure.token, shortest }
        : null,
    });
    return;
  }
  io.stdout(`${scenario.name}: ${scenario.about}\n`);
  const all = complete ? ', all there are' : '';
  io.stdout(`${strategy}, seed ${from}: ${plural(schedules, 'schedule')}${all}, ${plural(steps, 'step')}: `);
  if (failure === undefined) return io.stdout('nothing found\n');
  io.stdout(`schedule ${failure.schedule} fails\n\n`);
  io.stdout(`${drawSchedule(failure.shortest.trace, scenario.cpus, failure.message)}\n\n`);
  io.stdout(`earlyboot explore --replay ${failure.token}\n`);
}

/** One schedule with each of its steps. */
async function again(io: CliIo, what: string | undefined, token: string, options: Options): Promise<void> {
  const { scenario: name, choices } = parseToken(token);
  if (what !== undefined && what !== name)
    throw new InputError(
      'usage',
      `--replay is of ${name}: expected no other scenario than that, got ${what}`,
    );
  const scenario = await scenarioNamed(io, name, options);
  const outcome = replay(scenario, choices);
  if (outcome.error) io.setFailed();
  const { trace, exact } = outcome;
  if (options.json) {
    printJson(io, {
      version: 1,
      scenario: name,
      exact,
      failure: outcome.error?.message ?? null,
      steps: trace,
    });
    return;
  }
  if (!exact) io.stderr('earlyboot: warning: the schedule does not fit this scenario any more\n');
  io.stdout(`${drawSchedule(trace, scenario.cpus, outcome.error?.message)}\n`);
}

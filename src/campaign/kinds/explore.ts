// kind explore: a scenario under many schedules. What is found comes with the token that runs it again.
import { explore, STRATEGIES } from '../../cpus/simulated/explore/explore.ts';
import { InputError } from '../../lib/input-error.ts';
import { findScenario } from '../../scenarios/catalogue.ts';
import type { ItemValues } from '../campaign.ts';
import { Found, needText, numberOf, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';

const SCHEDULES = 10_000;

async function run(values: ItemValues, _place: Place): Promise<Ran> {
  const name = needText(values, 'scenario');
  const scenario = findScenario(name);
  if (!scenario)
    throw new InputError('schema', `scenario "${name}": expected one that earlyboot explore lists`);
  const wanted = textOf(values, 'strategy') ?? 'random';
  const strategy = STRATEGIES.find((known) => known === wanted);
  if (!strategy) throw new InputError('schema', `strategy "${wanted}": expected ${STRATEGIES.join(', ')}`);
  const { failure, schedules, steps, complete } = explore(scenario, {
    strategy,
    schedules: numberOf(values, 'schedules', SCHEDULES),
    seed: numberOf(values, 'seed', 1),
  });
  if (failure) throw new Found(`${name}: ${failure.message}`, `explore --replay ${failure.token}`);
  return { end: 'ok', facts: { schedules, steps, complete } };
}

export const EXPLORE: LoadedKind = { run };

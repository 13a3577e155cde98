// Reads a campaign file; every complaint names file, line, column, path, value and what was expected.
import { basename } from 'node:path';
import { InputError } from '../../lib/input-error.ts';
import type { Tree } from '../../lib/tree.ts';
import { checkedYaml, type CheckedText } from '../../machine/spec/checked-yaml.ts';
import type { Axis, Budget, Campaign, Check } from '../campaign.ts';
import { parseExpression } from '../check/expression.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { Kind } from '../kinds/kind.ts';
import { combinations, isRandom } from '../space.ts';
import { durationMs } from './duration.ts';
import { campaignJsonSchema, campaignSchema, type CampaignFile } from './schema.ts';
import { valuesOf } from './values.ts';

const ABOUT = { what: 'campaign', docs: 'docs/campaigns.md', jsonSchema: campaignJsonSchema };

const DEFAULT_ITEMS = 1000;
const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_HEAP_MIB = 2048;
const MOST_ITEMS = 1e9;

/** What the command line says instead of the file. */
export interface Overrides {
  readonly items?: number | undefined;
  readonly seed?: number | undefined;
  readonly timeMs?: number | undefined;
}

/** Complaints at a value of the file. */
export type Place = CheckedText<CampaignFile>['place'];

/**
 * The campaign of `text`; `folder` is where its paths begin.
 * @throws InputError 'syntax' or 'schema'
 */
export async function loadCampaign(
  text: string,
  path: string,
  folder: string,
  overrides: Overrides = {},
): Promise<Campaign> {
  const { value: file, place } = checkedYaml(text, path, campaignSchema, ABOUT);
  const kind = KINDS.get(file.kind);
  if (!kind)
    throw new InputError(
      'schema',
      `${place(['kind'])}: kind: ${JSON.stringify(file.kind)}: expected one of ${[...KINDS.keys()].join(', ')}`,
    );
  const space: Axis[] = [];
  for (const [name, value] of Object.entries(file.space)) space.push(await axisOf(name, value, kind, place));
  for (const [name, { required }] of kind.dimensions)
    if (
      required === true &&
      !space.some((axis) => axis.name === name) &&
      !(name === 'seed' && isRandom(space))
    )
      throw new InputError('schema', `${place(['space'])}: space.${name}: missing: expected a value`);
  return {
    name: file.name ?? nameOf(path),
    about: file.about ?? '',
    kind: file.kind,
    seed: overrides.seed ?? file.seed ?? 1,
    space,
    check: checkOf(file, kind, place),
    budget: budgetOf(file, space, overrides),
    folder,
  };
}

function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return name === '' ? 'campaign' : name;
}

async function axisOf(name: string, value: Tree, kind: Kind, place: Place): Promise<Axis> {
  const dimension = kind.dimensions.get(name);
  if (!dimension)
    throw new InputError(
      'schema',
      `${place(['space', name], true)}: space.${name}: unknown dimension: expected ${[...kind.dimensions.keys()].join(', ')}`,
    );
  const values = await valuesOf(value, dimension, (where, what) => {
    const path = ['space', name, ...where];
    return new InputError('schema', `${place(path)}: ${path.join('.')}: ${what}`);
  });
  return { name, values };
}

function checkOf({ check = {} }: CampaignFile, kind: Kind, place: Place): Check {
  const expect = check.expect === undefined ? [] : [check.expect].flat();
  const same = check.same && { as: check.same.as, in: check.same.in ?? ['log'] };
  for (const text of expect) parsed(text, ['check', 'expect'], place);
  for (const text of same?.in ?? []) parsed(text, ['check', 'same', 'in'], place);
  for (const name of Object.keys(same?.as ?? {}))
    if (!kind.dimensions.has(name))
      throw new InputError(
        'schema',
        `${place(['check', 'same', 'as', name], true)}: check.same.as.${name}: unknown dimension: expected ${[...kind.dimensions.keys()].join(', ')}`,
      );
  return {
    invariants: check.invariants ?? true,
    expect,
    panic: check.panic ?? 'taken',
    refusal: check.refusal ?? 'taken',
    same: same ?? null,
  };
}

function parsed(text: string, path: string[], place: Place): void {
  try {
    parseExpression(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError('schema', `${place(path)}: ${path.join('.')}: ${error.message}`);
  }
}

function budgetOf({ budget = {} }: CampaignFile, space: readonly Axis[], overrides: Overrides): Budget {
  const all = isRandom(space) ? MOST_ITEMS : combinations(space);
  const wanted = overrides.items ?? budget.items ?? (isRandom(space) ? DEFAULT_ITEMS : all);
  return {
    items: Math.min(wanted, all),
    timeMs: overrides.timeMs ?? (budget.time === undefined ? null : durationMs(budget.time)),
    deadlineMs: budget.deadline === undefined ? DEFAULT_DEADLINE_MS : durationMs(budget.deadline),
    heapMiB: budget.heap ?? DEFAULT_HEAP_MIB,
  };
}

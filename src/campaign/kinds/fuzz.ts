// kind fuzz: one made-up input for one reader of input.
import { concatBytes } from '../../lib/bytes.ts';
import { Dice } from '../../lib/dice.ts';
import { InputError } from '../../lib/input-error.ts';
import { withoutRuns, type Lab } from '../../lib/reduce.ts';
import { bytesOf, linesOf, wordsOf } from '../../fuzz/parts.ts';
import { SHARED_TARGETS } from '../../fuzz/targets.ts';
import type { Target } from '../../fuzz/target.ts';
import type { ItemValues } from '../campaign.ts';
import { needText, numberOf, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';

const loaded = new Map<string, Target>();

async function targetNamed(name: string): Promise<Target> {
  const known = loaded.get(name);
  if (known) return known;
  const load = SHARED_TARGETS.get(name);
  if (!load)
    throw new InputError(
      'schema',
      `target "${name}": expected one of ${[...SHARED_TARGETS.keys()].join(', ')}`,
    );
  const target = await (await load()).create([]);
  loaded.set(name, target);
  return target;
}

async function inputOf(values: ItemValues): Promise<{ target: Target; bytes: Uint8Array; deep: boolean }> {
  const target = await targetNamed(needText(values, 'target'));
  const input = textOf(values, 'input');
  if (input !== null) return { target, bytes: new Uint8Array(Buffer.from(input, 'base64')), deep: true };
  const seed = numberOf(values, 'seed', 1);
  return { target, bytes: target.generate(new Dice(seed, 0)), deep: seed % target.deepEvery === 0 };
}

async function run(values: ItemValues, _place: Place): Promise<Ran> {
  const { target, bytes, deep } = await inputOf(values);
  await target.run(bytes, deep);
  return { end: 'ok', facts: {} };
}

/** The input that the seed stands for, with lines, words and bytes left out. */
async function smaller(values: ItemValues, _place: Place, lab: Lab<ItemValues>): Promise<ItemValues> {
  const target = values['target'] ?? null;
  let { bytes } = await inputOf(values);
  const item = (input: Uint8Array): ItemValues => ({ target, input: Buffer.from(input).toString('base64') });
  if (!(await lab.fails(item(bytes)))) return values;
  const parts: Lab<Uint8Array[]> = {
    fails: (left) => lab.fails(item(concatBytes(left))),
    spent: lab.spent,
  };
  for (const split of [linesOf, wordsOf, bytesOf])
    bytes = concatBytes(await withoutRuns(split(bytes), parts));
  return item(bytes);
}

export const FUZZ: LoadedKind = { run, smaller };

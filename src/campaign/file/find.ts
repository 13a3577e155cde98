// What people name a campaign by: a file, one that comes with earlyboot, a kind with its space, or a folder of results.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packageFile } from '../../board/package_file.ts';
import { InputError } from '../../lib/input-error.ts';
import type { Tree } from '../../lib/tree.ts';
import { readText } from '../../machine/import/files.ts';
import type { Campaign } from '../campaign.ts';
import { KINDS, kindNamed } from '../kinds/kinds.ts';
import { readFacts } from '../results/folder.ts';
import { loadCampaign, type Overrides } from './load.ts';

const EXTENSION = '.yaml';

/** Names of the campaigns that come with earlyboot. */
export function builtinCampaigns(): string[] {
  const folder = packageFile('campaigns');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}

/**
 * The campaign of a file, of a name that comes with earlyboot, or of a kind with `space`, texts such as `kernel=6.1,7.2`.
 * @throws InputError
 */
export async function findCampaign(
  name: string,
  cwd: string,
  space: readonly string[],
  overrides: Overrides = {},
): Promise<Campaign> {
  const path = resolve(cwd, name);
  if (KINDS.has(name)) return ofKind(name, cwd, space, overrides);
  if (space.length > 0)
    throw new InputError(
      'usage',
      `--space goes with a kind: expected one of ${[...KINDS.keys()].join(', ')}`,
    );
  if (existsSync(path)) {
    if (statSync(path).isDirectory())
      throw new InputError('file', `${name}: is a folder: expected a campaign file`);
    return loadCampaign(await readText(path, 'description'), name, dirname(path), overrides);
  }
  if (builtinCampaigns().includes(name)) {
    const file = packageFile(join('campaigns', `${name}${EXTENSION}`));
    return loadCampaign(await readText(file, 'description'), file, dirname(file), overrides);
  }
  throw new InputError(
    'usage',
    `"${name}": no such file, kind (${[...KINDS.keys()].join(', ')}) or built-in campaign (${builtinCampaigns().join(', ')})`,
  );
}

/** The campaign of FILE or FOLDER, and the number behind `#`. @throws InputError */
export async function findItem(
  text: string,
  cwd: string,
  space: readonly string[],
): Promise<{ readonly campaign: Campaign; readonly number: number }> {
  const [, name = '', digits = ''] = /^(.+)#(\d+)$/.exec(text) ?? [];
  const number = Number(digits);
  if (name === '' || !Number.isSafeInteger(number))
    throw new InputError('usage', `"${text}": expected FILE#N, such as campaigns/random-maps.yaml#4711`);
  const path = resolve(cwd, name);
  if (existsSync(path) && statSync(path).isDirectory()) return { campaign: readFacts(path).campaign, number };
  return { campaign: await findCampaign(name, cwd, space), number };
}

async function ofKind(
  name: string,
  cwd: string,
  space: readonly string[],
  overrides: Overrides,
): Promise<Campaign> {
  const { dimensions } = kindNamed(name);
  const taken = new Map<string, Tree>();
  const { parseYaml } = await import('../../machine/spec/parse-yaml.ts');
  for (const text of space) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === '') throw new InputError('usage', `--space ${text}: expected DIMENSION=VALUE`);
    const wrong = dimensions.get(key)?.wrong;
    const words = (): Tree[] => value.split(',').map((word) => plainWord(word, wrong));
    taken.set(key, /^[[{]/.test(value) ? (parseYaml(value, `--space ${key}`).value as Tree) : alone(words()));
  }
  return loadCampaign(
    JSON.stringify({ name, kind: name, space: Object.fromEntries(taken) }),
    '--space',
    cwd,
    overrides,
  );
}

/** `all` alone is no list. */
function alone(words: Tree[]): Tree {
  return words.length === 1 && words[0] === 'all' ? 'all' : words;
}

/** A number where the dimension has numbers. */
function plainWord(word: string, wrong: ((value: Tree) => string | null) | undefined): Tree {
  return /^\d+$/.test(word) && wrong?.(word) !== null && wrong?.(Number(word)) === null ? Number(word) : word;
}

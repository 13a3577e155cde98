// A kernel profile as a file: what `earlyboot profile` writes and `--kernel FILE` reads. Facts that it leaves out are the base's.
import { InputError } from '../lib/input-error.ts';
import { PROFILE_NUMBERS } from '../kernel/image_facts.ts';
import type { KernelConfig } from '../kernel/profile.ts';
import type { KernelFacts } from '../machine/kernel-facts.ts';
import { sourcesOfAnother } from './assumed_facts.ts';
import { factsOfFile } from './facts_of_file.ts';
import { withImageSizes } from './image_sizes.ts';
import { withLogFacts } from './learned.ts';
import type { BootProfile } from './list.ts';
import { kernelNamed } from './named.ts';

type ProfileNumber = (typeof PROFILE_NUMBERS)[number];

export const PROFILE_FILE_VERSION = 1;

/** The file's content. */
export interface ProfileFile {
  readonly version: typeof PROFILE_FILE_VERSION;
  readonly name: string;
  /** Built-in profile that says everything else, the version's rules included. */
  readonly base: string;
  readonly banner?: string;
  readonly image: Partial<Record<ProfileNumber, number>>;
  readonly config: { readonly x86FiveLevel?: boolean; readonly hz?: number };
  readonly callers: Readonly<Record<string, string>>;
  /** What an ordinary log proves of configuration and changes. */
  readonly facts?: KernelFacts;
}

/** The profile that a file makes of its base. @throws InputError 'usage' where the base is unknown */
export async function profileOfFile(file: ProfileFile): Promise<BootProfile> {
  const base = await kernelNamed(file.base);
  const own = profileOver(base, file);
  const { release } = base.kernel;
  // of the base's own build, what the file leaves out is the image's
  if (file.banner === undefined || release === undefined || file.banner.includes(` ${release} `)) return own;
  const given = (part: 'image' | 'config'): (readonly [string, string])[] =>
    Object.keys({ ...file.facts?.[part], ...file[part] }).map((fact) => [`${part}.${fact}`, 'profile file']);
  const calls = Object.keys(file.callers).length > 0 ? [['image.callers', 'profile file'] as const] : [];
  const sources = {
    ...sourcesOfAnother(release),
    ...Object.fromEntries([...given('image'), ...given('config'), ...calls]),
  };
  return { ...own, kernel: { ...own.kernel, sources } };
}

/** The profile that a file makes of `base`. */
export function profileOver(of: BootProfile, file: ProfileFile): BootProfile {
  const base = file.facts ? withLogFacts(of, file.facts, file.facts.version ?? of.kernel.version) : of;
  const { image, config } = base.kernel;
  return {
    ...base,
    name: file.name,
    about: `from a profile file, base ${base.name}`,
    kernel: {
      ...base.kernel,
      name: file.name,
      image: {
        ...withImageSizes({ ...image, ...file.image }, image),
        // where the file has places they are right
        ...file.image,
        ...(file.banner === undefined ? {} : { banner: file.banner }),
        callers: { ...image.callers, ...file.callers },
      },
      config: { ...config, ...(file.config satisfies Partial<KernelConfig>) },
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a profile file's text.
 * @throws InputError 'syntax' or 'schema' with the path in the file, the value and what was expected
 */
export function parseProfileFile(text: string, path: string): ProfileFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      'syntax',
      `${path}: ${error instanceof Error ? error.message : String(error)}: expected JSON`,
    );
  }
  const bad = (where: string, given: unknown, expected: string): never => {
    throw new InputError('schema', `${path}: ${where}: ${JSON.stringify(given)}: expected ${expected}`);
  };
  if (!isObject(value)) return bad('$', value, 'an object');
  if (value['version'] !== PROFILE_FILE_VERSION) bad('version', value['version'], `${PROFILE_FILE_VERSION}`);
  const text1 = (key: string): string => {
    const found = value[key];
    return typeof found === 'string' && found !== '' ? found : bad(key, found, 'a text');
  };
  const part = (key: string): Record<string, unknown> => {
    const found = value[key] ?? {};
    return isObject(found) ? found : bad(key, found, 'an object');
  };
  const image: Partial<Record<ProfileNumber, number>> = {};
  for (const [key, given] of Object.entries(part('image'))) {
    const known = PROFILE_NUMBERS.find((name) => name === key) ?? bad(`image.${key}`, given, 'a known fact');
    image[known] =
      typeof given === 'number' && Number.isSafeInteger(given) && given >= 0
        ? given
        : bad(`image.${key}`, given, 'a whole number from 0');
  }
  const callers = Object.fromEntries(
    Object.entries(part('callers')).map(([key, given]) => [
      key,
      typeof given === 'string' ? given : bad(`callers.${key}`, given, 'a text'),
    ]),
  );
  const { x86FiveLevel, hz } = part('config');
  return {
    version: PROFILE_FILE_VERSION,
    name: text1('name'),
    base: text1('base'),
    ...(value['banner'] === undefined ? {} : { banner: text1('banner') }),
    image,
    config: {
      ...(typeof x86FiveLevel === 'boolean' ? { x86FiveLevel } : {}),
      ...(typeof hz === 'number' && hz > 0 ? { hz } : {}),
    },
    callers,
    ...(value['facts'] === undefined ? {} : { facts: factsOfFile(part('facts'), bad) }),
  };
}

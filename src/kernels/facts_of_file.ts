// Facts of an ordinary log as a profile file holds them: version, configuration, changes of the history.
import { LOGGED_NUMBERS, LOGGED_OPTIONS, type KernelFacts } from '../machine/kernel-facts.ts';

/** Says what is wrong with a value in the file. */
export type Complain = (where: string, given: unknown, expected: string) => never;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** Checks `given`, the value of `facts`; what `bad` throws where it is not as it should be. */
export function factsOfFile(given: Readonly<Record<string, unknown>>, bad: Complain): KernelFacts {
  const { version, config, has, lacks, ...others } = given;
  for (const [key, value] of Object.entries(others)) bad(`facts.${key}`, value, 'a known fact');
  if (version !== undefined && !isText(version)) bad('facts.version', version, 'a text');
  for (const [key, list] of Object.entries({ has, lacks }))
    if (list !== undefined && !isTexts(list)) bad(`facts.${key}`, list, 'a list of texts');
  return {
    ...(isText(version) && { version }),
    ...(config !== undefined && { config: configOfFile(config, bad) }),
    ...(isTexts(has) && { has }),
    ...(isTexts(lacks) && { lacks }),
  };
}

function configOfFile(given: unknown, bad: Complain): NonNullable<KernelFacts['config']> {
  if (typeof given !== 'object' || given === null) return bad('facts.config', given, 'an object');
  for (const [key, value] of Object.entries(given)) {
    const where = `facts.config.${key}`;
    if (LOGGED_NUMBERS.some((name) => name === key)) {
      if (!Number.isSafeInteger(value) || Number(value) < 1) bad(where, value, 'a whole number from 1');
    } else if (LOGGED_OPTIONS.some((name) => name === key)) {
      if (typeof value !== 'boolean') bad(where, value, 'true or false');
    } else if (key !== 'initStack') bad(where, value, 'a known option');
    else if (!isText(value)) bad(where, value, 'a text');
  }
  return given;
}

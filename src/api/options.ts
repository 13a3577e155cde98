// Options are checked as they come in: plain JavaScript has no compiler that would.
import { cut } from '../lib/cut.ts';
import { InputError } from '../lib/input-error.ts';
import { didYouMean } from '../machine/closest.ts';

/** What an option takes, in words, and whether a value is one. */
export interface OptionRule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

/** Each option that there is. */
export type OptionRules<T> = { readonly [K in keyof Required<T>]: OptionRule };

export const TEXT: OptionRule = { expected: 'a text', holds: (value) => typeof value === 'string' };
export const FLAG: OptionRule = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
export const FUNCTION: OptionRule = { expected: 'a function', holds: (value) => typeof value === 'function' };
export const SIGNAL: OptionRule = {
  expected: 'an AbortSignal',
  holds: (value) => value instanceof AbortSignal,
};
export const SEED: OptionRule = {
  expected: 'a whole number from 0 to 4294967295',
  holds: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32,
};

export const WHOLE_FROM_1: OptionRule = {
  expected: 'a whole number from 1',
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
export const TEXTS: OptionRule = {
  expected: 'a list of texts',
  holds: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};
/** An option whose value is looked at elsewhere. */
export const CHECKED_LATER: OptionRule = { expected: 'a value', holds: () => true };

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionRule {
  return {
    expected: words.map((word) => `'${word}'`).join(' or '),
    holds: (value) => typeof value === 'string' && words.includes(value),
  };
}

/** One of a few words, or what `other` takes. */
export function either(a: OptionRule, b: OptionRule): OptionRule {
  return {
    expected: `${a.expected}, or ${b.expected}`,
    holds: (value) => a.holds(value) || b.holds(value),
  };
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

/**
 * `undefined` stands for an option that is left out.
 * @throws InputError 'usage' for an option that there is none of, or whose value is of another kind; `who` is the function
 */
export function checkOptions<T>(who: string, options: unknown, rules: OptionRules<T>): void {
  if (typeof options !== 'object' || options === null)
    throw new InputError('usage', `${who}: options ${shown(options)}: expected an object`);
  const known = new Map<string, OptionRule>(Object.entries(rules));
  for (const [name, value] of Object.entries(options)) {
    const rule = known.get(name);
    if (!rule)
      throw new InputError('usage', `${who}: no option "${cut(name)}"${didYouMean(name, known.keys())}`);
    if (value !== undefined && !rule.holds(value))
      throw new InputError('usage', `${who}: ${name} ${shown(value)}: expected ${rule.expected}`);
  }
}

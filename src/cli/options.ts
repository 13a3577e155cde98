// Values of options that several commands share.
import { InvalidArgumentError } from 'commander';

/** For commander's `option(flags, text, positiveInteger)`. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return value;
}

/** A number of threads, or a share of each node's CPUs. */
export type MaxThreads =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'percent'; readonly percent: number };

/** `13` or `25%`. */
export function maxThreads(text: string): MaxThreads {
  const match = /^(\d+)(%?)$/.exec(text);
  const value = Number(match?.[1]);
  if (!match || value < 1 || (match[2] === '%' && value > 100) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a number of threads from 1, or a share from 1% to 100%.');
  return match[2] === '%' ? { kind: 'percent', percent: value } : { kind: 'count', count: value };
}

/** Any whole number from 0 that JavaScript holds exactly. */
export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}

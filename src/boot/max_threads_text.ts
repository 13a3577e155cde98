// What --max-threads names, as text and as what it means. By itself: options are read where no model is loaded.
import { InputError } from '../lib/input-error.ts';

/** What `--max-threads` names. */
export type MaxThreadsHook =
  | { readonly kind: 'count'; readonly count: number }
  /** Of each node's CPUs, rounded down as the published tables do (25 % of 18 CPUs is 4), at least 1. */
  | { readonly kind: 'percent'; readonly percent: number }
  /** One thread a core. */
  | { readonly kind: 'cores' }
  /** A module that exports deferredPageInitMaxThreads(nodeCpumask, machine). */
  | { readonly kind: 'file'; readonly path: string };

const EXPECTED =
  'expected a number of threads from 1, a share from 1% to 100%, "cores", or a .ts or .js file that exports deferredPageInitMaxThreads';

/**
 * The text after `--max-threads`.
 * @throws InputError 'usage' with what is expected
 */
export function parseMaxThreads(text: string): MaxThreadsHook {
  if (text === 'cores') return { kind: 'cores' };
  if (/\.[cm]?[jt]s$/.test(text)) return { kind: 'file', path: text };
  const match = /^(\d+)(%?)$/.exec(text);
  const value = Number(match?.[1]);
  const highest = match?.[2] === '%' ? 100 : Number.MAX_SAFE_INTEGER;
  if (!match || value < 1 || value > highest)
    throw new InputError('usage', `--max-threads ${text}: ${EXPECTED}`);
  return match[2] === '%' ? { kind: 'percent', percent: value } : { kind: 'count', count: value };
}

/** The way back: what parseMaxThreads() reads as `hook`. */
export function hookText(hook: MaxThreadsHook): string {
  switch (hook.kind) {
    case 'count':
      return String(hook.count);
    case 'percent':
      return `${hook.percent}%`;
    case 'cores':
      return hook.kind;
    case 'file':
      return hook.path;
  }
}

// Failing cases by what failed: the same kind, message and place are one fault, however many inputs reach it.
import { ownFrame } from '../child/stack.ts';
import type { Case, Fault } from '../target.ts';

/** One fault with the cases that reach it. */
export interface Group {
  readonly key: string;
  /** Of the first case. */
  readonly fault: Fault;
  readonly count: number;
  /** Number of the first case. */
  readonly first: number;
  /** The smallest cases met, the smallest first. */
  readonly smallest: readonly Case[];
}

const LONGEST_KEY = 140;
/** More than one: not every case repeats alone. */
const KEPT_CASES = 3;

/** What failing cases of one fault have in common: kind, message without its values, innermost own frame without its line. */
export function keyOf(fault: Fault): string {
  const frame = ownFrame(fault.stack).replace(/:\d+\)$/, ')');
  // a loop is met at another of its functions each time
  if (fault.kind === 'hang' || fault.kind === 'memory')
    return `${fault.kind} in ${frame.includes('(src/') ? fileOf(frame) : 'code that is not ours'}`;
  const message = fault.message
    .replace(/\s+/g, ' ')
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replace(/0x[0-9a-f]+|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?n?/gi, 'N')
    .slice(0, LONGEST_KEY);
  // a check's own place says nothing, and a stack that ran full ends anywhere
  if (fault.kind === 'wrong') return `wrong: ${message}`;
  if (/call stack size/.test(message)) return `${fault.kind}: ${message} in ${fileOf(frame)}`;
  const vague = fault.kind === 'vague' ? message.replace(/:.*/, '') : message;
  return `${fault.kind}: ${vague}${frame === '' ? '' : ` in ${frame}`}`;
}

function fileOf(frame: string): string {
  return /\((.*)\)/.exec(frame)?.[1] ?? 'native code';
}

/** Groups cases as they come; in which order they come does not matter. */
export class Groups {
  readonly #groups = new Map<string, Group>();

  add(index: number, one: Case, fault: Fault): void {
    const key = keyOf(fault);
    const known = this.#groups.get(key);
    if (!known) {
      this.#groups.set(key, { key, fault, count: 1, first: index, smallest: [one] });
      return;
    }
    const earlier = index < known.first;
    this.#groups.set(key, {
      key,
      fault: earlier ? fault : known.fault,
      count: known.count + 1,
      first: Math.min(known.first, index),
      smallest: [...known.smallest, one].sort(bySize).slice(0, KEPT_CASES),
    });
  }

  /** The most frequent first. */
  list(): Group[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count || a.first - b.first);
  }
}

function bySize(a: Case, b: Case): number {
  return a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes);
}

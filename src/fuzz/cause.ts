// What failed, without what differs from case to case: the same key, the same fault.
import { ownFrame } from './stack.ts';
import type { Fault } from './target.ts';

const LONGEST_KEY = 140;

/** What failing cases of one fault have in common: kind, message without its values, innermost own frame without its line. */
export function keyOf(fault: Fault): string {
  const frame = ownFrame(fault.stack).replace(/:\d+\)$/, ')');
  // a loop is met at another of its functions each time
  if (fault.kind === 'hang' || fault.kind === 'memory')
    return `${fault.kind} in ${frame.includes('(src/') ? fileOf(frame) : 'code that is not ours'}`;
  const message = withoutValues(fault.message);
  // a check's own place says nothing, and a stack that ran full ends anywhere
  if (fault.kind === 'wrong') return `wrong: ${message}`;
  if (/call stack size/.test(message)) return `${fault.kind}: ${message} in ${fileOf(frame)}`;
  const vague = fault.kind === 'vague' ? message.replace(/:.*/, '') : message;
  return `${fault.kind}: ${vague}${frame === '' ? '' : ` in ${frame}`}`;
}

function fileOf(frame: string): string {
  return /\((.*)\)/.exec(frame)?.[1] ?? 'native code';
}

/** A message with its texts and numbers left out, on one line. */
export function withoutValues(message: string): string {
  return message
    .replace(/\s+/g, ' ')
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replace(/0x[0-9a-f]+|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?n?/gi, 'N')
    .slice(0, LONGEST_KEY);
}

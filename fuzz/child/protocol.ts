// What parent and child say to each other: commands on stdin, a line each; answers on file descriptor 3, a line each. The
// child writes synchronously and says which case it starts before it does: a crash, a hang and a lack of memory lose nothing.
import type { Fault, GoodEnd, Verdict } from '../../src/fuzz/target.ts';

/** Where the child writes. */
export const ANSWERS_FD = 3;

/** Cases [from, to) of a seed, or one case in full. */
export type Command =
  | { readonly seed: number; readonly from: number; readonly to: number }
  | { readonly base64: string; readonly deep: boolean };

export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  /** Where the case is that takes much memory: the last of them tells more than the process's end does. */
  | { readonly type: 'sample'; readonly stack: readonly string[] }
  /** The watcher gave up on the case and ends the process. */
  | { readonly type: 'fatal'; readonly fault: Fault }
  | { readonly type: 'done' };

const LETTERS: Readonly<Record<GoodEnd, string>> = { fine: 'f', refused: 'r', panic: 'p' };
const ENDS = new Map<string, GoodEnd>([
  ['f', 'fine'],
  ['r', 'refused'],
  ['p', 'panic'],
]);
/** Only slow cases have their time sent. */
const WORTH_SAYING_MS = 50;
const LONGEST_MESSAGE = 4000;

/** A message as a line without its end. Cases that end well are one letter, the rest is JSON. */
export function encode(message: Message, withText = false): string {
  if (message.type === 'start') return `s${message.at}`;
  if (message.type !== 'verdict') return JSON.stringify(message);
  const { verdict } = message;
  if (verdict.end === 'failed' || withText) return JSON.stringify(cut(message));
  const letter = LETTERS[verdict.end];
  return verdict.ms < WORTH_SAYING_MS ? letter : `${letter}${Math.round(verdict.ms)}`;
}

function cut(message: Message & { type: 'verdict' }): Message {
  const { verdict } = message;
  if (verdict.end !== 'failed')
    return { type: 'verdict', verdict: { ...verdict, message: verdict.message.slice(0, LONGEST_MESSAGE) } };
  const fault = { ...verdict.fault, message: verdict.fault.message.slice(0, LONGEST_MESSAGE) };
  return { type: 'verdict', verdict: { ...verdict, fault } };
}

/** What encode() wrote. */
export function decode(line: string): Message {
  if (line.startsWith('{')) return JSON.parse(line) as Message;
  if (line.startsWith('s')) return { type: 'start', at: Number(line.slice(1)) };
  const end = ENDS.get(line.slice(0, 1));
  if (end === undefined) throw new Error(`a child said "${line.slice(0, 80)}"`);
  return { type: 'verdict', verdict: { end, message: '', ms: Number(line.slice(1)) } };
}

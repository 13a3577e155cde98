// A schedule as text that a flag takes: SCENARIO:CHOICES, choices as thread ids, a repeated one with its count.
import { InputError } from '../../../lib/input-error.ts';

/** A schedule with the scenario that it belongs to. */
export interface ReplayToken {
  readonly scenario: string;
  readonly choices: readonly number[];
}

/** `name:0x5.1.2x3`: thread 0 five times, 1 once, 2 three times. */
export function formatToken({ scenario, choices }: ReplayToken): string {
  const parts: string[] = [];
  for (let i = 0; i < choices.length;) {
    let next = i;
    while (choices[next] === choices[i]) next += 1;
    const id = String(choices[i]);
    parts.push(next - i === 1 ? id : `${id}x${next - i}`);
    i = next;
  }
  return `${scenario}:${parts.join('.')}`;
}

/**
 * The schedule of a token.
 * @throws InputError 'usage' where the text is none
 */
export function parseToken(text: string): ReplayToken {
  const colon = text.lastIndexOf(':');
  const bad = (): InputError =>
    new InputError('usage', `--replay ${text}: expected SCENARIO:CHOICES as a failed run prints it`);
  if (colon <= 0) throw bad();
  const parts = text.slice(colon + 1).split('.');
  const choices = parts.flatMap((part) => {
    if (part === '' && parts.length === 1) return [];
    const match = /^(\d{1,4})(?:x([1-9]\d{0,4}))?$/.exec(part);
    if (match === null) throw bad();
    return new Array<number>(Number(match[2] ?? 1)).fill(Number(match[1]));
  });
  return { scenario: text.slice(0, colon), choices };
}

// Answers in words on stdout: fitted to the terminal, in colours where there is one.
import { styleText } from 'node:util';
import { printable } from '../lib/printable.ts';
import type { Tone, TonedLine } from '../text/toned.ts';
import { fitted } from '../text/wrap.ts';
import type { CliIo } from './io.ts';

/** Columns that tables and words are fitted to: the terminal's, or what COLUMNS says; undefined, no limit, elsewhere. */
export function textColumns(io: CliIo): number | undefined {
  if (io.stdoutIsTTY) return io.columns;
  const told = Number(io.env['COLUMNS']);
  return Number.isSafeInteger(told) && told > 0 ? told : undefined;
}

/** Prints lines of words; what is too long goes on below. */
export function answer(io: CliIo, text: string): void {
  io.stdout(fitted(text, textColumns(io) ?? Infinity));
}

const FORMATS: Readonly<Record<Tone, 'red' | 'green' | 'yellow' | 'gray' | 'bold'>> = {
  gone: 'red',
  come: 'green',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  aside: 'gray',
  heading: 'bold',
};

/** Prints lines in the colours of their tones. */
export function answerToned(io: CliIo, lines: readonly TonedLine[]): void {
  const columns = textColumns(io) ?? Infinity;
  const drawn = lines.map(({ text, tone, whole }) => {
    const line = whole === true ? text : fitted(text, columns);
    if (!io.color) return `${line}\n`;
    // names from outside must not steer the terminal: our own colours come after
    const seen = printable(line);
    return `${tone === undefined ? seen : styleText(FORMATS[tone], seen, { validateStream: false })}\n`;
  });
  if (io.color) io.styledStdout(drawn.join(''));
  else io.stdout(drawn.join(''));
}

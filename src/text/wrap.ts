// Text broken at blanks to the width of a terminal; a word is never broken.
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** `text` in lines of at most `columns` characters; a word that is longer has a line of its own. */
export function wrapText(text: string, columns: number): string[] {
  if (!Number.isFinite(columns) || stringWidth(text) <= columns) return [text];
  return wrapAnsi(text, Math.max(columns, 1), { hard: false, trim: true }).split('\n');
}

/** Paragraphs, which end at blank lines and where a line stands further in, as wide as the terminal; other lines as fitted() has them. */
export function reflowed(text: string, columns: number): string {
  const lines: string[] = [];
  let last = '';
  for (const line of text.split('\n')) {
    const goesOn = last !== '' && line !== '' && !last.startsWith(' ') && !line.startsWith(' ');
    if (goesOn) lines.push(`${lines.pop() ?? ''} ${line}`);
    else lines.push(line);
    last = line;
  }
  return lines
    .flatMap((line) => (line.startsWith(' ') ? fitted(line, columns) : wrapText(line, columns)))
    .join('\n');
}

/** A line goes on this much further in than it began, behind a sign for what comes or goes. */
const HANG = 2;

/** An answer of some lines: what is too long goes on below, further in, or below the words of a line like `name   words`. */
export function fitted(text: string, columns: number): string {
  if (!Number.isFinite(columns)) return text;
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= columns ? line : hanging(line, columns)))
    .join('\n');
}

function hanging(line: string, columns: number): string {
  const named = /^ *\S.*? {2,}(?=\S)/.exec(line)?.[0] ?? '';
  const begin = /^ *(?:[-+] )?/.exec(line)?.[0] ?? '';
  const lead = named !== '' && stringWidth(named) <= columns / 2 ? named : begin;
  const hang = ' '.repeat(lead === named ? stringWidth(lead) : lead.length + HANG);
  const words = line.slice(lead.length);
  const [first = ''] = wrapText(words, columns - stringWidth(lead));
  const rest = words.slice(first.length).trim();
  const below = rest === '' ? [] : wrapText(rest, columns - hang.length);
  return [lead + first, ...below.map((more) => hang + more)].join('\n');
}

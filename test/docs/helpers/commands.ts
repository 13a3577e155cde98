// The commands that README and the pages of docs/ show: in blocks, as a reader copies them, and within sentences.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../helpers/sources.ts';

export interface ShownCommand {
  /** `docs/tour.md:12`. */
  readonly where: string;
  /** Without `$ ` and comment. */
  readonly text: string;
  /** A block's line, to be copied as it is; others have gaps (MACHINE, …). */
  readonly inBlock: boolean;
}

/** README, docs/ and the examples' page. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'examples/README.md',
];

export const pageText = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const PROGRAM = /^(?:npx )?(?:earlyboot|npm|npx|node)\b/;
const INLINE = /`((?:npx )?(?:earlyboot|npm|npx|node) [^`]+)`/g;

/** In the order of the page. */
export function commandsOf(page: string): ShownCommand[] {
  const found: ShownCommand[] = [];
  let fence: string | null = null;
  for (const [i, line] of pageText(page).split('\n').entries()) {
    const where = `${page}:${i + 1}`;
    const mark = /^```(\w*)/.exec(line);
    if (mark) fence = fence === null ? (mark[1] ?? '') : null;
    else if (fence !== null) {
      // what a command prints is no command
      const text = fence === 'console' ? /^\$ (.*)/.exec(line)?.[1] : line;
      if (text !== undefined && PROGRAM.test(text))
        found.push({ where, text: uncommented(text), inBlock: true });
    } else if (/^ {4}\S/.test(line)) {
      const text = line.trim();
      if (PROGRAM.test(text)) found.push({ where, text: uncommented(text), inBlock: true });
    } else for (const [, text = ''] of line.matchAll(INLINE)) found.push({ where, text, inBlock: false });
  }
  return found;
}

const uncommented = (text: string): string => text.replace(/\s+#.*$/, '').trim();

/** What follows `earlyboot`, however it is called; undefined for other programs. */
export function earlybootArgs(text: string): string | undefined {
  return (
    /^(?:npx )?earlyboot\b ?(.*)$/s.exec(text)?.[1] ?? /^npm run (?:-s )?earlyboot -- (.*)$/s.exec(text)?.[1]
  );
}

/** Words as a shell takes them, quotes single or double. */
export function shellWords(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

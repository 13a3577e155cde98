// The kernel log in the report: memory lines marked, long runs of one kind cut short, and that said.
import { formatLogLine, type LogLine } from '../kernel/printk.ts';
import { isMemoryLine } from '../kernels/memory_lines.ts';
import { el, escapeText } from './svg.ts';
import { countText } from '../lib/plural.ts';

/** Lines that a report carries at most: a log with memblock=debug on a large machine has tens of thousands. */
const MAX_LINES = 1500;
/** Of a longer run of lines that start alike, this many from its start and its end. */
const RUN_ENDS = 4;

/** A line, or how many were left out in its place. */
export type ShownLine =
  { readonly line: LogLine; readonly memory: boolean } | { readonly left: number; readonly like: string };

/** The lines to show. Nothing is left out of a log of up to MAX_LINES lines. */
export function shownLines(lines: readonly LogLine[], most = MAX_LINES): ShownLine[] {
  const show = (line: LogLine): ShownLine => ({ line, memory: isMemoryLine(line.text) });
  if (lines.length <= most) return lines.map(show);
  const out: ShownLine[] = [];
  for (const run of runsOf(lines)) {
    if (run.length <= 2 * RUN_ENDS + 1) out.push(...run.map(show));
    else {
      const like = kindOf(run[0]?.text ?? '');
      out.push(...run.slice(0, RUN_ENDS).map(show));
      out.push({ left: run.length - 2 * RUN_ENDS, like });
      out.push(...run.slice(-RUN_ENDS).map(show));
    }
  }
  if (out.length <= most) return out;
  const half = Math.floor(most / 2);
  const middle = out.slice(half, -half);
  const left = middle.reduce((sum, item) => sum + ('left' in item ? item.left : 1), 0);
  return [...out.slice(0, half), { left, like: '' }, ...out.slice(-half)];
}

function runsOf(lines: readonly LogLine[]): LogLine[][] {
  const runs: LogLine[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last?.[0] && kindOf(last[0].text) === kindOf(line.text)) last.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** What lines of one kind start with; memblock's calls all count as one. */
function kindOf(text: string): string {
  const [word = ''] = text.split(/[:[]/, 1);
  return word.startsWith('memblock_') ? 'memblock_' : word;
}

/** The log as markup. */
export function logMarkup(lines: readonly LogLine[]): string {
  const shown = shownLines(lines);
  const text = shown.map((item) => {
    if ('left' in item) {
      const like = item.like === '' ? '' : ` that begin with “${item.like}”`;
      return `<span class="more">… ${countText(item.left)} more lines${escapeText(like)}</span>`;
    }
    const line = escapeText(formatLogLine(item.line));
    return item.memory ? `<mark>▌${line}</mark>` : ` ${line}`;
  });
  return el(
    'pre',
    { tabindex: 0, role: 'region', 'aria-label': 'kernel log, memory lines marked with a bar' },
    text.join('\n'),
  );
}

export interface LogCounts {
  readonly lines: number;
  readonly memory: number;
  readonly leftOut: number;
}

/** How many lines there are, how many tell of memory, how many the report leaves out. */
export function logCounts(lines: readonly LogLine[]): LogCounts {
  const leftOut = shownLines(lines).reduce((sum, item) => sum + ('left' in item ? item.left : 0), 0);
  return { lines: lines.length, memory: lines.filter((l) => isMemoryLine(l.text)).length, leftOut };
}

// Two memmaps in the format of memmap/runs.txt, page by page: how many are equal, and what differs where.
import type { Pfn } from '../../lib/units.ts';

/** Pages [start, end) that are all described by `what`. */
export interface PageSegment {
  readonly start: Pfn;
  readonly end: Pfn;
  /** As in runs.txt without the leading `page`; a free block's head is `head order=… flags=…`. */
  readonly what: string;
}

/** Pages that differ; null where one side has no struct page. */
export interface PageDifference {
  readonly start: Pfn;
  readonly end: Pfn;
  readonly real: string | null;
  readonly model: string | null;
}

/** The lines of a runs.txt as segments in ascending order; free blocks are cut into heads and tails. */
export function parseRuns(text: string): PageSegment[] {
  const segments: PageSegment[] = [];
  for (const line of text.split('\n')) {
    const match = /^(0x[0-9a-f]+) (0x[0-9a-f]+) (page|buddy|buddy-head) (.*)$/.exec(line);
    if (!match) continue;
    const start = Number(match[1]);
    const end = start + Number(match[2]);
    const what = match[4] ?? '';
    if (match[3] === 'page') segments.push({ start, end, what: typedHead(what) ?? what });
    else pushBlocks(segments, start, end, what, match[3] === 'buddy');
  }
  return segments;
}

/** PGTY_buddy: what the capture tool, which knows free blocks by their type before 6.12, writes of a head. */
const TYPED_HEAD = /^(flags=\S+) lru=ptr private=(0|set) mapcount=-268435456 refcount=0$/;

/** Such a head without an order, or with order 0; null for any other page. */
function typedHead(what: string): string | null {
  const match = TYPED_HEAD.exec(what);
  return match && `head order=${match[2] === '0' ? 0 : '?'} ${match[1]}`;
}

/** Whether a page is the same in both: an order that one does not tell is any but 0. */
function isSame(real: string | null, model: string | null): boolean {
  if (real === model) return true;
  return real?.startsWith('head order=?') === true && model?.replace(/order=[1-9]\d*/, 'order=?') === real;
}

function pushBlocks(segments: PageSegment[], start: Pfn, end: Pfn, what: string, whole: boolean): void {
  const match = /^order=(\d+) (flags=\S+) refcount=\S+(?: tails: (.*))?/.exec(what);
  if (!match) return;
  const head = `head order=${match[1]} ${match[2]}`;
  if (!whole) {
    segments.push({ start, end, what: head });
    return;
  }
  const tails = match[3] ?? `${match[2]} lru=self private=0 mapcount=-1 refcount=0`;
  const pages = 2 ** Number(match[1]);
  for (let block = start; block < end; block += pages) {
    segments.push({ start: block, end: block + 1, what: head });
    if (pages > 1) segments.push({ start: block + 1, end: block + pages, what: tails });
  }
}

/** The pages of [from, to) that differ, in ascending order, and how many struct pages either side has there. */
export function diffRuns(
  real: readonly PageSegment[],
  model: readonly PageSegment[],
  from: Pfn = 0,
  to: Pfn = Infinity,
): { pages: number; differences: PageDifference[] } {
  const differences: PageDifference[] = [];
  let pages = 0;
  let [r, m] = [0, 0];
  for (let at = from; at < to;) {
    while ((real[r]?.end ?? Infinity) <= at) r += 1;
    while ((model[m]?.end ?? Infinity) <= at) m += 1;
    const [a, b] = [real[r], model[m]];
    if (a === undefined && b === undefined) break;
    const inA = a !== undefined && a.start <= at;
    const inB = b !== undefined && b.start <= at;
    const stop = Math.min(to, (inA ? a.end : a?.start) ?? to, (inB ? b.end : b?.start) ?? to);
    if (inA || inB) pages += stop - at;
    const [x, y] = [inA ? a.what : null, inB ? b.what : null];
    if (!isSame(x, y)) differences.push({ start: at, end: stop, real: x, model: y });
    at = stop;
  }
  return { pages, differences };
}

/** The pages in a list of differences. */
export function differingPages(differences: readonly PageDifference[]): number {
  return differences.reduce((sum, d) => sum + d.end - d.start, 0);
}

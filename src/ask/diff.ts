// What differs between two boots: the log, zones, jobs and times.
import { FIGURE_SOURCE, type RecordJob, type RecordZone, type RunRecord } from '../init/record.ts';
import { hex } from '../lib/units.ts';
import { diffLines } from '../text/diff_lines.ts';
import { plainText, type TonedLine } from '../text/toned.ts';
import { movedPages, movedText, type MovedPages } from './moved_pages.ts';
import { isMemoryLine } from '../kernels/memory_lines.ts';
import { plural } from '../lib/plural.ts';

/** One thing that only one of two boots has. */
export interface Difference {
  readonly side: 'a' | 'b';
  readonly text: string;
}

/** What differs between two boots, by subject. */
export interface BootDiff {
  /** Memory lines of the log, in order; the others where `allLines` was asked for. */
  readonly log: readonly Difference[];
  readonly zones: readonly Difference[];
  readonly jobs: readonly Difference[];
  readonly times: readonly Difference[];
  /** Pages that change between early and deferred initialisation: then times are not of the same work. */
  readonly moved: MovedPages | null;
}

function differences(a: readonly string[], b: readonly string[]): Difference[] {
  const result: Difference[] = [];
  for (const entry of diffLines(a, b)) {
    if (entry.kind === 'left') result.push({ side: 'a', text: a[entry.left] as string });
    if (entry.kind === 'right') result.push({ side: 'b', text: b[entry.right] as string });
  }
  return result;
}

const zoneText = (z: RecordZone): string =>
  `node ${z.node} zone ${z.name}: start ${hex(z.startPfn)}, spanned ${z.spannedPages}, present ${z.presentPages}, ` +
  `managed ${z.managedPages} pages`;

const jobText = (j: RecordJob): string =>
  `node ${j.node} zone ${j.zone}: job ${hex(j.start)}-${hex(j.start + j.size)}, ${j.workers} of ${plural(j.maxThreads, 'thread')}, ` +
  `${plural(j.chunks.length, 'chunk')} of ${hex(j.chunkSize)}`;

/** Compares two records; `allLines` takes the whole log and not only its memory lines. */
export function diffBoots(a: RunRecord, b: RunRecord, allLines = false): BootDiff {
  const log = (record: RunRecord): string[] =>
    record.logLines.map((line) => line.text).filter((text) => allLines || isMemoryLine(text));
  const times = (record: RunRecord): string[] =>
    record.deferredInit.map(
      ({ node, ms }) =>
        `node ${node}: deferred pages initialised in ${ms} ms, in jiffies as the log counts (${FIGURE_SOURCE[record.cpus]})`,
    );
  return {
    log: differences(log(a), log(b)),
    zones: differences(a.zones.map(zoneText), b.zones.map(zoneText)),
    jobs: differences(a.jobs.map(jobText), b.jobs.map(jobText)),
    times: differences(times(a), times(b)),
    moved: movedPages(a, b),
  };
}

/** The difference in lines: `-` is only in the first boot, `+` only in the second. */
export function diffToned(diff: BootDiff): TonedLine[] {
  const parts: [string, readonly Difference[]][] = [
    ['log', diff.log],
    ['zones', diff.zones],
    ['jobs', diff.jobs],
    ['times', diff.times],
  ];
  const lines = parts.flatMap(([name, list]): TonedLine[] => [
    {
      text: `${name}: ${list.length === 0 ? 'the same' : plural(list.length, 'line differs', 'lines differ')}`,
      tone: 'heading',
    },
    ...list.map(({ side, text }): TonedLine => {
      const whole = list === diff.log;
      return side === 'a'
        ? { text: `- ${text}`, tone: 'gone', whole }
        : { text: `+ ${text}`, tone: 'come', whole };
    }),
  ]);
  return diff.moved === null ? lines : [...lines, { text: movedText(diff.moved), tone: 'aside' }];
}

/** The same as text. */
export function diffText(diff: BootDiff): string {
  return plainText(diffToned(diff));
}

// What verify found, and how it is printed.
import { assumedCountText, type AssumedCount } from '../ask/assumed.ts';
import type { Cause } from '../ask/verify/causes.ts';
import type { EstimatedLine } from '../ask/verify/estimated.ts';
import type { Comparison } from '../ask/verify/compare.ts';
import type { DifferingLine, Fidelity } from '../ask/verify/fidelity.ts';
import { plural } from '../lib/plural.ts';
import type { TonedLine } from '../text/toned.ts';

/** What verify found for one capture. */
export interface Verdict {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly comparisons: readonly Comparison[];
  /** Left out where it is another kind of boot that is compared. */
  readonly assumed?: AssumedCount | undefined;
  /** Of each differing line of the log, where it is known. */
  readonly causes?: readonly (Cause | null)[] | undefined;
}

/** Whether anything differs. */
export function differs({ fidelity, comparisons }: Verdict): boolean {
  return fidelity.fidelity < 1 || comparisons.some((comparison) => comparison.differing.length > 0);
}

const percent = (fidelity: number): string => `${(fidelity * 100).toFixed(2)} %`;

/** The lines that differ; before each group of them that has one cause, the cause. */
function diffLines(differing: readonly DifferingLine[], causes: readonly (Cause | null)[] = []): TonedLine[] {
  return differing.flatMap(({ from, text, step }, at): TonedLine[] => {
    const cause = causes[at];
    const real = from === 'real';
    const line: TonedLine = {
      text: `  ${real ? '-' : '+'} ${text}    [${step || 'before the first step'}]`,
      tone: real ? 'gone' : 'come',
      whole: true,
    };
    if (cause && cause.id !== causes[at - 1]?.id) return [{ text: `  # ${cause.text}`, tone: 'aside' }, line];
    if (cause === null && causes[at - 1] !== null)
      return [{ text: '  # no cause is known', tone: 'aside' }, line];
    return [line];
  });
}

/** A line for the log, one for each other comparison; with `diff` what differs. */
export function verdictToned(verdict: Verdict, diff: boolean): TonedLine[] {
  const { name, fidelity, comparisons, assumed, causes } = verdict;
  const { matched, estimated, real, predicted, beyond } = fidelity;
  const more = estimated.length === 0 ? '' : `, ${estimated.length} more within its estimate`;
  const apart =
    beyond === 0
      ? ''
      : `; ${beyond} more are not compared: behind the log's end, or of a level that it lacks`;
  const ofPlace = fidelity.differing.filter((line) => line.dependsOnKernelPlace === true).length;
  return [
    {
      text: `${name}: ${percent(fidelity.fidelity)} of memory lines exact (${matched} of ${real} real, ${predicted} predicted${more}${apart})`,
      tone: differs(verdict) ? 'bad' : 'good',
    },
    ...(assumed === undefined ? [] : [{ text: `  ${assumedCountText(assumed)}` }]),
    ...estimated.map((line) => ({ text: `  ${estimateText(line)}` })),
    ...(ofPlace === 0
      ? []
      : [
          {
            text: `  of ${plural(fidelity.differing.length, 'differing line')} ${ofPlace} depend on where KASLR put the kernel, which nothing tells`,
          },
        ]),
    ...(diff ? diffLines(fidelity.differing, causes) : []),
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, diff)),
  ];
}

function comparisonLines({ what, count, differing }: Comparison, diff: boolean): TonedLine[] {
  const found = differing.length === 0 ? `agree (${count})` : `${differing.length} differ of ${count}`;
  return [
    { text: `  ${what}: ${found}`, tone: differing.length === 0 ? undefined : 'bad' },
    ...(diff ? differing.map((text) => ({ text: `    ${text}` })) : []),
  ];
}

/** `Memory: 120 KiB more than real, an estimate within 896 KiB`: no other line has an estimate. */
function estimateText({ real, difference, within }: EstimatedLine): string {
  const what = real.slice(0, real.indexOf(':'));
  return `${what}: ${Math.abs(difference)} KiB ${difference > 0 ? 'more' : 'less'} free than real, an estimate within ${within} KiB`;
}

/** Minimum, median, maximum, and how many agree. */
export function summaryText(verdicts: readonly Verdict[]): string {
  const values = verdicts.map((v) => v.fidelity.fidelity).sort((a, b) => a - b);
  const median = values[Math.floor((values.length - 1) / 2)] ?? 0;
  const lines = [
    '',
    `${plural(verdicts.length, 'capture')}: fidelity minimum ${percent(values[0] ?? 0)}, median ${percent(median)}, ` +
      `maximum ${percent(values.at(-1) ?? 0)}`,
  ];
  const names = [...new Set(verdicts.flatMap((v) => v.comparisons.map((c) => c.what)))];
  for (const what of names) {
    const all = verdicts.flatMap((v) => v.comparisons.filter((c) => c.what === what));
    lines.push(
      `  ${what}: ${all.filter((c) => c.differing.length === 0).length} of ${all.length} captures agree`,
    );
  }
  return lines.join('\n') + '\n';
}

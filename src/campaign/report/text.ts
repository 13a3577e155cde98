// The report for a terminal. Host times come last: but for them, two runs of the same campaign say the same.
import { ITEM_ENDS } from '../campaign.ts';
import type { Tree } from '../../lib/tree.ts';
import type { CampaignReport, ReportedGroup } from './report.ts';
import type { AxisCounts, Counts, Group } from './summary.ts';
import { tableLines } from '../../text/table.ts';
import { countText, plural } from '../../lib/plural.ts';

const MOST_GROUPS = 20;
const MAX_VALUE = 40;

export function reportText(report: CampaignReport, columns?: number): string {
  const { campaign, summary, groups } = report;
  const { counts, done, items } = summary;
  const lines = [
    `${campaign.name} (${campaign.kind}, seed ${campaign.seed}): ${countText(done)} of ${plural(items, 'item')}: ${endsText(counts)}`,
  ];
  for (const axis of summary.axes) lines.push('', ...axisLines(axis, columns));
  for (const group of groups.slice(0, MOST_GROUPS)) lines.push('', ...groupLines(group));
  if (groups.length > MOST_GROUPS)
    lines.push('', `… and ${plural(groups.length - MOST_GROUPS, 'more cause')}`);
  if (groups.length > 0) lines.push('', 'to run one again: earlyboot campaign replay FILE#N, or FOLDER#N');
  if (summary.others.length > 0) lines.push('', ...summary.others.map(otherLine));
  if (summary.slowest !== null) {
    const seconds = Math.round(summary.ms / 1000);
    const { item, ms } = summary.slowest;
    lines.push('', `time: ${seconds} s of items, slowest ${campaign.name}#${item} with ${Math.round(ms)} ms`);
  }
  return `${lines.join('\n')}\n`;
}

function endsText(counts: Counts): string {
  return ITEM_ENDS.filter((end) => counts[end] > 0 || end === 'failed')
    .map((end) => `${counts[end]} ${end}`)
    .join(', ');
}

/** A value as one short word. */
export function valueText(value: Tree): string {
  if (value === '') return '(none)';
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string')
    return value.name;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function axisLines({ name, values }: AxisCounts, columns: number | undefined): string[] {
  const ends = ITEM_ENDS.filter((end) => values.some(({ counts }) => counts[end] > 0));
  const rows = [
    [name, ...ends],
    ...values.map(({ value, counts }) => [valueText(value), ...ends.map((end) => String(counts[end]))]),
  ];
  return tableLines(rows, { left: [0], columns });
}

function groupLines(group: ReportedGroup): string[] {
  const { count, message, detail, items, reduced } = group;
  const lines = [`${plural(count, 'item fails', 'items fail')}: ${message}`];
  if (detail !== null) lines.push(`  ${detail}`);
  lines.push(`  ${items.map((item) => `#${item}`).join(', ')}${count > items.length ? ', …' : ''}`);
  if (reduced === null) return lines;
  lines.push(reduced.repeats ? '  the smallest that does:' : '  as it is, it did not fail again:');
  return [
    ...lines,
    ...reduced.yaml
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}

function otherLine({ cause, count, first, message }: Group): string {
  return `${count} ${cause.slice(0, cause.indexOf(':'))}, such as #${first}: ${message}`;
}

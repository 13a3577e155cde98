// Where memory went, as a table with bars: for the report and the page.
import { groupRows, type GroupBy } from '../ask/missing/groups.ts';
import { missingMemory } from '../ask/missing/missing.ts';
import type { RunRecord } from '../init/record.ts';
import { table, type TableCell } from './html-tables.ts';
import { sectionHead } from './html-runs.ts';
import { el } from './svg.ts';
import { countText } from '../lib/plural.ts';
import { bytesText } from './text.ts';

const BAR_WIDTH = 160;
const BAR_HEIGHT = 11;
/** Nothing is drawn thinner than this. */
const LEAST = 1;

/** A bar for a share of the largest row. */
function bar(bytes: number, most: number): TableCell {
  const width = Math.max(LEAST, (BAR_WIDTH * bytes) / most);
  const attributes = { viewBox: `0 0 ${BAR_WIDTH} ${BAR_HEIGHT}`, class: 'bar', 'aria-hidden': 'true' };
  const rect = el('rect', { width, height: BAR_HEIGHT, fill: 'currentColor' });
  return { html: el('svg', { ...attributes, width: BAR_WIDTH, height: BAR_HEIGHT }, rect) };
}

/** From what is installed to MemTotal; '' for a record that has no books of memory, and where Linux panicked. */
export function missingTable(record: RunRecord, by: GroupBy = 'owner'): string {
  if (record.accounting === undefined || record.panic !== undefined) return '';
  const { rows, installedBytes, memTotalBytes } = missingMemory(record);
  const groups = groupRows(rows, by);
  const most = Math.max(1, ...groups.map(({ bytes }) => bytes));
  const body = groups.map(({ name, what, bytes, cause }) => [
    name,
    what,
    countText(bytes),
    bytesText(bytes),
    bar(bytes, most),
    cause,
  ]);
  const columns = [
    { head: by },
    { head: 'what' },
    { head: 'bytes', number: true },
    { head: '', number: true },
    { head: 'bar' },
    { head: 'why' },
  ];
  const caption = `Where memory went: ${bytesText(installedBytes)} are installed as far as the map tells, MemTotal is ${countText(memTotalBytes / 1024)} kB (model)`;
  return table(caption, columns, body);
}

/** The same with a heading, for the report; `of` where it is one of several boots. */
export function missingSection(
  record: RunRecord,
  of: { readonly name: string; readonly i: number } | null,
): string {
  const markup = missingTable(record);
  if (markup === '') return '';
  return of === null
    ? sectionHead('memory', 'Where memory went') + markup
    : sectionHead(`memory-${of.i}`, `Where memory went: ${of.name}`) + markup;
}

// `missing` and `explain --reserved` as text: a table of bytes from what is installed down to what is free.
import { groupRows, type GroupBy, type MissingGroup } from '../ask/missing/groups.ts';
import type { RealComparison } from '../ask/missing/real.ts';
import type { ReservedTotals } from '../ask/missing/reserved.ts';
import type { Missing } from '../ask/missing/types.ts';
import { PAGE_SIZE } from '../lib/units.ts';
import { tableLines } from '../text/table.ts';
import { countText } from '../lib/plural.ts';
import { bytesText } from './text.ts';

const LEFT = [3, 4, 5];

const signed = (bytes: number): string => (bytes < 0 ? `-${bytesText(-bytes)}` : bytesText(bytes));
const count = (value: number): string => (value < 0 ? `-${countText(-value)}` : countText(value));

function figure(sign: string, bytes: number, ...words: readonly string[]): string[] {
  const pages = bytes % PAGE_SIZE === 0 ? count(bytes / PAGE_SIZE) : '';
  return [`${sign} ${count(bytes)}`, pages, signed(bytes), ...words];
}

const INSTALLED = {
  given: 'installed, as --installed says',
  map: 'installed: the highest sum that the firmware’s map allows',
} as const;

/** One machine; a few lines with a final newline. */
export function missingText(missing: Missing, by: GroupBy, columns?: number): string {
  const { rows, taken } = missing;
  const groups = groupRows(rows, by);
  const table = [
    ['bytes', 'pages', '', 'owner', 'what', 'why'],
    figure('', missing.installedBytes, INSTALLED[missing.installedFrom]),
    ...groups.map(({ name, what, cause, bytes }) => figure('-', bytes, name, what, cause)),
    figure('=', missing.memTotalBytes, `MemTotal: ${missing.memTotalBytes / 1024} kB in /proc/meminfo`),
    ...taken.map((row) =>
      figure('-', row.bytes, row.owner, `${row.what}${row.estimate ? ' (estimate)' : ''}`, row.cause),
    ),
    figure('=', missing.freeAtInitBytes, 'free when init starts (estimate)'),
  ];
  const devices =
    missing.deviceBytes === 0
      ? []
      : ['', `${bytesText(missing.deviceBytes)} more of reserved entries are windows of devices, no memory`];
  return [head(missing), '', ...tableLines(table, { left: LEFT, columns }), ...devices, ''].join('\n');
}

const head = ({ machine, kernel }: Missing): string =>
  `${machine}, kernel ${kernel}: from what is installed to MemTotal (model)`;

/** Two boots side by side, with the difference. */
export function missingBothText(a: Missing, b: Missing, by: GroupBy, columns?: number): string {
  const names = (left: Missing, right: Missing): [string, string] =>
    left.machine !== right.machine
      ? [left.machine, right.machine]
      : left.kernel !== right.kernel
        ? [left.kernel, right.kernel]
        : ['first', 'second'];
  const line = (words: readonly string[], left: number, right: number): string[] => [
    count(left),
    count(right),
    right === left ? '' : `${right > left ? '+' : ''}${signed(right - left)}`,
    ...words,
  ];
  const body = matched(groupRows(a.rows, by), groupRows(b.rows, by)).map(([left, right]) => {
    const { name = '', what = '' } = left ?? right ?? {};
    return line(['- ' + name, what], left?.bytes ?? 0, right?.bytes ?? 0);
  });
  const table = [
    [...names(a, b), 'difference', 'bytes of', ''],
    line(['installed'], a.installedBytes, b.installedBytes),
    ...body,
    line(['= MemTotal'], a.memTotalBytes, b.memTotalBytes),
    line(['= free when init starts (estimate)'], a.freeAtInitBytes, b.freeAtInitBytes),
  ];
  return [
    `${a.machine}, kernel ${a.kernel}, and ${b.machine}, kernel ${b.kernel} (model)`,
    '',
    ...tableLines(table, { left: LEFT, columns }),
    '',
  ].join('\n');
}

/** Groups of the same name and words stand together, those of the first in their order. */
function matched(
  a: readonly MissingGroup[],
  b: readonly MissingGroup[],
): [MissingGroup | undefined, MissingGroup | undefined][] {
  const same = (x: MissingGroup, y: MissingGroup): boolean => x.name === y.name && x.what === y.what;
  return [
    ...a.map((x): [MissingGroup, MissingGroup | undefined] => [x, b.find((y) => same(x, y))]),
    ...b.filter((y) => !a.some((x) => same(x, y))).map((y): [undefined, MissingGroup] => [undefined, y]),
  ];
}

/** The model's figures against a real boot's; a line each. */
export function realText(comparisons: readonly RealComparison[]): string {
  return comparisons
    .map(({ what, realBytes, differenceBytes }) => {
      const verdict =
        differenceBytes === 0
          ? 'the model says the same'
          : `the model says ${signed(differenceBytes)} ${differenceBytes < 0 ? '' : 'more'}`.trimEnd();
      return `${what}: ${realBytes / 1024} kB; ${verdict}\n`;
    })
    .join('');
}

/** `explain --reserved`: who has what the log calls reserved. */
export function reservedText(
  machine: string,
  { rows, reservedBytes, loggedBytes }: ReservedTotals,
  columns?: number,
): string {
  const table = [
    ['bytes', 'pages', '', 'owner', 'what'],
    ...rows.map(({ owner, what, bytes }) => figure('', bytes, owner, what)),
    figure('=', reservedBytes, 'all', `reserved, ${reservedBytes / 1024}K`),
  ];
  const log =
    loggedBytes === null
      ? 'the log has no line that says so'
      : `the log says ${loggedBytes / 1024}K reserved${loggedBytes === reservedBytes ? '' : ': that does not add up'}`;
  return [
    `${machine}: reserved when memory goes to the page allocator (model)`,
    '',
    ...tableLines(table, { left: [3, 4], columns }),
    '',
    log,
    '',
  ].join('\n');
}

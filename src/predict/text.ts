// Predictions as text: the form of the published table, with intervals, and the published figures beside them.
import { decimals } from '../lib/decimals.ts';
import { plural } from '../lib/plural.ts';
import { tableLines } from '../text/table.ts';
import type { Caps } from './knee.ts';
import type { HookRow } from './compare-hooks.ts';
import type { Predicted, Prediction, PredictionRow } from './predict.ts';

function milliseconds(value: Predicted | null): string[] {
  if (value === null) return ['--', ''];
  return [decimals(value.value, 1), `(${decimals(value.low, 0)}..${decimals(value.high, 0)})`];
}

function percent(value: Predicted | null): string[] {
  if (value === null) return ['--', ''];
  return [`${decimals(value.value, 1)}%`, `(${decimals(value.low, 0)}..${decimals(value.high, 0)})`];
}

function cells(row: PredictionRow, published: boolean): string[] {
  const percentOfNode = row.threads === 0 ? '' : `${row.nodePercent}%`;
  const measured = row.published;
  return [
    `${percentOfNode} (${String(row.threads).padStart(3)})`,
    ...percent(row.bootSpeedupPercent),
    ...milliseconds(row.bootMs),
    ...percent(row.deferredInitSpeedupPercent),
    ...milliseconds(row.deferredInitMs),
    ...(published
      ? ['|', measured?.bootMs?.toFixed(1) ?? '', measured?.deferredInitMs.toFixed(1) ?? '']
      : []),
  ];
}

const HEAD = ['node% (thr)', 'boot', '', 'boot ms', '', 'deferred', '', 'deferred ms', ''];

/** The table, the best cap and the knee; a few lines with a final newline. `columns`: of the terminal, where there is one. */
export function predictionText(prediction: Prediction, columns?: number): string {
  const { machine, kernel, rows, caps } = prediction;
  const published = rows.some((row) => row.published !== null);
  const head = [...HEAD, ...(published ? ['|', 'published boot', 'deferred ms'] : [])];
  const lines = tableLines([head, ...rows.map((row) => cells(row, published))], { columns });
  const notes = [
    capsText(caps),
    ...(rows.some((row) => row.bootMs === null)
      ? ['boot time is unknown: timing.restOfBootMs is missing (earlyboot calibrate finds it)']
      : []),
  ];
  return [
    `${machine}, kernel ${kernel} (model; speed-ups against the kernel without the series; 90 % intervals)`,
    '',
    ...lines,
    '',
    ...notes,
    '',
  ].join('\n');
}

/** The fastest cap, and the fewest threads that are nearly as fast. */
export function capsText({ best, knee }: Caps): string {
  const fastest = `fastest with ${plural(best, 'thread')} a node`;
  if (knee === best) return fastest;
  return `${fastest}; ${plural(knee, 'thread comes', 'threads come')} within 5 % of that`;
}

/** Hooks compared; a few lines with a final newline. */
export function hooksText(
  machine: string,
  kernel: string,
  rows: readonly HookRow[],
  columns?: number,
): string {
  const body = rows.map((row) => [
    row.name,
    row.threads[0] === row.threads[1] ? String(row.threads[0]) : row.threads.join('..'),
    row.bootSpeedupPercent === null ? '--' : `${decimals(row.bootSpeedupPercent, 1)}%`,
    row.bootMs === null ? '--' : decimals(row.bootMs, 1),
    row.deferredInitSpeedupPercent === null ? '--' : `${decimals(row.deferredInitSpeedupPercent, 1)}%`,
    decimals(row.deferredInitMs, 1),
    row.about,
  ]);
  const head = ['hook', 'threads', 'boot', 'boot ms', 'deferred', 'deferred ms', ''];
  return [
    `${machine}, kernel ${kernel} (model; speed-ups against the kernel without the series)`,
    '',
    ...tableLines([head, ...body], { left: [6], columns }),
    '',
  ].join('\n');
}

/** A restart that keeps guests: `without` and `with` the series, milliseconds. */
export interface RestartRow {
  readonly machine: string;
  readonly deferredPages: number;
  readonly withoutMs: number;
  readonly withMs: number;
  readonly restMs: number | null;
}

/** Downtime of the guests, with and without the series; a few lines with a final newline. */
export function restartText(rows: readonly RestartRow[], columns?: number): string {
  const total = (row: RestartRow, ms: number): string => ((row.restMs ?? 0) + ms).toFixed(1);
  const body = rows.map((row) => [
    row.machine,
    String(row.deferredPages),
    decimals(row.withoutMs, 1),
    decimals(row.withMs, 1),
    row.restMs === null ? '--' : total(row, row.withoutMs),
    row.restMs === null ? '--' : total(row, row.withMs),
  ]);
  const head = ['restart of', 'deferred pages', 'without ms', 'with ms', 'downtime without', 'with'];
  return [
    'VMM fast restart (model): from the new kernel’s first line to init; guests stand still meanwhile',
    '',
    ...tableLines([head, ...body], { columns }),
    '',
  ].join('\n');
}

// Predictions as text: the form of the published table, with intervals, and the published figures beside them.
import { tableLines } from '../text/table.ts';
import type { HookRow } from './compare-hooks.ts';
import type { Predicted, Prediction, PredictionRow } from './predict.ts';

/** One decimal, and no minus before a zero. */
function fixed(value: number): string {
  return value.toFixed(1).replace(/^-(?=0\.0$)/, '');
}

function milliseconds(value: Predicted | null): string[] {
  if (value === null) return ['--', ''];
  return [value.value.toFixed(1), `(${value.low.toFixed(0)}..${value.high.toFixed(0)})`];
}

function percent(value: Predicted | null): string[] {
  if (value === null) return ['--', ''];
  return [`${fixed(value.value)}%`, `(${value.low.toFixed(0)}..${value.high.toFixed(0)})`];
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

/** The table, the best cap and the knee; a few lines with a final newline. */
export function predictionText(prediction: Prediction): string {
  const { machine, kernel, rows, caps } = prediction;
  const published = rows.some((row) => row.published !== null);
  const head = [...HEAD, ...(published ? ['|', 'published boot', 'deferred ms'] : [])];
  const lines = tableLines([head, ...rows.map((row) => cells(row, published))]);
  const [first = ''] = lines.splice(0, 1);
  const notes = [
    `best cap: ${threadsText(caps.best)} a node; beyond ${threadsText(caps.knee)} a node you gain less than 5 %`,
    ...(rows.some((row) => row.bootMs === null)
      ? ['boot time is unknown: timing.restOfBootMs is missing (earlyboot calibrate finds it)']
      : []),
  ];
  return [
    `${machine}, kernel ${kernel} (model; speed-ups against the kernel without the series; 90 % intervals)`,
    '',
    first,
    ...lines,
    '',
    ...notes,
    '',
  ].join('\n');
}

function threadsText(count: number): string {
  return count === 1 ? '1 thread' : `${count} threads`;
}

/** Hooks compared; a few lines with a final newline. */
export function hooksText(machine: string, kernel: string, rows: readonly HookRow[]): string {
  const body = rows.map((row) => [
    row.name,
    row.threads[0] === row.threads[1] ? String(row.threads[0]) : row.threads.join('..'),
    row.bootSpeedupPercent === null ? '--' : `${fixed(row.bootSpeedupPercent)}%`,
    row.bootMs === null ? '--' : row.bootMs.toFixed(1),
    row.deferredInitSpeedupPercent === null ? '--' : `${fixed(row.deferredInitSpeedupPercent)}%`,
    row.deferredInitMs.toFixed(1),
  ]);
  const lines = tableLines([['hook', 'threads', 'boot', 'boot ms', 'deferred', 'deferred ms'], ...body]);
  const about = ['', ...rows.map((row) => `  ${row.about}`)];
  return [
    `${machine}, kernel ${kernel} (model; speed-ups against the kernel without the series)`,
    '',
    ...lines.map((line, i) => `${line}${about[i] ?? ''}`),
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
export function restartText(rows: readonly RestartRow[]): string {
  const total = (row: RestartRow, ms: number): string => ((row.restMs ?? 0) + ms).toFixed(1);
  const body = rows.map((row) => [
    row.machine,
    String(row.deferredPages),
    row.withoutMs.toFixed(1),
    row.withMs.toFixed(1),
    row.restMs === null ? '--' : total(row, row.withoutMs),
    row.restMs === null ? '--' : total(row, row.withMs),
  ]);
  const head = ['restart of', 'deferred pages', 'without ms', 'with ms', 'downtime without', 'with'];
  return [
    'VMM fast restart (model): from the new kernel’s first line to init; guests stand still meanwhile',
    '',
    ...tableLines([head, ...body]),
    '',
  ].join('\n');
}

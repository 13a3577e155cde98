// What `earlyboot bench` measured, as text.
import { tableLines } from '../text/table.ts';

/** One row: so much modelled memory with so many threads. Medians, in nanoseconds. */
export interface Row {
  readonly gib: number;
  readonly pages: number;
  readonly threads: number;
  readonly wallNs: number;
  readonly cpuNs: number;
  readonly native: { readonly wallNs: number; readonly cpuNs: number } | null;
  /** Medians of the ratios of neighbouring runs, threads' time by native time. */
  readonly wallRatio: number | null;
  readonly cpuRatio: number | null;
  /** Against one thread of the same memory, and the same for native code. */
  readonly speedUp: number;
  readonly nativeSpeedUp: number | null;
}

/** What sharing out nothing costs: medians in nanoseconds, on so many workers. */
export interface EmptyJob {
  readonly threads: number;
  readonly padataNs: number;
  readonly atomicsNs: number;
}

/** A sentence about padata's own cost. */
export function padataLine(empty: EmptyJob | null): string {
  if (empty === null) return '';
  const us = (ns: number): string => `${(ns / 1000).toFixed(0)} µs`;
  return (
    `\npadata itself: a job of 1024 empty chunks takes ${us(empty.padataNs)} on ${empty.threads} workers, ` +
    `1024 additions to one counter ${us(empty.atomicsNs)}\n`
  );
}

const HEADINGS = [
  'GiB',
  'threads',
  'ms',
  'Mpages/s',
  'GB/s',
  'speed-up',
  'C ms',
  'C speed-up',
  'wall/C',
  'CPU/C',
];

/** One line a row, columns as HEADINGS. */
export function table(rows: readonly Row[], columns?: number): string {
  const number = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? '-';
  const cells = rows.map((r) => [
    ...[String(r.gib), String(r.threads), number(r.wallNs / 1e6, 1), number((r.pages / r.wallNs) * 1e3, 0)],
    ...[number((r.pages * 64) / r.wallNs, 1), number(r.speedUp, 2)],
    ...[number(r.native && r.native.wallNs / 1e6, 1), number(r.nativeSpeedUp, 2)],
    ...[number(r.wallRatio, 2), number(r.cpuRatio, 2)],
  ]);
  return tableLines([HEADINGS, ...cells], { columns })
    .map((line) => `${line}\n`)
    .join('');
}

// Predictions as CSV: one line a thread count, for spreadsheets and plotting tools.
import type { Predicted, Prediction } from './predict.ts';
import { decimals } from '../lib/decimals.ts';

const COLUMNS = [
  'machine',
  'kernel',
  'source',
  'threads',
  'node_percent',
  'boot_ms',
  'boot_low_ms',
  'boot_high_ms',
  'boot_speedup_percent',
  'deferred_ms',
  'deferred_low_ms',
  'deferred_high_ms',
  'deferred_speedup_percent',
  'published_boot_ms',
  'published_deferred_ms',
] as const;

/** All predictions in one table with a head line; unknown figures are empty. */
export function predictionsCsv(predictions: readonly Prediction[]): string {
  const lines = predictions.flatMap(({ machine, kernel, source, rows }) =>
    rows.map((row) =>
      [
        quoted(machine),
        quoted(kernel),
        source,
        row.threads,
        row.nodePercent,
        ...ends(row.bootMs),
        number(row.bootSpeedupPercent?.value),
        ...ends(row.deferredInitMs),
        number(row.deferredInitSpeedupPercent?.value),
        row.published?.bootMs ?? '',
        row.published?.deferredInitMs ?? '',
      ].join(','),
    ),
  );
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

function ends(value: Predicted | null): string[] {
  return [number(value?.value), number(value?.low), number(value?.high)];
}

function number(value: number | undefined): string {
  return value === undefined ? '' : decimals(value, 2);
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

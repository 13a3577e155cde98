// A calibration as text: each figure, how well the measurements determine it, and the rows beside what the fit makes of them.
import type { Calibration, Fitted } from './calibrate.ts';
import { tableLines } from '../text/table.ts';
import { decimals } from '../lib/decimals.ts';
import { plural } from '../lib/plural.ts';

/** Share of the prior error below which the measurements decide, and above which the default does. */
const DECIDED = 0.5;
const OPEN = 0.8;

/** How much of a figure comes from the measurements. */
export function determined({ error, priorError }: Fitted): string {
  if (error < DECIDED * priorError) return 'determined by the measurements';
  return error > OPEN * priorError ? 'mostly the default: the measurements say little' : 'partly the default';
}

const percent = (share: number): string => `± ${(100 * share).toFixed(1)} %`;

/** A few lines with a final newline; `columns`: of the terminal, where there is one. */
export function calibrationText(
  machine: string,
  { fitted, rows, timing, restOfBootMs }: Calibration,
  columns?: number,
): string {
  const figures = fitted.map((f) => [
    ...[f.key, `${f.value.toPrecision(4)} ${f.unit}`.trim(), percent(f.error), determined(f)],
  ]);
  const rest =
    restOfBootMs === null
      ? ['restOfBootMs', 'unknown', '', 'no measurement has a boot time']
      : ['restOfBootMs', `${String(timing.restOfBootMs)} ms`, percent(Number(timing.restOfBootError)), ''];
  const measured = rows.map(({ measured: m, modelMs }) => [
    m.threads === 0 ? 'without the series' : plural(m.threads, 'thread'),
    m.deferredInitMs.toFixed(1),
    modelMs.toFixed(1),
    `${decimals(100 * (modelMs / m.deferredInitMs - 1), 1)} %`,
  ]);
  return [
    `${machine}: timing fitted to ${plural(rows.length, 'measurement')}`,
    '',
    ...tableLines([['figure', 'value', 'error', 'how'], ...figures, rest], { left: [0, 1, 3], columns }),
    '',
    ...tableLines([['threads', 'measured ms', 'model ms', 'off by'], ...measured], { left: [0], columns }),
    '',
  ].join('\n');
}

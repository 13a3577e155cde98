// A calibration as text: each figure, how well the measurements determine it, and the rows beside what the fit makes of them.
import type { Calibration, Fitted } from './calibrate.ts';

/** Share of the prior error below which the measurements decide, and above which the default does. */
const DECIDED = 0.5;
const OPEN = 0.8;

/** How much of a figure comes from the measurements. */
export function determined({ error, priorError }: Fitted): string {
  if (error < DECIDED * priorError) return 'determined by the measurements';
  return error > OPEN * priorError ? 'mostly the default: the measurements say little' : 'partly the default';
}

/** A few lines with a final newline. */
export function calibrationText(
  machine: string,
  { fitted, rows, timing, restOfBootMs }: Calibration,
): string {
  const figures = fitted.map((f) => {
    const value = `${f.value.toPrecision(4)} ${f.unit}`.trim();
    return `  ${f.key.padEnd(18)}${value.padEnd(12)} ± ${(100 * f.error).toFixed(1)} %  ${determined(f)}`;
  });
  const rest =
    restOfBootMs === null
      ? '  restOfBootMs      unknown: no measurement has a boot time'
      : `  restOfBootMs      ${String(timing.restOfBootMs)} ms ± ${(100 * Number(timing.restOfBootError)).toFixed(1)} %`;
  const measured = rows.map(({ measured: m, modelMs }) => {
    const threads = m.threads === 0 ? 'without the series' : `${m.threads} threads`;
    const off = (100 * (modelMs / m.deferredInitMs - 1)).toFixed(1);
    return `  ${threads.padEnd(20)}measured ${m.deferredInitMs.toFixed(1)} ms, model ${modelMs.toFixed(1)} ms (${off} %)`;
  });
  return [
    `${machine}: timing fitted to ${rows.length} measurements`,
    ...figures,
    rest,
    '',
    ...measured,
    '',
  ].join('\n');
}

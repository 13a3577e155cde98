// A prediction as points for the chart of threads against time.
import type { Prediction } from '../predict/predict.ts';
import type { CurvePoint } from './threads-chart.ts';

/** The model's points with their 90 % intervals, and published ones of the same machine. */
export function curvePoints(prediction: Pick<Prediction, 'machine' | 'rows'>): CurvePoint[] {
  const run = prediction.machine;
  return prediction.rows
    .filter((row) => row.threads >= 1)
    .flatMap(({ threads, deferredInitMs, published }): CurvePoint[] => {
      const { value, low, high } = deferredInitMs;
      const model: CurvePoint = { threads, ms: value, source: 'model', run, lowMs: low, highMs: high };
      if (published === null) return [model];
      return [model, { threads, ms: published.deferredInitMs, source: 'published', run }];
    });
}

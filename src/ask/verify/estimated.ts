// Lines of which the model knows one figure only about: a real one agrees where it lies as near as the prediction claims.
import type { Estimate, LogLine } from '../../kernel/printk.ts';
import { normaliseLine, type MemoryLine } from '../../kernels/memory_lines.ts';

/** A real line whose one figure is not the predicted one, but no further from it than the prediction says that it may be. */
export interface EstimatedLine {
  readonly real: string;
  readonly predicted: string;
  /** Predicted less real, in the figure's unit. */
  readonly difference: number;
  readonly within: number;
}

/** The real lines that an estimate of `predicted` covers. */
export function estimatedLines(
  real: readonly MemoryLine[],
  predicted: readonly LogLine[],
): ReadonlyMap<MemoryLine, EstimatedLine> {
  const covered = new Map<MemoryLine, EstimatedLine>();
  for (const { text, estimate } of predicted) {
    if (!estimate) continue;
    for (const line of real) {
      const found = estimatedLine(line.text, normaliseLine(text), estimate);
      if (found) covered.set(line, found);
    }
  }
  return covered;
}

/** `real` as a line that differs from `predicted` in the estimated figure alone, and little enough; null where it is none. */
function estimatedLine(real: string, predicted: string, { figure, within }: Estimate): EstimatedLine | null {
  const at = predicted.indexOf(String(figure));
  if (at < 0) return null;
  const [before, after] = [predicted.slice(0, at), predicted.slice(at + String(figure).length)];
  const value = real.slice(before.length, real.length - after.length);
  if (before + value + after !== real || !/^\d+$/.test(value)) return null;
  const difference = figure - Number(value);
  return difference === 0 || Math.abs(difference) > within ? null : { real, predicted, difference, within };
}

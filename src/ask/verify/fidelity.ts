// How much of a real kernel log was predicted: on the memory lines, in order.
import type { LogLine } from '../../kernel/printk.ts';
import { diffLines } from '../../lib/diff_lines.ts';
import { memoryLines, withoutTimestamp, type MemoryLine } from '../../kernels/memory_lines.ts';

/** A line that only one of the logs has; a predicted one with the boot step that printed it. */
export interface DifferingLine {
  readonly from: 'real' | 'predicted';
  readonly text: string;
  /** Index in the log that the line comes from. */
  readonly index: number;
  /** For a predicted line its boot step; for a real one that of the last predicted line before it. */
  readonly step: string;
  /** It may differ because KASLR put the kernel elsewhere than it was assumed; set where nothing tells the place. */
  readonly dependsOnKernelPlace?: boolean | undefined;
}

/** How many memory lines of a real log were predicted, and those that were not. */
export interface Fidelity {
  readonly matched: number;
  readonly real: number;
  readonly predicted: number;
  /** matched / the longer list; 1 where neither log has a memory line. */
  readonly fidelity: number;
  readonly differing: readonly DifferingLine[];
}

/** Compares a real log (raw lines) with a predicted one. */
export function fidelityOf(realLog: readonly string[], predicted: readonly LogLine[]): Fidelity {
  const real = memoryLines(realLog.map(withoutTimestamp));
  const model = memoryLines(predicted.map((line) => line.text));
  const differing: DifferingLine[] = [];
  let matched = 0;
  let step = '';
  const entries = diffLines(
    real.map((line) => line.text),
    model.map((line) => line.text),
  );
  for (const entry of entries) {
    if (entry.kind !== 'left') step = predicted[(model[entry.right] as MemoryLine).index]?.step ?? '';
    if (entry.kind === 'same') matched += 1;
    else if (entry.kind === 'left')
      differing.push({ from: 'real', ...(real[entry.left] as MemoryLine), step });
    else differing.push({ from: 'predicted', ...(model[entry.right] as MemoryLine), step });
  }
  const longer = Math.max(real.length, model.length);
  return {
    matched,
    real: real.length,
    predicted: model.length,
    fidelity: longer === 0 ? 1 : matched / longer,
    differing,
  };
}

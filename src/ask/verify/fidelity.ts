// How much of a real kernel log was predicted: on the memory lines, in order.
import type { LogLine } from '../../kernel/printk.ts';
import { InputError } from '../../lib/input-error.ts';
import { estimatedLines, type EstimatedLine } from './estimated.ts';
import { diffLines } from '../../text/diff_lines.ts';
import { outOfReach } from './reach.ts';
import { memoryLines, withoutTimestamp, type MemoryLine } from '../../kernels/memory_lines.ts';

/** A line that only one of the logs has; a predicted one with the boot step that printed it. */
export interface DifferingLine {
  readonly from: 'real' | 'predicted';
  readonly text: string;
  /** Index in the log that the line comes from. */
  readonly index: number;
  /** For a predicted line its boot step; for a real one that of the last predicted line before it. */
  readonly step: string;
  /** A line that both logs have comes after it. */
  readonly followed?: boolean | undefined;
  /** It may differ because KASLR put the kernel elsewhere than it was assumed; set where nothing tells the place. */
  readonly dependsOnKernelPlace?: boolean | undefined;
}

/** How many memory lines of a real log were predicted, and those that were not. */
export interface Fidelity {
  /** Lines that are the same. */
  readonly matched: number;
  /** Lines that agree as far as the prediction claims to know them. */
  readonly estimated: readonly EstimatedLine[];
  readonly real: number;
  /** Those that the real log could have. */
  readonly predicted: number;
  /** Predicted lines from behind the real log's end, or of a level that it was taken without: not compared. */
  readonly beyond: number;
  /** matched and estimated / the longer list; 1 where neither log has a memory line. */
  readonly fidelity: number;
  readonly differing: readonly DifferingLine[];
}

/**
 * The same, where there is something to compare: a log without a memory line is no perfect one.
 * @throws InputError 'log'
 */
export function fidelityOfLog(
  realLog: readonly string[],
  predicted: readonly LogLine[],
  path: string,
): Fidelity {
  const fidelity = fidelityOf(realLog, predicted);
  if (fidelity.real > 0) return fidelity;
  throw new InputError(
    'log',
    `${path}: no memory lines, nothing to compare: expected a kernel log from "Linux version" on`,
  );
}

/** Compares a real log (raw lines) with a predicted one. */
export function fidelityOf(realLog: readonly string[], predicted: readonly LogLine[]): Fidelity {
  const real = memoryLines(realLog.map(withoutTimestamp));
  const model = memoryLines(predicted.map((line) => line.text));
  const covered = estimatedLines(real, predicted);
  const estimated: EstimatedLine[] = [];
  const differing: DifferingLine[] = [];
  const matchedLines: LogLine[] = [];
  let step = '';
  const entries = diffLines(
    real.map((line) => covered.get(line)?.predicted ?? line.text),
    model.map((line) => line.text),
  );
  const lastSame = entries.findLastIndex(({ kind }) => kind === 'same');
  for (const [at, entry] of entries.entries()) {
    const followed = at < lastSame;
    if (entry.kind !== 'left') step = predicted[(model[entry.right] as MemoryLine).index]?.step ?? '';
    if (entry.kind === 'right') {
      differing.push({ from: 'predicted', ...(model[entry.right] as MemoryLine), step, followed });
      continue;
    }
    const line = real[entry.left] as MemoryLine;
    if (entry.kind === 'left') {
      differing.push({ from: 'real', ...line, step, followed });
      continue;
    }
    matchedLines.push(predicted[(model[entry.right] as MemoryLine).index] as LogLine);
    const estimate = covered.get(line);
    if (estimate) estimated.push(estimate);
  }
  const lineOf = ({ index }: { readonly index: number }): LogLine => predicted[index] as LogLine;
  const unseen = outOfReach(realLog.map(withoutTimestamp), model.map(lineOf), matchedLines);
  const beyond = differing.filter((line) => line.from === 'predicted' && unseen(lineOf(line)));
  const longer = Math.max(real.length, model.length - beyond.length);
  return {
    matched: matchedLines.length - estimated.length,
    estimated,
    real: real.length,
    predicted: model.length - beyond.length,
    fidelity: longer === 0 ? 1 : matchedLines.length / longer,
    beyond: beyond.length,
    differing: differing.filter((line) => !beyond.includes(line)),
  };
}

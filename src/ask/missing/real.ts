// What a real boot said about its memory, to hold the model's figures against.
import type { Missing } from './types.ts';
import { memoryLine, type MemoryLine, type ReservedTotals } from './reserved.ts';

/** Figures of a real boot; null where nobody tells. */
export interface RealFigures {
  readonly memoryLine: MemoryLine | null;
  /** MemTotal of /proc/meminfo in bytes. */
  readonly memTotalBytes: number | null;
}

/** One figure of both: `differenceBytes` is the model's less the real one. */
export interface RealComparison {
  readonly what: string;
  readonly realBytes: number;
  readonly modelBytes: number;
  readonly differenceBytes: number;
}

/** Reads a log (raw lines or texts) and the text of /proc/meminfo. */
export function realFigures(log: readonly string[], meminfo: string | null): RealFigures {
  const match = /^MemTotal:[ \t]{1,20}(\d{1,15}) kB/m.exec(meminfo ?? '');
  return { memoryLine: memoryLine(log), memTotalBytes: match ? Number(match[1]) * 1024 : null };
}

/** What can be compared, a figure each. */
export function compareWithReal(
  missing: Missing,
  totals: ReservedTotals,
  model: MemoryLine | null,
  real: RealFigures,
): RealComparison[] {
  const out: RealComparison[] = [];
  const add = (what: string, realBytes: number | undefined | null, modelBytes: number | undefined): void => {
    if (typeof realBytes !== 'number' || modelBytes === undefined) return;
    out.push({ what, realBytes, modelBytes, differenceBytes: modelBytes - realBytes });
  };
  add('present, in the line "Memory:"', real.memoryLine?.presentBytes, model?.presentBytes);
  add('reserved, in the line "Memory:"', real.memoryLine?.reservedBytes, totals.reservedBytes);
  add('MemTotal, in /proc/meminfo', real.memTotalBytes, missing.memTotalBytes);
  return out;
}

// What somebody measured on a machine: rows of a published table, or lines of one's own kernel log.

/** One thread count, measured. Times in milliseconds, of the slowest node. */
export interface Measurement {
  /** Threads a node, the caller included; 0: a kernel without the series. */
  readonly threads: number;
  readonly deferredInitMs: number;
  /** Standard deviation over the runs; null where it is unknown. */
  readonly deferredInitStdevMs: number | null;
  /** Kernel boot, up to init; null where it is unknown. */
  readonly bootMs: number | null;
  readonly bootStdevMs: number | null;
  /** Steps in which the source counts: 1, or a jiffy. */
  readonly resolutionMs: number;
}

/**
 * Runs behind a mean whose source does not say. The published means are thirds of a millisecond: three runs each.
 */
const RUNS = 3;
/** Where no deviation is known: of the order of the published ones. */
const UNKNOWN_STDEV = 0.03;
/** A fit is not asked to be closer than this share: the model is no better. */
const MODEL_FLOOR = 0.02;

/** Standard error of a row's deferred-init time, milliseconds: runs, counting in steps, and the model's own coarseness. */
export function standardErrorMs(row: Measurement): number {
  const stdev = row.deferredInitStdevMs ?? UNKNOWN_STDEV * row.deferredInitMs;
  const ofRuns = stdev / Math.sqrt(RUNS);
  const ofSteps = row.resolutionMs / Math.sqrt(12);
  return Math.hypot(ofRuns, ofSteps, MODEL_FLOOR * row.deferredInitMs);
}

/** What boot takes besides deferred init: the mean of the rows that tell, and its standard error; null where none does. */
export function restOfBoot(
  rows: readonly Measurement[],
): { readonly ms: number; readonly errorMs: number } | null {
  const rests = rows.flatMap(({ bootMs, deferredInitMs }) =>
    bootMs === null ? [] : [bootMs - deferredInitMs],
  );
  if (rests.length === 0) return null;
  const ms = rests.reduce((sum, rest) => sum + rest, 0) / rests.length;
  const squares = rests.reduce((sum, rest) => sum + (rest - ms) ** 2, 0);
  const spread = rests.length > 1 ? Math.sqrt(squares / (rests.length - 1)) : UNKNOWN_STDEV * ms;
  return { ms, errorMs: Math.hypot(spread / Math.sqrt(rests.length), 1) };
}

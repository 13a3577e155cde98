// The seed's table for another machine, kernel or cap: what boot and deferred init would take with each number of threads.
import { InputError } from '../lib/input-error.ts';
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../machine/spec/timing.ts';
import type { EarlyState } from './deferred-time.ts';
import { mostCpus } from './early-state.ts';
import { capsOf, type Caps } from './knee.ts';
import type { Measurement } from './measurement.ts';
import { deferredInitMs } from './slowest.ts';
import { uncertaintyOf, Z90 } from './uncertainty.ts';

/** A predicted figure with the ends of its 90 % interval. */
export interface Predicted {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One thread count. Times in milliseconds, of the slowest node; speed-ups in percent of the time without the series. */
export interface PredictionRow {
  /** Threads a node; 0: the kernel without the series. */
  readonly threads: number;
  /** Of the CPUs of the largest node. */
  readonly nodePercent: number;
  readonly deferredInitMs: Predicted;
  /** null in the row without the series. */
  readonly deferredInitSpeedupPercent: Predicted | null;
  /** null where the rest of the boot is unknown. */
  readonly bootMs: Predicted | null;
  readonly bootSpeedupPercent: Predicted | null;
  /** What was measured on this machine with as many threads. */
  readonly published: Measurement | null;
}

export interface Prediction {
  readonly machine: string;
  readonly kernel: string;
  /** What the figures are. */
  readonly source: 'model';
  /** CPUs of the largest node. */
  readonly nodeCpus: number;
  readonly rows: readonly PredictionRow[];
  readonly caps: Caps;
}

export interface PredictInput {
  readonly machine: string;
  readonly kernel: string;
  readonly state: EarlyState;
  readonly timing: TimingSpec;
  /** Thread counts; 0 is always predicted, and comes first. */
  readonly threads: readonly number[];
  readonly published?: readonly Measurement[] | undefined;
  /** Called before each thread count. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Predicts `input.threads`. Deterministic. */
export function predict(input: PredictInput): Prediction {
  const { state, timing: spec, published } = input;
  const timing = resolveTiming(spec);
  const nodeCpus = mostCpus(state);
  const counts = [...new Set([0, ...input.threads])].sort((a, b) => a - b);
  const uncertainty = uncertaintyOf(state, spec, Math.max(nodeCpus, ...counts));
  const rest = timing.restOfBootMs;
  const restErrorMs = (rest ?? 0) * (spec.restOfBootError ?? REST_ERROR);
  let baseMs = 0;
  const rows = counts.map((threads, i) => {
    input.onProgress?.(i, counts.length);
    const ms = deferredInitMs(state, timing, threads);
    if (threads === 0) baseMs = ms;
    const error = ms * uncertainty.ofTime(threads);
    const ratio = baseMs > 0 ? ms / baseMs : 1;
    const gainMs = baseMs - ms;
    const baseBootMs = (rest ?? 0) + baseMs;
    const ratioError = ratio * uncertainty.ofRatio(threads);
    return {
      threads,
      nodePercent: Math.round((100 * threads) / nodeCpus),
      deferredInitMs: around(ms, error, 0),
      deferredInitSpeedupPercent: threads === 0 ? null : around(100 * (1 - ratio), 100 * ratioError),
      bootMs: rest === null ? null : around(rest + ms, Math.hypot(error, restErrorMs), 0),
      bootSpeedupPercent:
        rest === null || threads === 0
          ? null
          : around(
              (100 * gainMs) / baseBootMs,
              (100 * Math.hypot(baseMs * ratioError, restErrorMs * (gainMs / baseBootMs))) / baseBootMs,
            ),
      published: published?.find((row) => row.threads === threads) ?? null,
    };
  });
  const times = rows.map((row) => ({ threads: row.threads, ms: row.deferredInitMs.value }));
  return {
    machine: input.machine,
    kernel: input.kernel,
    source: 'model',
    nodeCpus,
    rows,
    caps: capsOf(times),
  };
}

/** Of a rest of boot that somebody gave without an error. */
const REST_ERROR = 0.02;

function around(value: number, error: number, least = -Infinity): Predicted {
  return { value, low: Math.max(least, value - Z90 * error), high: value + Z90 * error };
}

/** Thread counts of the published tables: 1, then these shares of a node's CPUs, rounded down. */
const TABLE_SHARES = [12.5, 25, 37.5, 50, 75, 100];

/** 1, 12.5 %, 25 %, … of a node's CPUs: the rows of the published tables. */
export function tableThreads(nodeCpus: number): number[] {
  const counts = TABLE_SHARES.map((share) => Math.max(1, Math.floor((nodeCpus * share) / 100)));
  return [...new Set([1, ...counts])];
}

/** 1 to a node's CPUs. */
export function allThreads(nodeCpus: number): number[] {
  return Array.from({ length: nodeCpus }, (_, i) => i + 1);
}

/**
 * What `--threads` takes: `1,2,4`, `all`, or nothing for the rows of the published tables.
 * @throws InputError 'usage' for anything else
 */
export function parseThreads(text: string | undefined, nodeCpus: number): number[] {
  if (text === undefined) return tableThreads(nodeCpus);
  if (text === 'all') return allThreads(nodeCpus);
  return text.split(',').map((part) => {
    const count = Number(part);
    if (/^\d+$/.test(part.trim()) && Number.isSafeInteger(count)) return count;
    throw new InputError('usage', `--threads ${text}: "${part}": expected whole numbers with commas, or all`);
  });
}

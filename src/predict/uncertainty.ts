// How far a prediction can be trusted: the errors of the machine's figures, carried through the model, and the model's own.
import { resolveTiming, type Timing } from '../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../machine/spec/timing.ts';
import type { EarlyState } from './deferred-time.ts';
import { parametersOf, possible } from './parameters.ts';
import { deferredInitMs } from './slowest.ts';

/**
 * Relative spread of measured times around the model where the figures are right: the root mean square of the published
 * rows that were not fitted (test/predict/published.test.ts prints them).
 */
export const MODEL_SPREAD = 0.045;
/** Two-sided 90 % of a normal distribution. */
export const Z90 = 1.645;
/** Relative step of the slopes. */
const STEP = 0.04;
/** Slopes are taken at so many thread counts and interpolated between them: they change slowly. */
const ANCHORS = 5;

/** Slopes of the logarithm of a time by the logarithm of each figure, times that figure's error. */
type Deviations = readonly number[];

/** Relative standard errors of predicted times, by thread count. */
export class Uncertainty {
  readonly #anchors: readonly { readonly threads: number; readonly deviations: Deviations }[];

  constructor(anchors: readonly { readonly threads: number; readonly deviations: Deviations }[]) {
    this.#anchors = anchors;
  }

  /** Of the time with so many threads, the model's own spread included. */
  ofTime(threads: number): number {
    return Math.hypot(MODEL_SPREAD, ...this.#at(threads));
  }

  /** Of the ratio of that time to the one of the kernel without the series: what they have in common cancels. */
  ofRatio(threads: number): number {
    const alone = this.#at(1);
    return Math.hypot(MODEL_SPREAD, ...this.#at(threads).map((deviation, i) => deviation - (alone[i] ?? 0)));
  }

  #at(threads: number): Deviations {
    const position = Math.log(Math.max(threads, 1));
    const after = this.#anchors.findIndex((anchor) => anchor.threads >= threads);
    const right = this.#anchors[after < 0 ? this.#anchors.length - 1 : after];
    const left = this.#anchors[Math.max(0, (after < 0 ? this.#anchors.length : after) - 1)];
    if (!left || !right) return [];
    const from = Math.log(left.threads);
    const width = Math.log(right.threads) - from;
    const share = width === 0 ? 0 : (position - from) / width;
    return left.deviations.map((value, i) => value + share * ((right.deviations[i] ?? value) - value));
  }
}

/** Errors of the figures: as calibrated, else those of the generation's defaults. */
function errorsOf(spec: TimingSpec): number[] {
  return parametersOf(spec).map(({ errorKey, key, priorError }) => {
    const given = spec[errorKey];
    // a figure given without an error is taken as somebody's estimate
    return given ?? (spec[key] === undefined ? priorError : Math.min(priorError, 0.1));
  });
}

/** The uncertainty of a machine's times for 1 to `most` threads. */
export function uncertaintyOf(state: EarlyState, spec: TimingSpec, most: number): Uncertainty {
  const timing = resolveTiming(spec);
  const errors = errorsOf(spec);
  const counts = new Set(
    Array.from({ length: ANCHORS }, (_, i) => Math.round(most ** (i / (ANCHORS - 1)))).sort((a, b) => a - b),
  );
  const anchors = [...counts].map((threads) => {
    const ms = Math.max(deferredInitMs(state, timing, threads), 1e-9);
    const deviations = parametersOf(spec).map(({ key }, i) => {
      const changed = nudged(timing, key);
      const slope =
        Math.log(Math.max(deferredInitMs(state, changed.timing, threads), 1e-9) / ms) / changed.by;
      return slope * (errors[i] ?? 0);
    });
    return { threads, deviations };
  });
  return new Uncertainty(anchors);
}

/** The figure a little larger, or smaller where larger is impossible. */
function nudged(
  timing: Timing,
  key: 'pageInitNs' | 'nodeBandwidthGBs' | 'htFactor',
): { readonly timing: Timing; readonly by: number } {
  const up = { ...timing, [key]: timing[key] * Math.exp(STEP) };
  return possible(up)
    ? { timing: up, by: STEP }
    : { timing: { ...timing, [key]: timing[key] * Math.exp(-STEP) }, by: -STEP };
}

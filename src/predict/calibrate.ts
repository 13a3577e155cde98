// Fits a machine's costs to measurements: page cost, bandwidth and the worth of a hyperthread, each held to its generation's
// default as firmly as that is known (maximum a posteriori; errors from the curvature there).
import { InputError } from '../lib/input-error.ts';
import { resolveTiming, SHARED, type SharedCosts, type Timing } from '../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../machine/spec/timing.ts';
import type { EarlyState } from './deferred-time.ts';
import { inverse } from './matrix.ts';
import { restOfBoot, standardErrorMs, type Measurement } from './measurement.ts';
import { parametersOf, possible, withParameters, type Parameter } from './parameters.ts';
import { deferredInitMs } from './slowest.ts';

/** One figure after the fit. Errors are relative standard errors. */
export interface Fitted {
  readonly key: string;
  readonly unit: string;
  readonly value: number;
  readonly error: number;
  readonly prior: number;
  readonly priorError: number;
}

/** A row that was fitted, and what the fit makes of it. */
export interface FittedRow {
  readonly measured: Measurement;
  readonly modelMs: number;
}

export interface Calibration {
  /** The description's timing with the fitted figures and their errors. */
  readonly timing: TimingSpec;
  readonly fitted: readonly Fitted[];
  readonly rows: readonly FittedRow[];
  readonly restOfBootMs: number | null;
}

export interface CalibrateOptions {
  /** Constants that are not fitted. */
  readonly shared?: SharedCosts | undefined;
  /** Called each time the search halves its step. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/**
 * Fits `spec` to `rows`.
 * @throws InputError where there are no rows, or nothing is deferred on the machine
 */
export function calibrate(
  state: EarlyState,
  spec: TimingSpec,
  rows: readonly Measurement[],
  { shared = SHARED, onProgress }: CalibrateOptions = {},
): Calibration {
  if (rows.length === 0) throw new InputError('usage', 'nothing to calibrate with: no measurements');
  const { base, parameters } = startingPoint(spec, shared);
  const model = new Model(state, base, parameters, rows);
  if (model.times(parameters.map(() => 0)).every((ms) => ms === 0))
    throw new InputError('usage', 'nothing to calibrate: the machine defers no struct pages');
  const x = descend(model, model.start(), onProgress);
  const covariance = inverse(model.curvature(x));
  const timing = withParameters(base, parameters, x);
  const fitted = parameters.map(({ key, unit, prior, priorError }, i) => ({
    key,
    unit,
    value: timing[key],
    error: Math.sqrt(covariance[i]?.[i] ?? priorError ** 2),
    prior,
    priorError,
  }));
  const rest = restOfBoot(rows);
  const errors = Object.fromEntries(
    parameters.map(({ errorKey }, i) => [errorKey, rounded(fitted[i]?.error ?? 0)]),
  );
  const values = Object.fromEntries(fitted.map(({ key, value }) => [key, rounded(value)]));
  return {
    timing: {
      ...spec,
      ...values,
      ...(rest && { restOfBootMs: rounded(rest.ms), restOfBootError: rounded(rest.errorMs / rest.ms) }),
      ...errors,
    },
    fitted,
    rows: model.times(x).map((modelMs, i) => ({ measured: rows[i] as Measurement, modelMs })),
    restOfBootMs: rest?.ms ?? null,
  };
}

/** Four significant digits: what a description shows. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Figures that a description has but that are fitted anew do not count. */
function startingPoint(
  spec: TimingSpec,
  shared: SharedCosts,
): {
  readonly base: Timing;
  readonly parameters: readonly Parameter[];
} {
  const { pageInitNs: _page, nodeBandwidthGBs: _bandwidth, htFactor: _ht, ...others } = spec;
  return { base: resolveTiming(others, shared), parameters: parametersOf(spec) };
}

/** The misfit of a vector of logarithms of factors on the defaults. */
class Model {
  readonly #state: EarlyState;
  readonly #base: Timing;
  readonly #parameters: readonly Parameter[];
  readonly #rows: readonly Measurement[];

  constructor(
    state: EarlyState,
    base: Timing,
    parameters: readonly Parameter[],
    rows: readonly Measurement[],
  ) {
    this.#state = state;
    this.#base = base;
    this.#parameters = parameters;
    this.#rows = rows;
  }

  /** Milliseconds of each row. */
  times(x: readonly number[]): number[] {
    const timing = withParameters(this.#base, this.#parameters, x);
    const known = new Map<number, number>();
    return this.#rows.map(({ threads }) => {
      const ms = known.get(threads) ?? deferredInitMs(this.#state, timing, threads);
      known.set(threads, ms);
      return ms;
    });
  }

  /** Sum of squares, each in units of its standard error; Infinity for what the model cannot have. */
  misfit(x: readonly number[]): number {
    if (!possible(withParameters(this.#base, this.#parameters, x))) return Infinity;
    const ofRows = this.times(x).map((ms, i) => {
      const row = this.#rows[i] as Measurement;
      return ((ms - row.deferredInitMs) / standardErrorMs(row)) ** 2;
    });
    const ofPriors = this.#parameters.map(({ priorError }, i) => ((x[i] as number) / priorError) ** 2);
    return [...ofRows, ...ofPriors].reduce((sum, square) => sum + square, 0);
  }

  /** The defaults, with the page cost scaled to the row with the fewest threads. */
  start(): number[] {
    const zero = this.#parameters.map(() => 0);
    const row = this.#rows.reduce((fewest, r) => (r.threads < fewest.threads ? r : fewest));
    const ms = this.times(zero)[this.#rows.indexOf(row)] as number;
    const scaled = row.threads <= 1 ? [Math.log(row.deferredInitMs / ms), ...zero.slice(1)] : zero;
    return Number.isFinite(this.misfit(scaled)) ? scaled : zero;
  }

  /** Half the second derivatives of the misfit, without the model's own. */
  curvature(x: readonly number[]): number[][] {
    const step = 0.03;
    const slopes = this.#parameters.map((_, i) => {
      const at = (by: number): number[] => this.times(x.map((value, j) => (j === i ? value + by : value)));
      const up = at(step);
      return at(-step).map(
        (ms, r) => ((up[r] as number) - ms) / (2 * step) / standardErrorMs(this.#rows[r] as Measurement),
      );
    });
    return slopes.map((a, i) =>
      slopes.map((b, j) => {
        const ofRows = a.reduce((sum, slope, r) => sum + slope * (b[r] as number), 0);
        return ofRows + (i === j ? (this.#parameters[i] as Parameter).priorError ** -2 : 0);
      }),
    );
  }
}

const FIRST_STEP = 0.16;
const LAST_STEP = 0.004;

/** A pattern search: the simulated time has small steps where a chunk changes hands, so no derivatives. */
function descend(
  model: Model,
  start: readonly number[],
  onProgress: CalibrateOptions['onProgress'],
): readonly number[] {
  const halvings = Math.ceil(Math.log2(FIRST_STEP / LAST_STEP));
  let best = [...start];
  let least = model.misfit(best);
  for (let step = FIRST_STEP; step > LAST_STEP;) {
    onProgress?.(Math.round(Math.log2(FIRST_STEP / step)), halvings);
    let moved = false;
    for (let i = 0; i < best.length; i += 1) {
      for (const by of [step, -step]) {
        const next = best.map((value, j) => (j === i ? value + by : value));
        const misfit = model.misfit(next);
        if (misfit >= least) continue;
        [best, least, moved] = [next, misfit, true];
        break;
      }
    }
    if (!moved) step /= 2;
  }
  return best;
}

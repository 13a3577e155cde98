// A machine's costs with every default filled in. docs/timing.md says where each default comes from, and how the shared
// constants were chosen.
import { InputError } from '../../../lib/input-error.ts';
import type { TimingSpec } from '../../../machine/spec/timing.ts';
import {
  generation,
  GENERATIONS,
  UNKNOWN_GENERATION,
  WRITE_SHARE_OF_PEAK,
  type Generation,
} from './generations.ts';

/** Every figure that the cost model needs. Times in nanoseconds, bandwidth in GB/s, the rest shares of 1. */
export interface Timing {
  readonly pageInitNs: number;
  readonly nodeBandwidthGBs: number;
  readonly htFactor: number;
  readonly allCoreClock: number;
  readonly wakeNs: number;
  readonly startNs: number;
  /** null: in proportion to the CPUs of the node. */
  readonly balanceMs: number | null;
  readonly shared: SharedCosts;
  readonly restOfBootMs: number | null;
}

/** Constants that all machines share; a description may say otherwise of the first four. */
export interface SharedCosts {
  readonly htFactor: number;
  readonly allCoreClock: number;
  readonly wakeNs: number;
  readonly startNs: number;
  readonly balanceMsPerCpu: number;
  readonly sharpness: number;
}

/** Chosen on the published tables: bench/predict.ts tries others, and chooses without one machine at a time. */
export const SHARED: SharedCosts = {
  /** Two busy hyperthreads do 1.3 times what one does. */
  htFactor: 0.65,
  allCoreClock: 0.85,
  wakeNs: 1_000_000,
  startNs: 100_000,
  /** The balancer's interval of a node-wide domain is one millisecond a CPU; a worker waits for this share of it. */
  balanceMsPerCpu: 0.7,
  /** How sharply bandwidth limits: see bandwidth.ts. */
  sharpness: 3,
};

/**
 * The generation that a description names.
 * @throws InputError where it is unknown
 */
export function generationOf(spec: TimingSpec): Generation {
  if (spec.cpu === undefined) return UNKNOWN_GENERATION;
  const found = generation(spec.cpu);
  if (found) return found;
  const names = GENERATIONS.map(({ name }) => name).join(', ');
  throw new InputError(
    'schema',
    `timing.cpu: "${spec.cpu}" is no known generation: expected one of ${names}`,
  );
}

/** Bandwidth at which struct pages can be written, where nobody has measured it. */
export function defaultBandwidthGBs(spec: TimingSpec): number {
  return generationOf(spec).peakGBs * WRITE_SHARE_OF_PEAK;
}

/**
 * The costs of a description, defaults filled in.
 * @throws InputError where a figure makes no sense
 */
export function resolveTiming(spec: TimingSpec, shared: SharedCosts = SHARED): Timing {
  const positive = (key: keyof TimingSpec & string, value: number): number => {
    if (Number.isFinite(value) && value > 0) return value;
    throw new InputError('schema', `timing.${key}: expected a number above 0, found ${value}`);
  };
  const timing: Timing = {
    pageInitNs: positive('pageInitNs', spec.pageInitNs ?? generationOf(spec).pageInitNs),
    nodeBandwidthGBs: positive('nodeBandwidthGBs', spec.nodeBandwidthGBs ?? defaultBandwidthGBs(spec)),
    htFactor: positive('htFactor', spec.htFactor ?? shared.htFactor),
    allCoreClock: positive('allCoreClock', spec.allCoreClock ?? shared.allCoreClock),
    wakeNs: spec.wakeNs ?? shared.wakeNs,
    startNs: spec.startNs ?? shared.startNs,
    balanceMs: spec.balanceMs ?? null,
    shared,
    restOfBootMs: spec.restOfBootMs ?? null,
  };
  for (const key of ['htFactor', 'allCoreClock'] as const)
    if (timing[key] > 1)
      throw new InputError('schema', `timing.${key}: expected at most 1, found ${timing[key]}`);
  return timing;
}

// What a calibration may change: three figures, as factors on what the generation would have, each with how far a machine is
// expected to be from that.
import { demandFor, STRUCT_PAGE_BYTES } from '../cpus/simulated/cost/bandwidth.ts';
import { defaultBandwidthGBs, generationOf, SHARED, type Timing } from '../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../machine/spec/timing.ts';

/** A figure that is fitted. */
export interface Parameter {
  readonly key: 'pageInitNs' | 'nodeBandwidthGBs' | 'htFactor';
  readonly errorKey: 'pageInitError' | 'nodeBandwidthError' | 'htFactorError';
  readonly unit: string;
  /** Before any measurement. */
  readonly prior: number;
  /** Relative standard error of that. */
  readonly priorError: number;
}

/** Memory of one generation comes in several speeds and populations; the published machines lie within 4 %. */
const BANDWIDTH_ERROR = 0.1;
/** Of the three figures where nothing is known of the machine: the generations' own spread. */
const UNKNOWN_ERROR = 0.5;
const PAGE_ERROR = 0.2;
const HT_ERROR = 0.1;

/** The parameters of a machine, in the order of a fit's vector. */
export function parametersOf(spec: TimingSpec): readonly Parameter[] {
  const known = spec.cpu !== undefined;
  return [
    {
      key: 'pageInitNs',
      errorKey: 'pageInitError',
      unit: 'ns',
      prior: generationOf(spec).pageInitNs,
      priorError: known ? PAGE_ERROR : UNKNOWN_ERROR,
    },
    {
      key: 'nodeBandwidthGBs',
      errorKey: 'nodeBandwidthError',
      unit: 'GB/s',
      prior: defaultBandwidthGBs(spec),
      priorError: known ? BANDWIDTH_ERROR : UNKNOWN_ERROR,
    },
    {
      key: 'htFactor',
      errorKey: 'htFactorError',
      unit: '',
      prior: SHARED.htFactor,
      priorError: HT_ERROR,
    },
  ];
}

/** `timing` with each parameter at prior × e^x. */
export function withParameters(
  timing: Timing,
  parameters: readonly Parameter[],
  x: readonly number[],
): Timing {
  const values = Object.fromEntries(
    parameters.map(({ key, prior }, i) => [key, prior * Math.exp(x[i] ?? 0)] as const),
  );
  return { ...timing, ...values };
}

/** Whether the model can have these figures: siblings no faster than cores, a thread slower than its node's memory. */
export function possible(timing: Timing): boolean {
  const alone = STRUCT_PAGE_BYTES / timing.pageInitNs;
  return timing.htFactor <= 1 && demandFor(alone, timing.nodeBandwidthGBs) < Infinity;
}

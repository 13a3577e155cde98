// What work costs on the described machine, for the simulator's virtual clock; nothing here reaches the kernel model.
// The cost model (cpus/simulated/cost.ts) interprets these keys and gives those that are missing their defaults; docs/timing.md
// says where each default comes from.

/** Costs as a description gives them; every key may be missing. Keys beyond these are kept as they are. */
export interface TimingSpec {
  /** CPU generation whose defaults apply, such as `skylake`; cpus/simulated/cost/generations.ts lists them. */
  readonly cpu?: string | undefined;
  /** One CPU alone initialises and frees one page in this time, nanoseconds. */
  readonly pageInitNs?: number | undefined;
  /** Struct pages of one node cannot be written faster than this, GB/s (10^9 bytes). */
  readonly nodeBandwidthGBs?: number | undefined;
  /** Speed of each of two hyperthreads that share a core, 1 for no loss. */
  readonly htFactor?: number | undefined;
  /** Clock of a core when all cores of its node are busy, 1 for no loss. */
  readonly allCoreClock?: number | undefined;
  /** From a wake-up to the first step of the thread that slept, nanoseconds. */
  readonly wakeNs?: number | undefined;
  /** From creating a worker to its first step, nanoseconds. */
  readonly startNs?: number | undefined;
  /** How long a worker that was created on another node waits until the load balancer of its own spreads it, milliseconds. */
  readonly balanceMs?: number | undefined;
  /** Everything of the boot that does not depend on deferred initialisation, milliseconds. */
  readonly restOfBootMs?: number | undefined;
  /** Relative standard errors of four of these, as `earlyboot calibrate` found them: 0.02 is 2 %. */
  readonly pageInitError?: number | undefined;
  readonly nodeBandwidthError?: number | undefined;
  readonly htFactorError?: number | undefined;
  readonly restOfBootError?: number | undefined;
  readonly [key: string]: number | string | undefined;
}

/** A key for the schema and its documentation. */
export interface TimingKey {
  readonly key: string;
  readonly type: 'number' | 'text';
  readonly about: string;
}

/** The keys above: name, unit, meaning. */
export const TIMING_KEYS: readonly TimingKey[] = [
  { key: 'cpu', type: 'text', about: 'CPU generation whose defaults apply, such as skylake' },
  {
    key: 'pageInitNs',
    type: 'number',
    about: 'nanoseconds in which one CPU alone initialises and frees one page',
  },
  {
    key: 'nodeBandwidthGBs',
    type: 'number',
    about: 'GB/s (10^9) at which struct pages of one node can be written at most',
  },
  {
    key: 'htFactor',
    type: 'number',
    about: 'speed of each of two hyperthreads that share a core, 1 for no loss',
  },
  {
    key: 'allCoreClock',
    type: 'number',
    about: 'clock of a core when all cores of its node are busy, 1 for no loss',
  },
  { key: 'wakeNs', type: 'number', about: 'nanoseconds from a wake-up to the first step' },
  { key: 'startNs', type: 'number', about: 'nanoseconds from creating a worker to its first step' },
  {
    key: 'balanceMs',
    type: 'number',
    about: 'milliseconds that a worker created on another node waits for the load balancer',
  },
  {
    key: 'restOfBootMs',
    type: 'number',
    about: 'milliseconds of the boot that do not depend on deferred initialisation',
  },
  { key: 'pageInitError', type: 'number', about: 'relative standard error of pageInitNs' },
  { key: 'nodeBandwidthError', type: 'number', about: 'relative standard error of nodeBandwidthGBs' },
  { key: 'htFactorError', type: 'number', about: 'relative standard error of htFactor' },
  { key: 'restOfBootError', type: 'number', about: 'relative standard error of restOfBootMs' },
];

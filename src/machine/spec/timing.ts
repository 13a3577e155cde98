// What work costs on the described machine, for the simulator's virtual clock; nothing here reaches the kernel model.
// The cost model interprets these keys and gives those that are missing their defaults.

/** Costs as a description gives them; every key may be missing. Keys beyond these are kept as they are. */
export interface TimingSpec {
  /** One CPU alone initialises and frees one page in this time, nanoseconds. */
  readonly pageInitNs?: number;
  /** Memory bandwidth of one node that page initialisation can use, GB/s (10^9 bytes). */
  readonly nodeBandwidthGBs?: number;
  /** Speed of each of two hyperthreads that share a core, 1 for no loss. */
  readonly htFactor?: number;
  /** From queueing a helper to its first step, nanoseconds. */
  readonly wakeNs?: number;
  /** Everything of the boot that does not depend on deferred initialisation, milliseconds. */
  readonly restOfBootMs?: number;
  readonly [key: string]: number | undefined;
}

/** The keys above, for the schema and its documentation: name, unit, meaning. */
export const TIMING_KEYS: readonly { readonly key: string; readonly about: string }[] = [
  { key: 'pageInitNs', about: 'nanoseconds in which one CPU alone initialises and frees one page' },
  { key: 'nodeBandwidthGBs', about: 'GB/s (10^9) of a node that page initialisation can use' },
  { key: 'htFactor', about: 'speed of each of two hyperthreads that share a core, 1 for no loss' },
  { key: 'wakeNs', about: 'nanoseconds from queueing a helper to its first step' },
  { key: 'restOfBootMs', about: 'milliseconds of the boot that do not depend on deferred initialisation' },
];

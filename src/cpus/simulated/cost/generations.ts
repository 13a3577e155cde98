// Defaults by CPU generation, for machines that nobody has measured. Peak bandwidth is channels × transfer rate × 8 bytes of
// the usual two-socket (Zen: one die's) memory; docs/timing.md has the sources.

/** What a generation sets. */
export interface Generation {
  readonly name: string;
  readonly about: string;
  /** One CPU alone, nanoseconds a page. */
  readonly pageInitNs: number;
  /** Peak bandwidth of a node's memory, GB/s (10^9 bytes). */
  readonly peakGBs: number;
}

/**
 * Struct pages written per byte of peak bandwidth. Written lines are read first (half), DRAM reaches about 70 % of its peak.
 * The three published bare-metal machines reach 0.32 to 0.35 of theirs with all threads.
 */
export const WRITE_SHARE_OF_PEAK = 0.34;

/** A generation that is unknown: the middle of the others. */
export const UNKNOWN_GENERATION: Generation = {
  name: 'unknown',
  about: 'no generation given',
  pageInitNs: 18,
  peakGBs: 85,
};

/** By the name that `timing.cpu` takes. */
export const GENERATIONS: readonly Generation[] = [
  { name: 'haswell', about: 'Xeon E5 v3, 4 × DDR4-2133', pageInitNs: 19.5, peakGBs: 68.3 },
  { name: 'broadwell', about: 'Xeon E5 v4, 4 × DDR4-2400', pageInitNs: 20.5, peakGBs: 76.8 },
  { name: 'skylake', about: 'Xeon Scalable, 6 × DDR4-2666', pageInitNs: 17.5, peakGBs: 128 },
  { name: 'cascadelake', about: 'Xeon Scalable 2nd, 6 × DDR4-2933', pageInitNs: 16, peakGBs: 140.8 },
  { name: 'icelake', about: 'Xeon Scalable 3rd, 8 × DDR4-3200', pageInitNs: 14, peakGBs: 204.8 },
  {
    name: 'sapphirerapids',
    about: 'Xeon Scalable 4th, 8 × DDR5-4800',
    pageInitNs: 12,
    peakGBs: 307.2,
  },
  {
    name: 'zen',
    about: 'EPYC 7001, 2 × DDR4-2666 a die (a node is a die)',
    pageInitNs: 15.5,
    peakGBs: 42.7,
  },
  { name: 'zen2', about: 'EPYC 7002, 8 × DDR4-3200', pageInitNs: 13.5, peakGBs: 204.8 },
  { name: 'zen3', about: 'EPYC 7003, 8 × DDR4-3200', pageInitNs: 12.5, peakGBs: 204.8 },
  { name: 'zen4', about: 'EPYC 9004, 12 × DDR5-4800', pageInitNs: 10.5, peakGBs: 460.8 },
];

/** The generation of that name, undefined for an unknown one. */
export function generation(name: string): Generation | undefined {
  return GENERATIONS.find((known) => known.name === name);
}

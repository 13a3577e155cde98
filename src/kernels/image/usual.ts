// A configuration where nothing is known of it.

/** What Debian's kernels are built with, where neither a configuration nor the image says. */
export const USUAL = {
  hz: 250,
  x86FiveLevel: true,
  nrCpus: 8192,
  maxNumnodes: 1024,
  logBufShift: 17,
  logCpuMaxBufShift: 12,
  initOnAlloc: true,
  initOnFree: false,
  initStack: 'all(zero)',
} as const;
/** ... for i386. */
export const USUAL_NR_CPUS_32 = 32;

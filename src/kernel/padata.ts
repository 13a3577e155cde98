// Mirrors kernel/padata.c (v6.1): jobs farmed out to several CPUs. multithreaded.ts splits one job among threads, works.ts is
// the pool that all jobs share; how versions differ is in rules.ts and profiles.ts.
import type { Kernel, KernelFunction } from './kernel.ts';
import { padataMtHelper } from './padata/multithreaded.ts';
import { padataWorksInit } from './padata/works.ts';

export { padataDoMultithreaded, padataMtHelper, type PadataMtJob } from './padata/multithreaded.ts';

/** Functions that padata needs in the kernel's text. */
export const PADATA_FUNCTIONS: Readonly<Record<string, KernelFunction>> = { padataMtHelper };

/** padata_init(): called once, after the CPUs are up and before page_alloc_init_late(). */
export function padataInit(k: Kernel): void {
  padataWorksInit(k, k.topology.nrPossible);
}

// What follows from a kernel's configuration.
import type { KernelConfig } from './profile.ts';

/** MAX_NUMNODES: 1 << CONFIG_NODES_SHIFT, which is 1 without CONFIG_NUMA. */
export function maxNumnodes(config: KernelConfig): number {
  return config.numa === false ? 1 : config.maxNumnodes;
}

/** NR_CPUS_RANGE_END of arch/x86/Kconfig without CPUMASK_OFFSTACK. */
const MOST_CPUS_ON_STACK = 512;

/** Whether CPU masks are allocated: CONFIG_CPUMASK_OFFSTACK. */
export function cpumasksOffStack(config: KernelConfig): boolean {
  return config.cpumaskOffstack ?? config.nrCpus > MOST_CPUS_ON_STACK;
}

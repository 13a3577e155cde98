// Mirrors deferred_page_init_max_threads() of arch/x86/mm/init_64.c (v6.1).
import type { DeferredPageInitMaxThreads } from '../../mm/deferred.ts';

/** All CPUs of the node: more always was faster on the machines that the series was measured on. At least one. */
export const deferredPageInitMaxThreads: DeferredPageInitMaxThreads = (nodeCpumask) =>
  Math.max(nodeCpumask.length, 1);

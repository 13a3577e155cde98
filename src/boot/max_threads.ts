// deferred_page_init_max_threads() of a boot: the architecture's hook, or what the user asks for in its place.
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { genericDeferredPageInitMaxThreads, type DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { earlyStateOf, nodeSummaries } from '../predict/early-state.ts';
import { hookFor, type MaxThreadsHook } from '../predict/hook.ts';
import { withMaxThreads, type EarlyBoot } from './early.ts';

/** Whose hook, and what replaces it; null leaves it to the architecture. */
export interface MaxThreadsOptions {
  readonly arch: 'x86' | 'generic';
  readonly maxThreads: MaxThreadsHook | DeferredPageInitMaxThreads | null;
}

/** `early` with the number of threads a node that the options ask for. @throws InputError 'hook' for a file that has none */
export async function chooseMaxThreads(
  early: EarlyBoot,
  spec: MachineSpec,
  { arch, maxThreads }: MaxThreadsOptions,
): Promise<EarlyBoot> {
  if (maxThreads === null)
    return withMaxThreads(
      early,
      arch === 'x86' ? deferredPageInitMaxThreads : genericDeferredPageInitMaxThreads,
    );
  if (typeof maxThreads === 'function') return withMaxThreads(early, maxThreads);
  const state = earlyStateOf(early, spec);
  if (maxThreads.kind !== 'file') return withMaxThreads(early, hookFor(maxThreads, state.coreOfCpu));
  const { loadHook } = await import('../predict/load-hook.ts');
  const hookMachine = {
    name: spec.name,
    cpus: early.started.onlineCpus.length,
    coreOfCpu: state.coreOfCpu,
    nodes: nodeSummaries(state),
  };
  return withMaxThreads(early, await loadHook(maxThreads.path, hookMachine));
}

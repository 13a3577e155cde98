// deferred_page_init_max_threads() of a boot: the architecture's hook, or what the user asks for in its place.
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { genericDeferredPageInitMaxThreads, type DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { hookFor, type HookMachine } from './hook.ts';
import type { MaxThreadsHook } from './max_threads_text.ts';
import { coreOfCpu, nodeSummaries } from './node-summary.ts';
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
  const cores = coreOfCpu(early, spec);
  if (maxThreads.kind !== 'file') return withMaxThreads(early, hookFor(maxThreads, cores));
  const { loadHook } = await import('./load-hook.ts');
  return withMaxThreads(early, await loadHook(maxThreads.path, hookMachineOf(early, spec)));
}

/** The machine as a user's hook sees it. */
export function hookMachineOf(early: EarlyBoot, spec: MachineSpec): HookMachine {
  const { onlineCpus } = early.started;
  const cores = coreOfCpu(early, spec);
  return {
    name: spec.name,
    cpus: onlineCpus.length,
    coreOfCpu: cores,
    nodes: nodeSummaries({ nodes: early.deferred.nodes, onlineCpus, coreOfCpu: cores }),
  };
}

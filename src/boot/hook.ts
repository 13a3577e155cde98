// deferred_page_init_max_threads() as a what-if: a number, a share, the cores, a preset, or a user's own function.
import { InputError } from '../lib/input-error.ts';
import type { CpuId } from '../lib/units.ts';
import { genericDeferredPageInitMaxThreads, type DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import type { MaxThreadsHook } from './max_threads_text.ts';
import type { NodeSummary } from './node-summary.ts';

/** The machine as a user's hook sees it. */
export interface HookMachine {
  readonly name: string;
  /** Online CPUs of the whole machine. */
  readonly cpus: number;
  /** Core of a CPU by its number: siblings have the same. */
  readonly coreOfCpu: readonly number[];
  readonly nodes: readonly NodeSummary[];
}

/** A user's function: how many threads a node with these online CPUs may have. */
export type UserHook = (nodeCpumask: readonly CpuId[], machine: HookMachine) => unknown;

/**
 * A user's function as the kernel model calls it. Fractions are cut off as C does. More threads than the node has CPUs are
 * passed on: the kernel does not clamp them but takes what its pool of works has, and the threads share the CPUs.
 * The function returned throws InputError 'hook' where the user's throws, or returns no number from 1.
 */
export function guardedHook(hook: UserHook, path: string, machine: HookMachine): DeferredPageInitMaxThreads {
  return (nodeCpumask) => {
    let value: unknown;
    try {
      value = hook(nodeCpumask, machine);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new InputError('hook', `${path}: deferredPageInitMaxThreads threw: ${what}`);
    }
    const whole = typeof value === 'number' ? Math.trunc(value) : Number.NaN;
    if (Number.isSafeInteger(whole) && whole >= 1) return whole;
    throw new InputError(
      'hook',
      `${path}: deferredPageInitMaxThreads returned ${show(value)} for a node of ${nodeCpumask.length} CPUs: expected a number from 1`,
    );
  };
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** A hook that needs no file. */
export function hookFor(
  hook: Exclude<MaxThreadsHook, { kind: 'file' }>,
  coreOfCpu: readonly number[],
): DeferredPageInitMaxThreads {
  switch (hook.kind) {
    case 'count':
      return () => hook.count;
    case 'percent':
      return (nodeCpumask) => Math.max(Math.floor((nodeCpumask.length * hook.percent) / 100), 1);
    case 'cores':
      return (nodeCpumask) => Math.max(new Set(nodeCpumask.map((cpu) => coreOfCpu[cpu])).size, 1);
  }
}

/** A rule that somebody proposed. */
export interface HookPreset {
  readonly name: string;
  readonly about: string;
  readonly hook: (coreOfCpu: readonly number[]) => DeferredPageInitMaxThreads;
}

/** What was proposed over the years, from few threads to many. */
export const HOOK_PRESETS: readonly HookPreset[] = [
  {
    name: 'generic',
    about: 'kernels without an override, 5.8 to 6.10',
    hook: () => genericDeferredPageInitMaxThreads,
  },
  {
    name: 'quarter',
    about: 'a quarter of the CPUs, rounded up (ktask, 2018)',
    hook: () => (cpus) => Math.max(Math.ceil(cpus.length / 4), 1),
  },
  {
    name: '8',
    about: '8 threads (A. Duyck, 2020)',
    hook: () => (cpus) => Math.min(8, Math.max(cpus.length, 1)),
  },
  {
    name: '10',
    about: '10 threads (A. Duyck, 2020)',
    hook: () => (cpus) => Math.min(10, Math.max(cpus.length, 1)),
  },
  { name: 'cores', about: 'one thread a core', hook: (cores) => hookFor({ kind: 'cores' }, cores) },
  { name: 'x86', about: 'all CPUs of the node (the series)', hook: () => deferredPageInitMaxThreads },
];

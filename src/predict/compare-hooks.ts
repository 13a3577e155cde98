// The rules that were proposed for deferred_page_init_max_threads(), side by side on one machine.
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../machine/spec/timing.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import type { EarlyState } from './deferred-time.ts';
import { nodeSummaries } from '../boot/node-summary.ts';
import { slowestNode } from './slowest.ts';

export interface NamedHook {
  readonly name: string;
  readonly about: string;
  readonly hook: DeferredPageInitMaxThreads;
}

/** What one rule gives. Times in milliseconds of the slowest node, speed-ups in percent of the kernel without the series. */
export interface HookRow {
  readonly name: string;
  readonly about: string;
  /** Fewest and most threads that it gives a node with deferred pages; 0 for the kernel without the series. */
  readonly threads: readonly [number, number];
  readonly deferredInitMs: number;
  readonly deferredInitSpeedupPercent: number | null;
  /** null where the rest of the boot is unknown. */
  readonly bootMs: number | null;
  readonly bootSpeedupPercent: number | null;
}

const NS_PER_MS = 1e6;

/**
 * One row for the kernel without the series, one for each hook.
 * @throws InputError 'hook' where a user's function fails
 */
export function compareHooks(state: EarlyState, spec: TimingSpec, hooks: readonly NamedHook[]): HookRow[] {
  const timing = resolveTiming(spec);
  const ms = (hook: DeferredPageInitMaxThreads | 'without'): number =>
    (slowestNode(state, timing, hook)?.ns ?? 0) / NS_PER_MS;
  const baseMs = ms('without');
  const rest = timing.restOfBootMs;
  const row = (name: string, about: string, threads: readonly [number, number], time: number): HookRow => ({
    name,
    about,
    threads,
    deferredInitMs: time,
    deferredInitSpeedupPercent: threads[1] === 0 || baseMs === 0 ? null : (100 * (baseMs - time)) / baseMs,
    bootMs: rest === null ? null : rest + time,
    bootSpeedupPercent: rest === null || threads[1] === 0 ? null : (100 * (baseMs - time)) / (rest + baseMs),
  });
  return [
    row('none', 'without the series', [0, 0], baseMs),
    ...hooks.map(({ name, about, hook }) => row(name, about, threadsOf(state, hook), ms(hook))),
  ];
}

function threadsOf(state: EarlyState, hook: DeferredPageInitMaxThreads): readonly [number, number] {
  const counts = nodeSummaries(state).map(({ cpus }) => hook(cpus));
  return counts.length === 0 ? [1, 1] : [Math.min(...counts), Math.max(...counts)];
}

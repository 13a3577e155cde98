// The time that boot waits for: the slowest node's.
import type { Timing } from '../cpus/simulated/cost/timing.ts';
import { deferredTimes, type EarlyState, type NodeTime } from './deferred-time.ts';
import { withoutSeries } from './early-state.ts';
import { representatives } from './representatives.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';

const NS_PER_MS = 1e6;

/** The slowest node under a hook; null where nothing is deferred. `without`: the kernel before the series. */
export function slowestNode(
  state: EarlyState,
  timing: Timing,
  hook: DeferredPageInitMaxThreads | 'without',
): NodeTime | null {
  const maxThreads = hook === 'without' ? (): number => 1 : hook;
  const kernel = hook === 'without' ? withoutSeries(state) : state;
  const times = deferredTimes(representatives(kernel, maxThreads), timing, maxThreads);
  return times.reduce<NodeTime | null>(
    (slowest, time) => (slowest === null || time.ns > slowest.ns ? time : slowest),
    null,
  );
}

/** Milliseconds of deferred init with so many threads a node, 0 for a kernel without the series. */
export function deferredInitMs(state: EarlyState, timing: Timing, threads: number): number {
  const slowest = slowestNode(state, timing, threads === 0 ? 'without' : () => threads);
  return (slowest?.ns ?? 0) / NS_PER_MS;
}

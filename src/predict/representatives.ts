// Nodes of a large machine are much alike, and share nothing but the pool of works: two of each kind are enough.
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import type { EarlyState } from './deferred-time.ts';
import { nodeSummaries } from '../boot/node-summary.ts';

/** With fewer nodes all of them are simulated. */
const SMALL = 4;
/** Sizes that differ by less than this share are taken for equal. */
const SIZE_STEP = 1 / 64;

/**
 * The state with two nodes (the first and the last) of each kind: equally many CPUs and cores, the same size to 1/64; the
 * boot node is a kind of its own. Unchanged where the machine is small, or where jobs could exhaust the pool.
 */
export function representatives(state: EarlyState, maxThreads: DeferredPageInitMaxThreads): EarlyState {
  if (state.nodes.length <= SMALL) return state;
  const summaries = nodeSummaries(state);
  const works = summaries.reduce((sum, { cpus }) => sum + Math.max(0, maxThreads(cpus) - 1), 0);
  if (works > state.topology.nrPossible) return state;
  const bootNode = state.topology.nodeOfCpu[0];
  const kinds = new Map<string, number[]>();
  for (const { nid, cpus, cores, deferredPages } of summaries) {
    const size = Math.round(Math.log(Math.max(deferredPages, 1)) / SIZE_STEP);
    const kind = [nid === bootNode, cpus.length, cores, size].join();
    kinds.set(kind, [...(kinds.get(kind) ?? []), nid]);
  }
  const kept = new Set([...kinds.values()].flatMap((nids) => [nids[0], nids.at(-1)]));
  return { ...state, nodes: state.nodes.filter(({ nid }) => kept.has(nid)) };
}

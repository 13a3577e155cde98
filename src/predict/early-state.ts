// What a prediction starts from: one early boot, whose deferred part is then run as often as there are thread counts.
import type { EarlyBoot } from '../boot/early.ts';
import { coreOfCpu, nodeSummaries } from '../boot/node-summary.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { DEFERRED_BASE } from '../mm/deferred/profiles.ts';
import type { EarlyState } from './deferred-time.ts';

/** The state in which `early` stands, with the cores that the machine's description knows of. */
export function earlyStateOf(early: EarlyBoot, spec: MachineSpec): EarlyState {
  const { nodes, rules, hz } = early.deferred;
  return {
    topology: early.topology,
    onlineCpus: early.started.onlineCpus,
    coreOfCpu: coreOfCpu(early, spec),
    nodes,
    rules,
    padata: early.profile.padata,
    hz,
  };
}

/** The same machine without the series: one thread a node, no job. */
export function withoutSeries(state: EarlyState): EarlyState {
  return { ...state, rules: DEFERRED_BASE };
}

/** CPUs of the node that has most, among those with deferred pages; at least 1. */
export function mostCpus(state: EarlyState): number {
  return Math.max(1, ...nodeSummaries(state).map(({ cpus }) => cpus.length));
}

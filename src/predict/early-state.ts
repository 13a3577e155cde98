// What a prediction starts from: one early boot, whose deferred part is then run as often as there are thread counts.
import type { EarlyBoot } from '../boot/early.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { coresOfApicIds } from '../machine/spec/cores.ts';
import { DEFERRED_BASE } from '../mm/deferred/profiles.ts';
import type { EarlyState } from './deferred-time.ts';

/** The state in which `early` stands, with the cores that the machine's description knows of. */
export function earlyStateOf(early: EarlyBoot, spec: MachineSpec): EarlyState {
  const { nodes, rules, hz } = early.deferred;
  const { cpus } = early.x86.ctx;
  const cores = coresOfApicIds(
    spec.topology,
    cpus.map(({ apicId }) => apicId),
  );
  return {
    topology: early.topology,
    onlineCpus: early.started.onlineCpus,
    coreOfCpu: cores ?? cpus.map((_, cpu) => cpu),
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

/** A node's CPUs, cores and size, for tables and hooks. */
export interface NodeSummary {
  readonly nid: Nid;
  readonly cpus: readonly CpuId[];
  readonly cores: number;
  /** Free pages from its boundary on: what deferred init does. */
  readonly deferredPages: number;
}

/** Nodes with deferred pages. */
export function nodeSummaries(state: EarlyState): NodeSummary[] {
  const online = new Set(state.onlineCpus);
  return state.nodes
    .filter(({ firstDeferredPfn }) => firstDeferredPfn !== null)
    .map(({ nid, cpus, ranges, firstDeferredPfn }) => {
      const usable = cpus.filter((cpu) => online.has(cpu));
      const pages = ranges.reduce(
        (sum, { startPfn, endPfn }) => sum + Math.max(0, endPfn - Math.max(startPfn, firstDeferredPfn ?? 0)),
        0,
      );
      return {
        nid,
        cpus: usable,
        cores: new Set(usable.map((cpu) => state.coreOfCpu[cpu])).size,
        deferredPages: pages,
      };
    });
}

/** CPUs of the node that has most, among those with deferred pages; at least 1. */
export function mostCpus(state: EarlyState): number {
  return Math.max(1, ...nodeSummaries(state).map(({ cpus }) => cpus.length));
}

// Nodes with deferred pages, for tables, predictions and a user's hook.
import type { MachineSpec } from '../machine/spec.ts';
import { coresOfApicIds } from '../machine/spec/cores.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import type { DeferredNode } from '../mm/deferred.ts';
import type { EarlyBoot } from './early.ts';

/** A node's CPUs, cores and size. */
export interface NodeSummary {
  readonly nid: Nid;
  readonly cpus: readonly CpuId[];
  readonly cores: number;
  /** Free pages from its boundary on: what deferred init does. */
  readonly deferredPages: number;
}

/** Core of each CPU, as far as the machine's description knows of cores; else each CPU is its own. */
export function coreOfCpu(early: EarlyBoot, { topology }: Pick<MachineSpec, 'topology'>): readonly number[] {
  const { cpus } = early.x86.ctx;
  const cores = coresOfApicIds(
    topology,
    cpus.map(({ apicId }) => apicId),
  );
  return cores ?? cpus.map((_, cpu) => cpu);
}

/** What a summary is made of: an early boot's nodes, the CPUs that come up, and the core of each. */
export interface SummarySource {
  readonly nodes: readonly DeferredNode[];
  readonly onlineCpus: readonly CpuId[];
  readonly coreOfCpu: readonly number[];
}

/** Free pages from the node's boundary on; 0 where it defers nothing. */
export function deferredPagesOf({ ranges, firstDeferredPfn }: DeferredNode): number {
  if (firstDeferredPfn === null) return 0;
  return ranges.reduce(
    (sum, { startPfn, endPfn }) => sum + Math.max(0, endPfn - Math.max(startPfn, firstDeferredPfn)),
    0,
  );
}

/** Nodes with deferred pages. */
export function nodeSummaries({ nodes, onlineCpus, coreOfCpu: cores }: SummarySource): NodeSummary[] {
  const online = new Set(onlineCpus);
  return nodes
    .filter(({ firstDeferredPfn }) => firstDeferredPfn !== null)
    .map((node) => {
      const { nid, cpus } = node;
      const usable = cpus.filter((cpu) => online.has(cpu));
      return {
        nid,
        cpus: usable,
        cores: new Set(usable.map((cpu) => cores[cpu])).size,
        deferredPages: deferredPagesOf(node),
      };
    });
}

// Deferred initialisation alone, on the simulator: the same early-boot state, another number of threads.
import { kernelInit } from '../init/kernel_init.ts';
import type { Topology } from '../kernel/kernel.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { simulatedBoot } from '../cpus/simulated/boot.ts';
import { machineCosts } from '../cpus/simulated/cost.ts';
import type { Timing } from '../cpus/simulated/cost/timing.ts';
import type { DeferredNode, DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import type { DeferredRules } from '../mm/deferred/rules.ts';

/** What the kernel model knows when page_alloc_init_late() begins. */
export interface EarlyState {
  readonly topology: Topology;
  /** CPUs that smp_init brought up. */
  readonly onlineCpus: readonly CpuId[];
  /** CPU numbers of the same core share it. */
  readonly coreOfCpu: readonly number[];
  readonly nodes: readonly DeferredNode[];
  readonly rules: DeferredRules;
  readonly padata: PadataRules;
  readonly hz: number;
}

/** One node's deferred initialisation. */
export interface NodeTime {
  readonly node: Nid;
  /** From when page_alloc_init_late() starts its thread until it is done, virtual. */
  readonly ns: number;
  /** What the log says, in whole jiffies. */
  readonly logMs: number;
  /** Of its largest job: threads, pages a chunk, chunks. 1, all and 1 where there was none. */
  readonly threads: number;
  readonly chunkPages: number;
  readonly chunks: number;
}

/**
 * How long each node with deferred pages takes under a hook.
 * @throws DivideError where the modelled kernel crashes
 */
export function deferredTimes(
  state: EarlyState,
  timing: Timing,
  maxThreads: DeferredPageInitMaxThreads,
): NodeTime[] {
  const { topology, coreOfCpu } = state;
  const cpus = topology.nodeOfCpu.map((node, cpu) => ({ node, core: coreOfCpu[cpu] ?? cpu }));
  const deferred = { rules: state.rules, hz: state.hz, nodes: state.nodes, maxThreads };
  const boot = simulatedBoot({
    topology,
    coreOfCpu,
    deferred,
    padata: state.padata,
    cost: machineCosts(timing, cpus),
  });
  boot.run(
    kernelInit(boot.k, {
      present: state.onlineCpus,
      maxCpus: state.onlineCpus.length,
      deferred,
    }),
  );
  return boot.recorder.deferredInit.map(({ node, ms, startNs, endNs }) => {
    const jobs = boot.recorder.jobs.filter((job) => job.node === node && job.workers > 1);
    const job = jobs.sort((a, b) => b.size - a.size)[0];
    return {
      node,
      ns: endNs - startNs,
      logMs: ms,
      threads: job?.workers ?? 1,
      chunkPages: job?.chunkSize ?? 0,
      chunks: job?.chunks.length ?? 1,
    };
  });
}

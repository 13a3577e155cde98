// Deferred init on simulated CPUs: virtual time, the same run for the same seed.
import { simulatedBoot } from '../cpus/simulated/boot.ts';
import { machineCosts } from '../cpus/simulated/cost.ts';
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import { kernelInit } from '../init/kernel_init.ts';
import type { RunRecord } from '../init/record.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { EarlyBoot } from './early.ts';
import { finishBoot, type CpusOutcome, type OutcomeLine } from './finish.ts';
import { coreOfCpu } from './node-summary.ts';
import { pageCounter, type BootProgress } from './progress.ts';

export interface SimulatedOptions {
  readonly seed?: number | undefined;
  readonly onProgress?: BootProgress | undefined;
}

/** What work costs, for the simulator's clock: the one thing of a description that goes past the guest. */
export type SimulatedMachine = Pick<MachineSpec, 'timing' | 'topology'>;

/**
 * Brings the CPUs up and initialises what was deferred. Times are of the model.
 * @throws Bug on a deadlock, or where a page is not initialised and freed exactly once
 */
function runOnSimulatedCpus(
  early: EarlyBoot,
  spec: SimulatedMachine,
  { seed, onProgress }: SimulatedOptions,
): CpusOutcome {
  const { topology, deferred, profile, started } = early;
  const { cpus } = early.x86.ctx;
  const cores = coreOfCpu(early, spec);
  const log: OutcomeLine[] = [];
  const onPages = pageCounter(deferred.nodes, onProgress);
  let endNs = 0;
  let brought = { broughtUp: 0, broughtUpNs: 0 };
  const say = (level: OutcomeLine['level'], text: string): unknown => log.push({ atNs: endNs, level, text });
  const boot = simulatedBoot({
    ...{ topology, deferred, padata: profile.padata, seed },
    coreOfCpu: cores,
    cost: machineCosts(
      resolveTiming(spec.timing),
      cpus.map(({ node }, id) => ({ node, core: cores[id] ?? id })),
    ),
    prInfo: (text) => say('info', text),
    prWarn: (text) => say('warn', text),
    onTime: (nowNs) => (endNs = nowNs),
    onEvent: onPages && ((event) => event.kind === 'run' && onPages(event.done.pages)),
  });
  const { onlineCpus } = started;
  boot.run(
    kernelInit(boot.k, {
      ...{ present: onlineCpus, maxCpus: onlineCpus.length, deferred },
      hugetlb: profile.kernel.rules.hugetlbJob
        ? { nrNodeIds: topology.nrNodeIds, nodesWithMemory: deferred.nodes.length }
        : undefined,
      onBroughtUp: (broughtUp) => (brought = { broughtUp, broughtUpNs: endNs }),
    }),
  );
  const { jobs, otherJobs, serial, deferredInit } = boot.recorder;
  return { jobs, otherJobs, serial, deferredInit, log, ...brought, online: onlineCpus, endNs };
}

/** The rest of a boot on simulated CPUs. @throws Bug where the model contradicts itself */
export function bootSimulated(
  early: EarlyBoot,
  spec: SimulatedMachine,
  options: SimulatedOptions = {},
): RunRecord {
  return finishBoot(early, runOnSimulatedCpus(early, spec, options), 'simulated');
}

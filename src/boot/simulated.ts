// Deferred init on simulated CPUs: virtual time, the same run for the same seed.
import type { RunRecord } from '../init/record.ts';
import { kernelInit } from '../init/kernel_init.ts';
import { runRecord } from '../init/run_record.ts';
import { smpBroughtUp, startKernelAfterDeferredInit } from '../init/main.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { simulatedBoot } from '../cpus/simulated/boot.ts';
import type { CostModel } from '../cpus/simulated/cost-model.ts';
import { deferredOf, topologyOf, type EarlyBoot } from './early.ts';
import { addManaged } from './managed.ts';

export interface SimulatedOptions {
  /** The machine's name in the record. */
  readonly machine: string;
  readonly maxThreads: DeferredPageInitMaxThreads;
  readonly cost?: CostModel | undefined;
  readonly seed?: number | undefined;
  /** Core of each CPU; CPUs of one core share it. */
  readonly coreOfCpu?: readonly number[] | undefined;
}

/**
 * Brings the CPUs up, initialises what was deferred, and tells what happened.
 * @throws Bug on a deadlock, or where a page is not initialised and freed exactly once
 */
export function bootSimulated(early: EarlyBoot, options: SimulatedOptions): RunRecord {
  const { x86, started, profile, moments } = early;
  const { ctx } = x86;
  const deferred = deferredOf(early, options.maxThreads);
  const firstDeferredPfn = new Map(deferred.nodes.map((node) => [node.nid, node.firstDeferredPfn]));
  const boot = simulatedBoot({
    topology: topologyOf(early),
    coreOfCpu: options.coreOfCpu,
    deferred,
    padata: profile.padata,
    cost: options.cost,
    seed: options.seed,
    prInfo: (text) => ctx.printk.info(text),
    prWarn: (text) => ctx.printk.warn(text),
    onTime: (nowNs) => (ctx.printk.nowNs = nowNs),
    onFreed: (node, pages) => addManaged(early, node, pages),
  });
  boot.run(
    kernelInit(boot.k, {
      present: started.onlineCpus,
      maxCpus: started.onlineCpus.length,
      deferred,
      hugetlb: profile.kernel.rules.hugetlbJob
        ? { nrNodeIds: ctx.nrNodeIds, nodesWithMemory: deferred.nodes.length }
        : undefined,
      onBroughtUp: (online) => {
        smpBroughtUp(x86, online);
        ctx.printk.step = 'page_alloc_init_late';
      },
    }),
  );
  startKernelAfterDeferredInit(x86, started);
  return runRecord(x86, moments, {
    machine: options.machine,
    kernel: profile.name,
    cpus: 'simulated',
    jobs: boot.recorder.jobs,
    otherJobs: boot.recorder.otherJobs,
    serial: boot.recorder.serial,
    deferredInit: boot.recorder.deferredInit,
    grow: started.buddy.grown,
    firstDeferredPfn,
    online: started.onlineCpus,
  });
}

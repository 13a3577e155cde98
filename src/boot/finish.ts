// What is left once real or emulated CPUs have initialised the deferred pages: their log, managed pages, the run record.
import { startKernelAfterDeferredInit } from '../init/main.ts';
import type { CpuKind, RunRecord } from '../init/record.ts';
import { runRecord } from '../init/run_record.ts';
import type { CpuId } from '../lib/units.ts';
import type { DeferredContext } from '../mm/deferred.ts';
import type { EarlyBoot } from './early.ts';
import { addManagedByJobs } from './managed.ts';

/** What the CPUs did. */
export interface DeferredOutcome extends Pick<RunRecord, 'jobs' | 'serial' | 'deferredInit'> {
  readonly log: readonly { readonly atNs: number; readonly level: 'info' | 'warn'; readonly text: string }[];
}

const WARN = 4;
const INFO = 6;

/** Prints what the kernel threads said, runs the rest of the boot, and tells what happened. */
export function finishBoot(
  early: EarlyBoot,
  deferred: DeferredContext,
  outcome: DeferredOutcome,
  run: { readonly machine: string; readonly cpus: CpuKind; readonly online: readonly CpuId[] },
): RunRecord {
  const { x86, started, profile, moments } = early;
  const { printk } = x86.ctx;
  printk.step = 'page_alloc_init_late';
  for (const { atNs, level, text } of outcome.log) {
    printk.nowNs = atNs;
    printk.print(text, level === 'warn' ? WARN : INFO);
  }
  addManagedByJobs(early, deferred, outcome);
  startKernelAfterDeferredInit(x86, started);
  const { jobs, serial, deferredInit } = outcome;
  return runRecord(x86, moments, {
    ...{ ...run, kernel: profile.name, jobs, serial, deferredInit, grow: started.buddy.grown },
    firstDeferredPfn: new Map(deferred.nodes.map((node) => [node.nid, node.firstDeferredPfn])),
  });
}

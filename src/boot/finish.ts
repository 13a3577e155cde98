// What is left once a kind of CPU has initialised the deferred pages: their log, managed pages, the run record.
import type { EmulatedRecord } from '../cpus/emulated/record.ts';
import { smpBroughtUp, startKernelAfterDeferredInit } from '../init/main.ts';
import type { CpuKind, RunRecord } from '../init/record.ts';
import { runRecord } from '../init/run_record.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { freePages } from '../mm/deferred/ranges.ts';
import type { Memmap } from '../mm/memmap.ts';
import { populatedZone } from '../mm/mmzone.ts';
import type { EarlyBoot } from './early.ts';

/** A line of a kernel thread, nanoseconds after the threads began. */
export interface OutcomeLine {
  readonly atNs: number;
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** What the CPUs did, whatever their kind. */
export interface CpusOutcome extends Pick<RunRecord, 'jobs' | 'otherJobs' | 'serial' | 'deferredInit'> {
  readonly log: readonly OutcomeLine[];
  /** How many CPUs were online when smp_init was through, and which in the end. */
  readonly broughtUp: number;
  readonly online: readonly CpuId[];
  /** When smp_init was through, and when deferred init was; left out where the log is not to carry it. */
  readonly broughtUpNs?: number;
  readonly endNs?: number;
  /** The kernel's lines about secondary CPUs, where it is not the model that starts them. */
  readonly bringUpLines?: readonly { readonly level: number; readonly text: string }[];
  /** What else is to be known, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A finished boot; `memmap` holds its struct pages where the kind of CPU writes them. */
export interface BootRun {
  readonly record: RunRecord;
  readonly memmap: Memmap | null;
  /** What each emulated CPU did. */
  readonly emulated: EmulatedRecord | null;
}

const WARN = 4;
const INFO = 6;

/** Prints what the kernel threads said, runs the rest of the boot, and tells what happened. */
export function finishBoot(early: EarlyBoot, outcome: CpusOutcome, cpus: CpuKind): RunRecord {
  const { x86, started, profile, deferred } = early;
  const { printk } = x86.ctx;
  printk.step = 'smp_init';
  for (const { level, text } of outcome.bringUpLines ?? []) printk.print(text, level);
  printk.nowNs = outcome.broughtUpNs ?? printk.nowNs;
  smpBroughtUp(x86, outcome.broughtUp);
  for (const text of outcome.warnings ?? []) x86.ctx.warn(text);
  printk.step = 'page_alloc_init_late';
  for (const { atNs, level, text } of outcome.log) {
    printk.nowNs = atNs;
    printk.print(text, level === 'warn' ? WARN : INFO);
  }
  printk.nowNs = outcome.endNs ?? printk.nowNs;
  addManagedPages(early, outcome);
  startKernelAfterDeferredInit(x86, started, helperCount(outcome.jobs));
  const { jobs, otherJobs, serial, deferredInit, online } = outcome;
  return runRecord(x86, early.moments, {
    ...{ machine: early.machine, kernel: profile.name, cpus, online },
    ...{ jobs, ...(otherJobs && { otherJobs }), serial, deferredInit, grow: started.buddy.grown },
    taken: { takenPages: started.buddy.takenPages, pmdPages: started.hugetlb.wantedPmdPages },
    firstDeferredPfn: new Map(deferred.nodes.map((node) => [node.nid, node.firstDeferredPfn])),
  });
}

/** Threads that jobs over pages ask for beside the nodes' own; whether all of them come is the scheduler's matter. */
function helperCount(jobs: CpusOutcome['jobs']): number {
  const most = new Map<Nid, number>();
  for (const { node, size, minChunk, maxThreads } of jobs) {
    const helpers = Math.min(maxThreads, Math.ceil(size / minChunk)) - 1;
    most.set(node, Math.max(most.get(node) ?? 0, helpers));
  }
  return [...most.values()].reduce((sum, helpers) => sum + helpers, 0);
}

/** The node's last populated zone manages the free pages of all that jobs, and kernels without jobs, initialised. */
function addManagedPages({ x86, deferred }: EarlyBoot, { jobs, serial }: CpusOutcome): void {
  const ofJobs = jobs.flatMap(({ node, chunks }) => chunks.map(({ start, end }) => ({ node, start, end })));
  for (const { node, start, end } of [...ofJobs, ...serial]) {
    const ranges = deferred.nodes.find(({ nid }) => nid === node)?.ranges ?? [];
    const zone = x86.ctx.pgdats.find(({ nodeId }) => nodeId === node)?.zones.findLast(populatedZone);
    if (zone) zone.managedPages += freePages(ranges, start, end);
  }
}

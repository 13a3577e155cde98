// What work costs on the simulated machine: an interface, and the simplest model that satisfies it.
import type { CpuId, Nid } from '../../lib/units.ts';
import type { WorkName } from '../../cpu/op.ts';

/** What a leaf did, as far as time depends on it. */
export interface WorkDone {
  /** Struct pages initialised and handed to the buddy allocator. */
  readonly pages: number;
  /** Node whose memory holds them; -1 where the work touches none. */
  readonly node: Nid;
  /** Free ranges that the iterator walked over to find its place. */
  readonly rangesWalked: number;
  /** Nanoseconds on an idle machine where pages do not tell. */
  readonly ns?: number;
  /** The leaf failed: what the thread gets instead of the pages, below 0. */
  readonly error?: number;
}

/** A leaf in progress. */
export interface ActiveRun extends WorkDone {
  readonly work: WorkName;
  readonly cpu: CpuId;
  /** Node of the CPU. */
  readonly cpuNode: Nid;
  /** Nice value of its thread, now. */
  readonly nice?: number;
}

/** Times in nanoseconds. Implementations are pure: the same arguments give the same answer. */
export interface CostModel {
  /** One step of a kernel thread between two requests. */
  readonly stepNs: number;
  /** From a wake-up to the first step of the thread that slept. */
  readonly wakeNs: number;
  /** From kthread_run() to the first step of the new thread. */
  readonly startNs: number;
  /** Bringing one CPU up. */
  readonly cpuUpNs: number;
  /** How long threads made on the wrong node wait for a node of so many CPUs to be balanced; not at all where missing. */
  readonly strayNs?: (cpusOfNode: number) => number;
  /** What the leaf takes where nothing else runs. */
  workNs(run: ActiveRun): number;
  /** Runs of the same domain slow each other down; a small whole number, such as the node. */
  domain(run: ActiveRun): number;
  /** Sets `rates[i]` for `runs[i]`, all of one domain: 1 is the speed alone. Asked anew whenever one starts or ends. */
  rates(runs: readonly ActiveRun[], rates: Float64Array): void;
}

/** What the simple model takes from a machine's description. */
export interface SimpleCosts {
  readonly pageInitNs?: number | undefined;
  readonly pageFreeNs?: number | undefined;
  readonly rangeWalkNs?: number | undefined;
  readonly stepNs?: number | undefined;
  readonly wakeNs?: number | undefined;
  readonly startNs?: number | undefined;
  readonly cpuUpNs?: number | undefined;
}

/** Each CPU works at its own speed whatever the others do. Defaults are of the order of a 2018 server. */
export function simpleCosts(costs: SimpleCosts = {}): CostModel {
  const pageNs = (costs.pageInitNs ?? 12) + (costs.pageFreeNs ?? 3);
  const rangeWalkNs = costs.rangeWalkNs ?? 5;
  return {
    stepNs: costs.stepNs ?? 50,
    wakeNs: costs.wakeNs ?? 5_000,
    startNs: costs.startNs ?? 20_000,
    cpuUpNs: costs.cpuUpNs ?? 100_000,
    workNs: (run) => run.ns ?? run.pages * pageNs + run.rangesWalked * rangeWalkNs,
    domain: (run) => run.cpu,
    rates: (_runs, rates) => rates.fill(1),
  };
}

// The cost model of a described machine: one thread's page cost, the bandwidth of a node's memory, hyperthreads that share a
// core, the clock of a busy socket, and workers that start on the wrong node. docs/timing.md explains each and how far the
// results can be trusted.
import { InputError } from '../../lib/input-error.ts';
import type { Nid } from '../../lib/units.ts';
import { demandFor, STRUCT_PAGE_BYTES, throughput } from './cost/bandwidth.ts';
import type { Timing } from './cost/timing.ts';
import type { ActiveRun, CostModel } from './cost-model.ts';
import type { SimCpu } from './cpus.ts';

/** One step of a kernel thread between two requests: a lock, a list operation; of the order of a cache miss. */
const STEP_NS = 100;
/** One free range that the iterator passes. */
const RANGE_WALK_NS = 10;
/** Bringing one CPU up: INIT, SIPI, and the waiting around them. */
const CPU_UP_NS = 100_000;

/**
 * The model of a machine with these CPUs (index is the CPU's number).
 * @throws InputError where one thread alone is faster than the node's bandwidth allows
 */
export function machineCosts(timing: Timing, cpus: readonly SimCpu[]): CostModel {
  const { pageInitNs, nodeBandwidthGBs, htFactor } = timing;
  const { sharpness, balanceMsPerCpu } = timing.shared;
  const coresOfNode = coresOfNodes(cpus);
  const aloneGBs = STRUCT_PAGE_BYTES / pageInitNs;
  const demandGBs = demandFor(aloneGBs, nodeBandwidthGBs, sharpness);
  if (demandGBs === Infinity)
    throw new InputError(
      'schema',
      `timing: a page in ${pageInitNs} ns is ${aloneGBs.toFixed(1)} GB/s, more than nodeBandwidthGBs, ${nodeBandwidthGBs.toFixed(1)}`,
    );
  const coreOfCpu = Int32Array.from(denseCores(cpus));
  const busy = new Uint16Array(cpus.length);
  return {
    stepNs: STEP_NS,
    wakeNs: timing.wakeNs,
    startNs: timing.startNs,
    cpuUpNs: CPU_UP_NS,
    strayNs: (cpusOfNode) => (timing.balanceMs ?? balanceMsPerCpu * cpusOfNode) * 1e6,
    workNs: (run) => run.pages * pageInitNs + run.rangesWalked * RANGE_WALK_NS,
    domain: (run) => Math.max(run.node, 0),
    rates(runs, rates) {
      let cores = 0;
      for (const run of runs) if ((busy[coreOfCpu[run.cpu] as number] as number)++ === 0) cores += 1;
      const clock = clockOf(timing, cores, coresOfNode.get(runs[0]?.node ?? 0) ?? 1);
      let demand = 0;
      for (let i = 0; i < runs.length; i += 1) {
        const shared = (busy[coreOfCpu[(runs[i] as ActiveRun).cpu] as number] as number) > 1;
        const rate = (shared ? htFactor : 1) * clock;
        rates[i] = rate;
        demand += rate;
      }
      const reached = throughput(demand * demandGBs, nodeBandwidthGBs, sharpness);
      const scale = demand === 0 ? 0 : reached / (demand * aloneGBs);
      for (let i = 0; i < runs.length; i += 1) {
        busy[coreOfCpu[(runs[i] as ActiveRun).cpu] as number] = 0;
        (rates[i] as number) *= scale;
      }
    },
  };
}

/** Cores by numbers from 0 on, for each CPU. */
function denseCores(cpus: readonly SimCpu[]): number[] {
  const numbers = new Map<number, number>();
  return cpus.map(({ core }, id) => {
    const name = core ?? id;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name) as number;
  });
}

/** Clock with so many busy cores of a node's, 1 for one alone: turbo steps down core by core. */
function clockOf({ allCoreClock }: Timing, busy: number, cores: number): number {
  if (cores <= 1 || busy <= 1) return 1;
  return 1 - (1 - allCoreClock) * Math.min(1, (busy - 1) / (cores - 1));
}

function coresOfNodes(cpus: readonly SimCpu[]): Map<Nid, number> {
  const sets = new Map<Nid, Set<number>>();
  for (const [id, { node, core }] of cpus.entries()) {
    const set = sets.get(node) ?? new Set<number>();
    sets.set(node, set.add(core ?? id));
  }
  return new Map([...sets].map(([node, set]) => [node, set.size]));
}

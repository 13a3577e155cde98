// Deferred init on the simulator, by machine. usage: npx node bench/padata.ts
// CPU time of this process; the memory is what the process has at the end.
import { deferredPageInitMaxThreads } from '../src/arch/x86/init_64.ts';
import { kernelInit } from '../src/init/kernel_init.ts';
import { PADATA_6_1 } from '../src/kernel/padata/profiles.ts';
import { simulatedBoot } from '../src/cpus/simulated/boot.ts';
import { simpleCosts, type CostModel } from '../src/cpus/simulated/cost-model.ts';
import type { DeferredContext } from '../src/mm/deferred.ts';
import { DEFERRED_5_8 } from '../src/mm/deferred/profiles.ts';

const PAGES_PER_GIB = 262144;
const SECTION = 32768;

/** A machine of equal nodes, one free range each. */
function machine(
  nodes: number,
  cpusPerNode: number,
  gib: number,
): { context: DeferredContext; nodeOfCpu: number[] } {
  const pages = (gib * PAGES_PER_GIB) / nodes;
  const nodeOfCpu = Array.from({ length: nodes * cpusPerNode }, (_, cpu) => Math.floor(cpu / cpusPerNode));
  const context: DeferredContext = {
    rules: DEFERRED_5_8,
    hz: 250,
    maxThreads: deferredPageInitMaxThreads,
    nodes: Array.from({ length: nodes }, (_, nid) => ({
      nid,
      nodeStartPfn: nid * pages,
      nodeEndPfn: (nid + 1) * pages,
      firstDeferredPfn: nid * pages + SECTION,
      cpus: nodeOfCpu.flatMap((node, cpu) => (node === nid ? [cpu] : [])),
      zid: 2,
      zoneName: 'Normal',
      zoneStartPfn: nid * pages,
      zoneEndPfn: (nid + 1) * pages,
      ranges: [{ startPfn: nid * pages, endPfn: (nid + 1) * pages - 6000 }],
    })),
  };
  return { context, nodeOfCpu };
}

/** All runs of a node share its memory: each start and end changes the speed of the others. */
const sharing: CostModel = {
  ...simpleCosts(),
  domain: (run) => run.cpuNode,
  rates: (runs, rates) => rates.fill(Math.min(1, 8 / runs.length)),
};

function boot(nodes: number, cpusPerNode: number, gib: number, cost: CostModel): number {
  const { context, nodeOfCpu } = machine(nodes, cpusPerNode, gib);
  const cpus = nodeOfCpu.length;
  const simulated = simulatedBoot({
    topology: { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: nodes },
    deferred: context,
    padata: PADATA_6_1,
    cost,
  });
  simulated.run(
    kernelInit(simulated.k, { present: [...nodeOfCpu.keys()], maxCpus: cpus, deferred: context }),
  );
  return simulated.recorder.jobs.reduce((sum, job) => sum + job.chunks.length, 0);
}

for (const [nodes, cpusPerNode, gib, most] of [
  [32, 64, 65536, 2],
  [2, 52, 768, 0.1],
] as const) {
  const seconds = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    boot(nodes, cpusPerNode, gib, sharing);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  const first = seconds[0] as number;
  const chunks = boot(nodes, cpusPerNode, gib, sharing);
  process.stdout.write(
    `${gib} GiB, ${nodes} nodes × ${cpusPerNode} CPUs: ${chunks} chunks, ` +
      `${seconds.map((s) => `${(s * 1000).toFixed(0)} ms`).join(', ')}\n`,
  );
  if (first > most) process.exitCode = 1;
}
process.stdout.write(`${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB resident\n`);

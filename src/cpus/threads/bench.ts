// A machine to measure with: one node whose memory is all free and all deferred, so that every struct page is initialised
// and freed in each run. Used by `earlyboot bench`.
import { GiB, PAGES_PER_SECTION, SECTION_SIZE } from '../../lib/units.ts';
import { bootKernel, KernelText } from '../../kernel/kernel.ts';
import type { Topology } from '../../kernel/kernel.ts';
import { DEFERRED_5_8 } from '../../mm/deferred/profiles.ts';
import { BASES_5_LEVEL, Memmap, STRUCT_PAGE_6_1 } from '../../mm/memmap.ts';
import type { MemmapShape } from '../../mm/memmap.ts';
import { SharedMemory } from '../../cpu/memory.ts';
import { EMPTY_JOB_BOOT } from './empty-job-worker.ts';
import type { EmptyJobData, EmptyJobTold } from './empty-job-worker.ts';
import type { WorkerPool } from './pool.ts';
import { runOnWorkers } from './run.ts';
import { runOnThreads } from './threads.ts';
import type { ThreadBoot } from './threads.ts';

/** Where the modelled memory begins: 4 GiB, as the Normal zone does. */
const START_PFN = (4 * GiB) / 4096;
const NORMAL = 2;

/** What one run took. */
export interface BenchRun {
  /** Wall time of deferred init, and CPU time of its threads (of the process, where Node cannot tell), nanoseconds. */
  readonly wallNs: number;
  readonly cpuNs: number;
}

/** The shape of `gib` GiB of modelled memory on one node. */
export function benchShape(gib: number, dataPath: MemmapShape['dataPath'] = 'wasm'): MemmapShape {
  const sections = (gib * GiB) / SECTION_SIZE;
  const pages = sections * PAGES_PER_SECTION;
  return {
    ...{ layout: STRUCT_PAGE_6_1, bases: BASES_5_LEVEL, dataPath },
    sections: Array.from({ length: sections }, (_, i) => START_PFN / PAGES_PER_SECTION + i),
    zones: [
      {
        ...{
          nid: 0,
          index: NORMAL,
          name: 'Normal',
          startPfn: START_PFN,
          spannedPages: pages,
          presentPages: pages,
        },
        pgdatAddress: BASES_5_LEVEL.pageOffset,
      },
    ],
  };
}

/** The same memory run after run: the first run touches it, those after it find it warm. */
export class BenchMachine {
  readonly pages: number;
  readonly #memmap: Memmap;
  readonly #memory: ThreadBoot['memmap'];

  constructor(shape: MemmapShape) {
    const { memmap, memory } = Memmap.create(shape);
    this.pages = shape.sections.length * PAGES_PER_SECTION;
    this.#memmap = memmap;
    this.#memory = { shape, memory };
  }

  /** Initialises and frees every page with so many threads, each a CPU of the modelled machine. */
  async run(pool: WorkerPool, threads: number, signal?: AbortSignal): Promise<BenchRun> {
    for (const area of this.#memmap.areas) area.initFreeLists();
    const before = process.cpuUsage();
    const { nodes, cpuNs } = await runOnThreads(this.#boot(threads), { pool, signal });
    const { user, system } = process.cpuUsage(before);
    const [node] = nodes;
    if (node === undefined || this.#memmap.areas[0]?.managedPages !== this.pages) {
      throw new Error('the run left pages out');
    }
    return { wallNs: node.endNs - node.startNs, cpuNs: cpuNs ?? (user + system) * 1000 };
  }

  #boot(threads: number): ThreadBoot {
    const cpus = Array.from({ length: threads }, (_, cpu) => cpu);
    const end = START_PFN + this.pages;
    const node = { nid: 0, nodeStartPfn: START_PFN, nodeEndPfn: end, firstDeferredPfn: START_PFN, cpus };
    const zone = { zid: NORMAL, zoneName: 'Normal', zoneStartPfn: START_PFN, zoneEndPfn: end } as const;
    return {
      topology: { nrCpuIds: threads, nrPossible: threads, nrNodeIds: 1, nodeOfCpu: cpus.map(() => 0) },
      deferred: {
        ...{ rules: DEFERRED_5_8, hz: 250, maxThreads: () => threads },
        nodes: [{ ...node, ...zone, ranges: [{ startPfn: START_PFN, endPfn: end }] }],
      },
      ...{ present: cpus, maxCpus: threads, memmap: this.#memory },
    };
  }
}

/**
 * What padata itself costs: nanoseconds of each round for a job of 1024 empty chunks (256 threads of four chunks), and
 * for as many additions to one counter by as many threads as there are workers. The first round starts the threads.
 */
export async function measureEmptyJobs(
  pool: WorkerPool,
  rounds: number,
): Promise<{ padata: number[]; atomics: number[] }> {
  const chunks = 1024;
  const cpus = chunks / 4;
  const memory = SharedMemory.create(1 << 18);
  const topology: Topology = {
    ...{ nrCpuIds: cpus, nrPossible: cpus, nrNodeIds: 1 },
    nodeOfCpu: Array.from({ length: cpus }, () => 0),
  };
  bootKernel({ mem: memory, text: new KernelText({}), topology });
  const counter = new SharedArrayBuffer(8);
  const data: EmptyJobData = { base: 1, topology, chunks, rounds, threads: pool.size, counter };
  const here = import.meta.url;
  const module = new URL(`./empty-job-worker${here.slice(here.lastIndexOf('.'))}`, here).href;
  const { told } = await runOnWorkers({
    ...{ pool, memory, cpuCount: cpus, hz: 250, kernel: { module, data } },
    root: { entry: EMPTY_JOB_BOOT, name: 'swapper/0', arg: 0 },
  });
  // empty-job-worker.ts told these.
  const measured = told.map(({ what }) => what as EmptyJobTold);
  const of = (way: EmptyJobTold['way']): number[] => measured.filter((m) => m.way === way).map((m) => m.ns);
  return { padata: of('padata'), atomics: of('atomics') };
}

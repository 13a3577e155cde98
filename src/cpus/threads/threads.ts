// Deferred init on real worker threads over real struct pages: what the simulator predicts, measured.
import { availableParallelism } from 'node:os';
import { InputError } from '../../lib/input-error.ts';
import type { CpuId, Nid } from '../../lib/units.ts';
import type { GrowCall } from '../../init/kernel_init.ts';
import type { RecordJob, RunRecord } from '../../init/record.ts';
import { bootKernel, KernelText } from '../../kernel/kernel.ts';
import type { Topology } from '../../kernel/kernel.ts';
import { PADATA_6_1, padataChoices } from '../../kernel/padata/profiles.ts';
import { runtimeVariantOf } from '../../kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import type { DeferredContext } from '../../mm/deferred.ts';
import { deferredChoices } from '../../mm/deferred/profiles.ts';
import type { MemmapMemory, MemmapShape } from '../../mm/memmap.ts';
import { SharedMemory } from '../../cpu/memory.ts';
import { Recorder } from '../simulated/recorder.ts';
import { KERNEL_INIT } from './deferred-worker.ts';
import type { DeferredKernelData, DeferredTold } from './deferred-worker.ts';
import type { Delays, Fault, Told } from './messages.ts';
import { WorkerPool } from './pool.ts';
import { runOnWorkers } from './run.ts';
import type { SmpResult } from './run.ts';

/** A boot as far as memblock_free_all: what deferred init needs of it. */
export interface ThreadBoot {
  readonly topology: Topology;
  readonly deferred: DeferredContext;
  readonly padata?: PadataRules | undefined;
  /** Present CPUs ascending, CPU 0 among them, and how many may be online (maxcpus=). */
  readonly present: readonly CpuId[];
  readonly maxCpus: number;
  readonly grow?: readonly GrowCall[] | undefined;
  /** Struct pages with the early part done: memory of Memmap.create() or allocateMemmap(). */
  readonly memmap: { readonly shape: MemmapShape; readonly memory: MemmapMemory };
}

export interface ThreadOptions {
  /** Workers to use again and again; without it as many as the host has cores are started, and ended afterwards. */
  readonly pool?: WorkerPool | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Without progress for so long the run has failed; 4000 where it is left out. */
  readonly stallMs?: number | undefined;
  readonly fault?: Fault | undefined;
  readonly delays?: Delays | undefined;
  /** Called again and again with the deferred pages that are initialised, and at the end with all of them. */
  readonly onPages?: ((done: number) => void) | undefined;
}

/** How often is looked for pages that are done. */
const LOOK_MS = 100;

/** A log line of a kernel thread, nanoseconds after the threads began. */
export interface ThreadLogLine {
  readonly atNs: number;
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** Times in nanoseconds since the workers were asked to begin; all of them measured. */
export interface ThreadRunResult {
  readonly jobs: readonly RecordJob[];
  /** Deferred pages that were initialised outside of any job, by kernels before padata's. */
  readonly serial: RunRecord['serial'];
  readonly deferredInit: RunRecord['deferredInit'];
  readonly grow: RunRecord['grow'];
  readonly log: readonly ThreadLogLine[];
  /** From the claim of each node's deferred pages to its log line. */
  readonly nodes: readonly { readonly node: Nid; readonly startNs: number; readonly endNs: number }[];
  /** From the request to the end of page_alloc_init_late(). */
  readonly wallNs: number;
  /** CPU time of the workers together; null where the host's Node cannot tell. */
  readonly cpuNs: number | null;
  /** Worker threads that carried the CPUs. */
  readonly workers: number;
}

export { WorkerPool } from './pool.ts';

/**
 * Brings the CPUs up, grows zones as told and runs deferred init to its end, on worker threads that share `boot.memmap`.
 * @throws Bug where a worker throws, exits or makes no progress, with CPU, chunk and last events
 * @throws InputError 'hook' where the rules are none of the built-in kernels'
 */
export async function runOnThreads(boot: ThreadBoot, options: ThreadOptions = {}): Promise<ThreadRunResult> {
  const memory = SharedMemory.create(sharedWords(boot.topology));
  const data = kernelData(boot, memory);
  const told = (): void => options.onPages?.(Number(Atomics.load(data.done, 0)));
  const pool =
    options.pool ?? (await WorkerPool.start(Math.min(availableParallelism(), boot.topology.nrCpuIds)));
  const looking = options.onPages && setInterval(told, LOOK_MS);
  try {
    const result = await runOnWorkers({
      ...{ pool, memory, hz: boot.deferred.hz, cpuCount: boot.topology.nrCpuIds },
      kernel: { module: kernelModule(), data },
      root: { entry: KERNEL_INIT, name: 'swapper/0', arg: 0 },
      ...{ signal: options.signal, stallMs: options.stallMs, fault: options.fault, delays: options.delays },
    });
    told();
    return record(boot, result, Math.min(pool.size, boot.topology.nrCpuIds));
  } finally {
    clearInterval(looking);
    if (options.pool === undefined) await pool.close();
  }
}

/** deferred-worker.ts beside this file, deferred-worker.js in the published package. */
function kernelModule(): string {
  const here = import.meta.url;
  return new URL(`./deferred-worker${here.slice(here.lastIndexOf('.'))}`, here).href;
}

/** Static data, padata's works, workqueue workers, jobs in flight: a few hundred words a CPU. */
function sharedWords(topology: Topology): number {
  return 1 << (16 + Math.ceil(Math.log2(1 + topology.nrCpuIds / 64)));
}

function kernelData(boot: ThreadBoot, memory: SharedMemory): DeferredKernelData {
  const { topology, deferred, present, maxCpus } = boot;
  const deferredRules = deferredChoices(deferred.rules);
  const padata = boot.padata ?? PADATA_6_1;
  const padataRules = padataChoices(padata) ?? runtimeVariantOf(padata);
  if (deferredRules === undefined || padataRules === undefined) {
    throw new InputError('hook', 'rules of a hook cannot run on worker threads: use --cpus simulated');
  }
  bootKernel({ mem: memory, text: new KernelText({}), topology });
  const online = new Set([0, ...present].slice(0, Math.max(1, maxCpus) + (present.includes(0) ? 1 : 0)));
  const masks = deferred.nodes.map((node) => node.cpus.filter((cpu) => online.has(cpu)));
  return {
    // Fresh memory hands out word 1 first: where bootKernel() put its data.
    base: 1,
    ...{ topology, nodes: deferred.nodes, hz: deferred.hz, deferredRules, padataRules, present, maxCpus },
    maxThreads: new Map(masks.map((mask) => [mask.join(), deferred.maxThreads(mask)])),
    grow: boot.grow ?? [],
    memmap: boot.memmap,
    done: new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)),
  };
}

/** Trace points and chunks in the order of their times make the jobs, by the simulator's own recorder. */
function record(boot: ThreadBoot, result: SmpResult, workers: number): ThreadRunResult {
  const recorder = new Recorder(new Map<Nid, string>(boot.deferred.nodes.map((n) => [n.nid, n.zoneName])));
  const log: ThreadLogLine[] = [];
  const steps = [
    ...result.told.map((told) => ({ atNs: told.atNs, apply: () => tell(recorder, log, told) })),
    ...result.chunks.map((chunk) => ({
      atNs: chunk.startNs,
      apply: () =>
        recorder.event({
          ...{ kind: 'run', task: chunk.thread, ...chunk },
          done: { pages: chunk.pages, node: 0, rangesWalked: 0 },
          irqsOff: false,
        }),
    })),
  ];
  steps.sort((a, b) => a.atNs - b.atNs);
  for (const step of steps) step.apply();
  const { jobs, serial, deferredInit, grow } = recorder;
  return {
    jobs,
    serial,
    deferredInit,
    grow,
    log,
    nodes: nodeTimes(result.told),
    wallNs: result.wallNs,
    cpuNs: result.cpuNs,
    workers,
  };
}

function tell(recorder: Recorder, log: ThreadLogLine[], told: Told): void {
  // deferred-worker.ts told this.
  const what = told.what as DeferredTold;
  if (what.kind === 'log') log.push({ atNs: told.atNs, level: what.level, text: what.text });
  else recorder.trace(what.event, { task: told.thread, cpu: told.cpu, timeNs: told.atNs });
}

/** When each node's thread began and ended. */
function nodeTimes(told: readonly Told[]): ThreadRunResult['nodes'] {
  const starts = new Map<Nid, number>();
  const times: { node: Nid; startNs: number; endNs: number }[] = [];
  for (const { atNs, what } of told as readonly (Told & { readonly what: DeferredTold })[]) {
    if (what.kind !== 'trace') continue;
    const { event } = what;
    if (event.kind === 'definit') starts.set(event.node, atNs);
    if (event.kind === 'defdone')
      times.push({ node: event.node, startNs: starts.get(event.node) ?? 0, endNs: atNs });
  }
  return times;
}

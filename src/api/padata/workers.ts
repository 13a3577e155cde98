// A user's task on worker threads: the same kernel threads as on the simulator, measured.
import { bootKernel, KernelText } from '../../kernel/kernel.ts';
import { SharedMemory } from '../../cpu/memory.ts';
import type { WorkerPool } from '../../cpus/threads/pool.ts';
import { runOnWorkers } from '../../cpus/threads/run.ts';
import type { PadataTold, PadataWorkerData } from './padata-worker.ts';
import type { TaskRun } from './runs.ts';
import { MAIN, topologyOf } from './text.ts';

/** padata-worker.ts beside this file, padata-worker.js in the published package. */
function kernelModule(): string {
  const here = import.meta.url;
  return new URL(`./padata-worker${here.slice(here.lastIndexOf('.'))}`, here).href;
}

/** Words for the kernel's data and pools, and for objects in flight. */
function sharedWords(cpus: number, objects: number): number {
  return (1 << 16) + 256 * cpus + 16 * objects;
}

/** @throws Bug where a user's function throws, or a worker exits or stalls, with CPU and last events; the pool is closed then */
export async function runWorkers(
  pool: WorkerPool,
  data: PadataWorkerData,
  signal: AbortSignal | undefined,
): Promise<TaskRun> {
  const cpuCount = data.nodeOfCpu.length;
  const objects = data.task.kind === 'serial' ? data.task.callbackCpus.length : 0;
  const memory = SharedMemory.create(sharedWords(cpuCount, objects));
  bootKernel({ mem: memory, text: new KernelText({}), topology: topologyOf(data.nodeOfCpu) });
  const { chunks, told, wallNs } = await runOnWorkers({
    ...{ pool, memory, cpuCount, hz: 250, signal },
    kernel: { module: kernelModule(), data },
    root: { entry: MAIN, name: 'swapper/0', arg: 0 },
  });
  // padata-worker.ts told these
  const shares = told.map(({ what }) => what as PadataTold)[0] ?? null;
  return { leaves: chunks, shares, ns: wallNs };
}

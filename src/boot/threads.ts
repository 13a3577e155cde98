// Deferred init on worker threads over real struct pages: the same kernel threads as on the simulator, measured.
import type { RunRecord } from '../init/record.ts';
import { smpBroughtUp } from '../init/main.ts';
import { refuseIfTooLarge } from '../cpus/threads/host_memory.ts';
import { runOnThreads, type WorkerPool } from '../cpus/threads/threads.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { Memmap } from '../mm/memmap.ts';
import { initEarlyMemmap, memmapShape, sparseAllocations } from '../mm/memmap/from_boot.ts';
import { deferredOf, topologyOf, type EarlyBoot } from './early.ts';
import { finishBoot } from './finish.ts';

export interface ThreadsOptions {
  readonly machine: string;
  readonly maxThreads: DeferredPageInitMaxThreads;
  readonly signal?: AbortSignal | undefined;
  /** Workers that are there already; they are left running. */
  readonly pool?: WorkerPool | undefined;
}

/** The struct pages of a machine, those done that early boot initialises. */
export function earlyMemmap(early: EarlyBoot, machine: string): ReturnType<typeof Memmap.create> {
  const { ctx, numa } = early.x86;
  const shape = memmapShape(ctx, numa.nodeData);
  refuseIfTooLarge(shape, machine);
  const create = Memmap.create(shape);
  initEarlyMemmap(create.memmap, ctx, numa.nodeData, sparseAllocations(early.moments.memblockEvents));
  return create;
}

/**
 * @throws InputError 'memory' where the host has too little for the struct pages, before anything is allocated
 * @throws Bug where a worker fails or stalls
 */
export async function bootOnThreads(
  early: EarlyBoot,
  options: ThreadsOptions,
): Promise<{ readonly record: RunRecord; readonly memmap: Memmap }> {
  const { x86, started, profile } = early;
  const { memmap, memory } = earlyMemmap(early, options.machine);
  const deferred = deferredOf(early, options.maxThreads);
  const result = await runOnThreads(
    {
      topology: topologyOf(early),
      deferred,
      padata: profile.padata,
      present: started.onlineCpus,
      maxCpus: started.onlineCpus.length,
      memmap: { shape: memmap.shape, memory },
    },
    { signal: options.signal, pool: options.pool },
  );
  smpBroughtUp(x86, started.onlineCpus.length);
  const record = finishBoot(early, deferred, result, {
    machine: options.machine,
    cpus: 'threads',
    online: started.onlineCpus,
  });
  return { record, memmap };
}

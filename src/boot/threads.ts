// Deferred init on worker threads over real struct pages: the same kernel threads as on the simulator, measured.
import { runOnThreads, type WorkerPool } from '../cpus/threads/threads.ts';
import type { EarlyBoot } from './early.ts';
import { finishBoot, type BootRun } from './finish.ts';
import { earlyMemmap } from './memmap.ts';
import { deferredPages, type BootProgress } from './progress.ts';

export interface ThreadsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Workers that are there already; they are left running. */
  readonly pool?: WorkerPool | undefined;
  readonly onProgress?: BootProgress | undefined;
}

/**
 * @throws InputError 'memory' where the host has too little for the struct pages, before anything is allocated
 * @throws Bug where a worker fails or stalls
 */
export async function bootOnThreads(
  early: EarlyBoot,
  { signal, pool, onProgress }: ThreadsOptions,
): Promise<BootRun> {
  const { topology, deferred, profile, started } = early;
  const { memmap, memory } = earlyMemmap(early);
  const present = started.onlineCpus;
  const result = await runOnThreads(
    {
      ...{ topology, deferred, padata: profile.padata, present, maxCpus: present.length },
      memmap: { shape: memmap.shape, memory },
    },
    {
      signal,
      pool,
      onPages: onProgress && ((done) => onProgress('pages', done, deferredPages(deferred.nodes))),
    },
  );
  const outcome = { ...result, broughtUp: present.length, online: present };
  return { record: finishBoot(early, outcome, 'threads'), memmap, emulated: null };
}

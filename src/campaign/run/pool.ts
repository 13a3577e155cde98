// Items on threads of this process. An item that hangs, or takes its thread's memory, ends the thread and fails; the others of its lot run
// again on another.
import module from 'node:module';
import { dirname } from 'node:path';
import type { Piscina } from 'piscina';
import type { Campaign, ItemResult } from '../campaign.ts';
import type { PoolTask } from './campaign_worker.ts';
import type { Engine, ToRun } from './engine.ts';
import { lostItem } from './lost-item.ts';

const WATCH_MS = 250;
/** Loading the model into a thread counts as the first item's time. */
const START_MS = 30_000;

/** From source and from dist: there the worker lies beside this file's bundle. */
function workerFile(): string {
  const here = import.meta.url;
  return new URL(here.endsWith('.ts') ? './worker_from_source.js' : './campaign_worker.js', here).href;
}

/** A pool of `threads`; `atOnce` of them load the model right away, each of the others when it is first needed. */
export async function engineOnThreads(threads: number, heapMiB: number, atOnce = 0): Promise<Engine> {
  const { Piscina: Pool } = await import('piscina');
  const pool: Piscina = new Pool({
    filename: workerFile(),
    minThreads: Math.min(atOnce, threads),
    maxThreads: threads,
    idleTimeout: Infinity,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    recordTiming: false,
    env: { ...process.env, ...compileCache() },
  });
  return {
    lanes: threads,
    run: (campaign, items) => runAll(pool, campaign, items),
    close: () => pool.destroy(),
  };
}

/** Node's compile cache holds for the thread that turned it on; what is told by this variable, for those that it begins. */
function compileCache(): Record<string, string> {
  // Node 22 and later
  const folder = module.getCompileCacheDir?.();
  // below what it is told, a folder for the version of Node and its flags: that is what it names
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

async function runAll(pool: Piscina, campaign: Campaign, items: readonly ToRun[]): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (let left = items; left.length > 0;) {
    const { done, lost } = await runOnce(pool, campaign, left);
    results.push(...done);
    if (lost === null) break;
    const culprit = left[lost.at];
    if (culprit) results.push(lostItem(culprit.number, lost.message));
    left = left.filter((_, i) => i !== lost.at);
  }
  return results;
}

interface Outcome {
  readonly done: readonly ItemResult[];
  /** Which item ended its thread, and how; the others have to run again. */
  readonly lost: { readonly at: number; readonly message: string } | null;
}

async function runOnce(pool: Piscina, campaign: Campaign, items: readonly ToRun[]): Promise<Outcome> {
  const { deadlineMs, heapMiB } = campaign.budget;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(clock, 0, -1);
  const abort = new AbortController();
  let at = -1;
  let since = performance.now();
  const watch = setInterval(() => {
    const now = Atomics.load(clock, 0);
    if (now !== at) {
      at = now;
      since = performance.now();
    } else if (performance.now() - since > (at === -1 ? START_MS + deadlineMs : deadlineMs)) abort.abort();
  }, WATCH_MS);
  try {
    const task: PoolTask = { campaign, items, clock };
    return { done: (await pool.run(task, { signal: abort.signal })) as ItemResult[], lost: null };
  } catch (error) {
    const message = abort.signal.aborted ? `no end within ${deadlineMs} ms` : deathOf(error, heapMiB);
    if (message === null) throw error;
    return { done: [], lost: { at: Math.max(0, Atomics.load(clock, 0)), message } };
  } finally {
    clearInterval(watch);
  }
}

/** Why a thread ended; null where it did not, and the error is ours. */
function deathOf(error: unknown, heapMiB: number): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `the heap of ${heapMiB} MiB is full`;
  return /worker.*(exited|terminated|exit)/i.test(error.message)
    ? `the thread ended: ${error.message}`
    : null;
}

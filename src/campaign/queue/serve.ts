// A host that runs items of campaigns for whoever has them, on threads of this process.
import type { Worker } from 'bullmq';
import { InputError } from '../../lib/input-error.ts';
import type { Engine } from '../run/engine.ts';
import { queueLibrary } from './connect.ts';
import { PREFIX, queueName, runningCampaigns, type Job, type JobResult } from './names.ts';
import { hostOf } from './url.ts';

export interface ServeOptions {
  readonly url: URL;
  readonly build: string;
  /** Shown in Redis. */
  readonly name: string;
  readonly engine: Engine;
  /** A worker that says nothing for so long has lost its items to others. */
  readonly lockMs: number;
  readonly say: (text: string) => void;
  /** Ends the work: what has begun is finished. */
  readonly signal: AbortSignal;
}

const LOOK_MS = 5000;
/** An item that takes its host down comes back as often as there are hosts. */
const MOST_STALLS = 10;

/**
 * Works until the signal. Gives the number of items.
 * @throws InputError where Redis cannot be reached, or where the campaigns there are of another build alone
 */
export async function serve(options: ServeOptions): Promise<number> {
  const { build, engine, say, signal } = options;
  const { bullmq, connect } = await queueLibrary();
  const redis = await connect(options.url, say);
  let items = 0;
  const seen = new Set<string>();
  let worker: Worker<Job, JobResult> | null = null;
  try {
    await refuseOthers(redis, options, seen);
    worker = new bullmq.Worker<Job, JobResult>(
      queueName(build),
      async ({ data }) => {
        const results = await engine.run(
          data.campaign,
          data.numbers.map((number) => ({ number })),
        );
        items += results.length;
        return results;
      },
      {
        connection: redis,
        prefix: PREFIX,
        name: options.name,
        concurrency: engine.lanes,
        lockDuration: options.lockMs,
        stalledInterval: options.lockMs / 2,
        maxStalledCount: MOST_STALLS,
      },
    );
    // of a connection that is lost the connection itself tells
    worker.on(
      'error',
      (error) => redis.status === 'ready' && say(`worker ${options.name}: ${error.message}`),
    );
    worker.on('failed', (_job, error) => say(`a lot of items failed: ${error.message}`));
    await worker.waitUntilReady();
    say(
      `worker ${options.name}: ${engine.lanes} items at once, earlyboot ${build}, Redis at ${hostOf(options.url)}`,
    );
    while (!signal.aborted) {
      await untilNextLook(signal);
      if (!signal.aborted && redis.status === 'ready') await refuseOthers(redis, options, seen);
    }
    return items;
  } finally {
    await worker?.close();
    redis.disconnect();
  }
}

/** Says of each campaign of another build that it is not for this worker; ends where there is no other. */
async function refuseOthers(
  redis: Parameters<typeof runningCampaigns>[0],
  { build, say }: ServeOptions,
  seen: Set<string>,
): Promise<void> {
  const running = await runningCampaigns(redis);
  const others = running.filter((campaign) => campaign.build !== build);
  const [first] = others;
  if (first && others.length === running.length)
    throw new InputError(
      'usage',
      `refuses campaign ${first.name}: it is of earlyboot ${first.build}, this is ${build}: expected the same build on every host`,
    );
  for (const { id, name, build: theirs } of others) {
    if (!seen.has(id))
      say(`leaves campaign ${name} to others: it is of earlyboot ${theirs}, this is ${build}`);
    seen.add(id);
  }
}

function untilNextLook(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_MS);
    signal.addEventListener('abort', end);
  });
}

// The campaign's side of the queue: hands lots of items out, collects results, and hands out again what Redis has forgotten. Every item is
// written once, however often it ran.
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { treeKey } from '../../lib/tree.ts';
import { queueLibrary } from './connect.ts';
import { Coordinator, type CoordinateOptions } from './coordinator.ts';
import { announce, PREFIX, queueName, withdraw, type Job, type JobResult } from './names.ts';

const POLL_MS = 100;
const ANNOUNCE_MS = 5000;
const ID_DIGITS = 12;

/** Runs the campaign on whatever workers there are. false: the time was over before all was done. */
export async function coordinate(options: CoordinateOptions): Promise<boolean> {
  const { campaign, build, url, say } = options;
  const { bullmq, connect } = await queueLibrary();
  const redis = await connect(url, say);
  const queue: Queue<Job, JobResult> = new bullmq.Queue(queueName(build), {
    connection: redis,
    prefix: PREFIX,
  });
  // of a connection that is lost the connection itself tells
  queue.on('error', (error) => redis.status === 'ready' && say(`queue: ${error.message}`));
  const coordinator = new Coordinator(options, queue, idOf(options));
  const running = { id: coordinator.id, name: campaign.name, build };
  try {
    await coordinator.takeOver();
    let announced = -Infinity;
    while (!coordinator.over()) {
      if (options.now() - announced > ANNOUNCE_MS) {
        announced = options.now();
        await announce(redis, running);
        await coordinator.adapt();
      }
      await coordinator.handOut();
      if (!(await coordinator.collect())) await pause(POLL_MS);
    }
    await withdraw(redis, running.id);
    await coordinator.takeBack();
    return options.sink.done.count === options.sink.done.items;
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

function idOf({ campaign, build, folder }: CoordinateOptions): string {
  const { budget: _budget, ...same } = campaign;
  const place = folder === null ? String(process.pid) : folder;
  return createHash('sha256')
    .update(treeKey([same, build, hostname(), place]))
    .digest('hex')
    .slice(0, ID_DIGITS);
}

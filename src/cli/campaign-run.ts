// earlyboot campaign, at work: what runs a campaign here or on other hosts, and gives what came of it.
import { resolve } from 'node:path';
import { buildId } from '../campaign/build.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { findCampaign } from '../campaign/file/find.ts';
import { Collector } from '../campaign/report/summary.ts';
import { openFolder } from '../campaign/results/folder.ts';
import { memorySink, type Sink } from '../campaign/results/sink.ts';
import type { Engine } from '../campaign/run/engine.ts';
import { runLocally } from '../campaign/run/local.ts';
import { engineOnThreads } from '../campaign/run/pool.ts';
import { give } from './campaign-give.ts';
import { rateProgress } from './campaign-progress.ts';
import type { CampaignOptions } from './campaign-options.ts';
import { cleanUpAtEnd } from './interrupt.ts';
import type { CliIo } from './io.ts';

/** Runs the campaign that is called so. */
export async function findAndRun(
  io: CliIo,
  what: string,
  options: CampaignOptions & { readonly jobs: number },
): Promise<void> {
  const overrides = { items: options.items, seed: options.seed, timeMs: options.time };
  const campaign = await findCampaign(what, io.cwd, options.space ?? [], overrides);
  // what is wrong with it is said before a folder is made
  const url = options.redis === undefined ? null : await queueAt(options.redis, io.env);
  const { heapMiB, items } = campaign.budget;
  // items on other hosts leave the threads here to what is made small in the end
  const engine = await engineOnThreads(options.jobs, heapMiB, url === null ? items : 0);
  try {
    await runOn(engine, io, campaign, url, options);
  } finally {
    await engine.close();
  }
}

async function runOn(
  engine: Engine,
  io: CliIo,
  campaign: Campaign,
  url: URL | null,
  options: CampaignOptions,
): Promise<void> {
  // read and hashed while the threads load
  const build = buildId();
  const collector = new Collector(campaign);
  const kept =
    options.output === undefined
      ? null
      : openFolder(resolve(io.cwd, options.output), { campaign, build }, (result) => collector.add(result));
  const sink: Sink = kept ?? memorySink(campaign.budget.items, (result) => collector.add(result));
  const done = cleanUpAtEnd(() => kept?.close());
  try {
    const progress = rateProgress(io, campaign.name, sink.done);
    const onResults = (): void => progress.update(collector.failed);
    if (url === null) await runLocally({ campaign, engine, sink, now: io.now, onResults });
    else await runRemotely(io, url, { campaign, build, sink, onResults, folder: kept?.path ?? null });
    progress.done();
    await give(io, { campaign, build }, collector.get(), engine, options);
  } finally {
    kept?.close();
    done();
  }
}

interface Remote {
  readonly campaign: Campaign;
  readonly build: string;
  readonly sink: Sink;
  readonly onResults: () => void;
  readonly folder: string | null;
}

/** @throws InputError where it is no URL of a Redis, or the library is missing */
async function queueAt(text: string, env: CliIo['env']): Promise<URL> {
  const { redisUrl } = await import('../campaign/queue/url.ts');
  const { queueLibrary } = await import('../campaign/queue/connect.ts');
  const url = redisUrl(text, env);
  await queueLibrary();
  return url;
}

async function runRemotely(io: CliIo, url: URL, remote: Remote): Promise<void> {
  const { coordinate } = await import('../campaign/queue/coordinate.ts');
  await coordinate({
    ...remote,
    url,
    now: io.now,
    say: (text: string) => io.stderr(`earlyboot: ${text}\n`),
  });
}

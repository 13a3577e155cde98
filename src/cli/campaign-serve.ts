// earlyboot worker: this host runs items of campaigns that are at a Redis.
import { hostname } from 'node:os';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { buildId } from '../campaign/build.ts';
import { serve } from '../campaign/queue/serve.ts';
import { redisUrl } from '../campaign/queue/url.ts';
import { engineOnThreads } from '../campaign/run/pool.ts';
import { defaultJobs } from './campaign-progress.ts';
import { collectAlone } from './collect-alone.ts';
import type { CliIo } from './io.ts';
import { positiveInteger } from './options.ts';
import { plural } from '../lib/plural.ts';

const HELP = `
Runs until it is stopped; at SIGTERM and SIGINT it finishes what it has begun. A worker that dies loses nothing: after --lock
seconds others take its items. Its build must be the campaign's own: a worker of another build refuses with a word. Paths in
a campaign (captures, machines in files, kernel images) must be the same on every host.

Examples:
  earlyboot worker --redis redis://queue.example:6379
  EARLYBOOT_REDIS=rediss://user:secret@queue.example:6379 earlyboot worker --redis env --limit 4`;

const LOCK_S = 30;
const HEAP_MIB = 2048;

/** `worker --redis URL [options]` */
export function serveCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Runs items of campaigns for a Redis or Valkey.')
    .requiredOption('--redis <url>', 'redis:// or rediss:// URL; env: the URL in EARLYBOOT_REDIS')
    .option('--limit <n>', 'items at once on this host (all cores)', positiveInteger)
    .option('--name <name>', "the worker's name in Redis", hostname())
    .option('--lock <s>', 'seconds of silence after which others take its items', positiveInteger, LOCK_S)
    .option('--heap <mib>', 'memory of a thread that runs items', positiveInteger, HEAP_MIB)
    .addHelpText('after', HELP)
    .action(async ({ redis, limit, name, lock, heap }) => {
      const url = redisUrl(redis, io.env);
      const jobs = limit ?? defaultJobs();
      collectAlone(jobs);
      const engine = await engineOnThreads(jobs, heap);
      const stop = new AbortController();
      const onSignal = (): void => stop.abort();
      // once: a second signal ends the process at once
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, onSignal);
      const say = (text: string): void => io.stderr(`earlyboot: ${text}\n`);
      try {
        const items = await serve({
          ...{ url, name, engine, say, build: buildId(), lockMs: lock * 1000 },
          signal: stop.signal,
        });
        say(`worker ${name}: stopped, ${plural(items, 'item')} done`);
      } finally {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, onSignal);
        await engine.close();
      }
    });
}

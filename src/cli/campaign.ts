// earlyboot campaign: many items of one kind, on all cores or on many hosts; what fails, grouped and made small.
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { buildId } from '../campaign/build.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { builtinCampaigns, findCampaign } from '../campaign/file/find.ts';
import { durationMs } from '../campaign/file/load.ts';
import { KINDS } from '../campaign/kinds/kinds.ts';
import { Collector } from '../campaign/report/summary.ts';
import { openFolder } from '../campaign/results/folder.ts';
import { memorySink, type Sink } from '../campaign/results/sink.ts';
import { runLocally } from '../campaign/run/local.ts';
import type { Engine } from '../campaign/run/engine.ts';
import { engineOnThreads } from '../campaign/run/pool.ts';
import { replayCommand } from './campaign-replay.ts';
import { defaultJobs, rateProgress } from './campaign-progress.ts';
import { checkReportOptions, failOn, give, reportCommand, type ReportOptions } from './campaign-report.ts';
import { cleanUpAtEnd } from './interrupt.ts';
import { collectAlone } from './collect-alone.ts';
import type { CliIo } from './io.ts';
import { positiveInteger, seed } from './options.ts';

const HELP = `
A campaign file says what is run (a kind), on what (a space), what must hold (a check) and how much of it (a budget):
docs/campaigns.md. Without a file or kind, kinds and built-in campaigns are listed. With -o every item that is done is kept
at once: the same command goes on where it was stopped or killed. Exit status 1: an item failed (see --fail-on).

Examples:
  earlyboot campaign random-maps --items 20000
  earlyboot campaign my-machines.yaml -o results
  earlyboot campaign boot --space machine=all --space kernel=all --space cmdline=,mem=1G
  earlyboot campaign explore --space scenario=all --space 'seed={any: {from: 1, to: 1000000}}' --items 1000
  EARLYBOOT_REDIS=rediss://user:secret@host:6379 earlyboot campaign random-maps -o results --redis env
  earlyboot campaign replay random-maps#4711
  earlyboot campaign report results --html report.html --junit report.xml`;

interface Options extends ReportOptions {
  readonly items?: number | undefined;
  readonly seed?: number | undefined;
  readonly time?: number | undefined;
  readonly jobs?: number | undefined;
  readonly space: readonly string[];
  readonly output?: string | undefined;
  readonly redis?: string | undefined;
}

/** `campaign FILE|KIND [options]`, `campaign replay FILE#N`, `campaign report FOLDER` */
export function campaignCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Runs many items of one kind and groups what fails.')
    // replay and report have options of the same names
    .enablePositionalOptions()
    .argument('[what]', 'campaign file, built-in campaign, or kind')
    .option('--items <n>', 'at most so many items', positiveInteger)
    .option('--seed <n>', "seed of what is random, instead of the file's", seed)
    .option('--time <duration>', 'begin no item after so long: 30s, 10m, 2h', duration)
    .option('--jobs <n>', 'items at once on this machine (all cores)', positiveInteger)
    .option('--space <dimension=values>', 'of a kind: kernel=6.1,7.2, or YAML in [ or {', collect, [])
    .option('-o, --output <folder>', 'keep results; goes on with what is there')
    .option('--redis <url>', 'items run on the workers at this Redis; env: the URL in EARLYBOOT_REDIS')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write the report as a page')
    .option('--junit <file>', 'write the report as JUnit XML')
    .option(
      '--fail-on <ends>',
      'exit status 1 where an item ended so: failed,refused,panic,missing or none',
      failOn,
    )
    .option('--no-reduce', 'leave failing inputs as they are')
    .addHelpText('after', HELP)
    .action(async (what, options) => {
      if (what === undefined) return list(io);
      await checkReportOptions(io, options);
      const overrides = { items: options.items, seed: options.seed, timeMs: options.time };
      await run(io, await findCampaign(what, io.cwd, options.space, overrides), options);
    });
  command.addCommand(replayCommand(io).name('replay'));
  command.addCommand(reportCommand(io).name('report'));
  return command;
}

function duration(text: string): number {
  const ms = durationMs(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('expected a time such as 30s, 10m or 2h.');
  return ms;
}

function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function list(io: CliIo): void {
  const names = [...KINDS.keys(), ...builtinCampaigns()];
  const width = Math.max(...names.map((name) => name.length));
  io.stdout('kinds:\n');
  for (const [name, { about }] of KINDS) io.stdout(`  ${name.padEnd(width)}  ${about}\n`);
  io.stdout('campaigns that come with earlyboot:\n');
  for (const name of builtinCampaigns()) io.stdout(`  ${name}\n`);
}

async function run(io: CliIo, campaign: Campaign, options: Options): Promise<void> {
  // what is wrong with it is said before a folder is made
  const url = options.redis === undefined ? null : await queueAt(options.redis, io.env);
  const jobs = options.jobs ?? defaultJobs();
  collectAlone(jobs);
  // items on other hosts leave the threads here to what is made small in the end
  const engine = await engineOnThreads(
    jobs,
    campaign.budget.heapMiB,
    url === null ? campaign.budget.items : 0,
  );
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
  options: Options,
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

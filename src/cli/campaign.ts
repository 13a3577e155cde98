// earlyboot campaign: many items of one kind, on all cores or on many hosts; what fails, grouped and made small.
import { Command, InvalidArgumentError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { durationMs } from '../campaign/file/duration.ts';
import { InputError } from '../lib/input-error.ts';
import { checkReportOptions, failOn } from './campaign-options.ts';
import { replayCommand } from './campaign-replay.ts';
import { reportCommand } from './campaign-report.ts';
import { defaultJobs } from './campaign-progress.ts';
import { collectAlone } from './collect-alone.ts';
import type { CliIo } from './io.ts';
import { collected, positiveInteger, seed } from './options.ts';

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
    .option('--space <dimension=values>', 'of a kind: kernel=6.1,7.2, or YAML in [ or {', collected)
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
      if (what === undefined) {
        refuseOptions(command);
        const { listCampaigns } = await import('./campaign-list.ts');
        return listCampaigns(io, options.json === true);
      }
      await checkReportOptions(io, options);
      const jobs = options.jobs ?? defaultJobs();
      collectAlone(jobs);
      const { findAndRun } = await import('./campaign-run.ts');
      await findAndRun(io, what, { ...options, jobs });
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

/** The list takes no options but --json. @throws InputError */
function refuseOptions(command: CommandUnknownOpts): void {
  const given = command.options.filter(
    (option) => option.long !== '--json' && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const names = given.map(({ long, short }) => long ?? short).join(', ');
  if (names !== '')
    throw new InputError(
      'usage',
      `${names}: of what: expected a campaign file, a built-in campaign or a kind`,
    );
}

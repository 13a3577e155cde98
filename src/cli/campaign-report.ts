// earlyboot campaign report: what a folder of results comes to, for people, for CI, as a page.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { checkReportOptions, failOn } from './campaign-options.ts';
import type { CliIo } from './io.ts';

const HELP = `
Failures are grouped by their message without its values; one of each group is made smaller as long as it fails in the same
way, and printed as a campaign file of its own: run it with earlyboot campaign FILE.

Examples:
  earlyboot campaign report results
  earlyboot campaign report results --html report.html --junit report.xml
  earlyboot campaign report results --fail-on failed,refused,missing --json`;

/** `campaign report FOLDER [options]` */
export function reportCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Tells what a folder of results comes to.')
    .argument('<folder>', 'as -o of campaign wrote it')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page')
    .option('--junit <file>', 'write JUnit XML')
    .option(
      '--fail-on <ends>',
      'exit status 1 where an item ended so: failed,refused,panic,missing or none',
      failOn,
    )
    .option('--no-reduce', 'leave failing inputs as they are')
    .addHelpText('after', HELP)
    .action(async (folder, options) => {
      await checkReportOptions(io, options);
      const { giveFolder } = await import('./campaign-give.ts');
      await giveFolder(io, folder, options);
    });
}

// earlyboot campaign replay: one item again.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { printJson, type CliIo } from './io.ts';

const HELP = `
Prints the item as a campaign file of its own, and how it ends. Exit status 1: it fails.

Examples:
  earlyboot campaign replay random-maps#4711
  earlyboot campaign replay results#12 --json`;

/** `campaign replay FILE#N` */
export function replayCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Runs one item of a campaign again.')
    .argument('<item>', 'FILE#N, FOLDER#N, or the name of a built-in campaign and #N')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (text, options) => {
      const { findItem } = await import('../campaign/file/find.ts');
      const { itemYaml } = await import('../campaign/report/reduce.ts');
      const { engineHere } = await import('../campaign/run/engine.ts');
      const { itemAt } = await import('../campaign/space.ts');
      const { campaign, number } = await findItem(text, io.cwd, []);
      const { values } = itemAt(campaign, number);
      const [result] = await engineHere().run(campaign, [{ number }]);
      if (!result || result.end === 'failed') io.setFailed();
      if (options.json === true)
        return printJson(io, { version: 1, campaign: campaign.name, values, result });
      io.stdout(itemYaml(campaign, values));
      const { end = 'failed', message, detail } = result ?? {};
      io.stdout(`# ${campaign.name}#${number}: ${end}${message === undefined ? '' : `: ${message}`}\n`);
      if (detail !== undefined) io.stdout(`# ${detail}\n`);
    });
}

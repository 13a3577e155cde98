// earlyboot diff: what differs between two machines, or one machine under two command lines or thread counts.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { diffBoots, diffToned } from '../ask/diff.ts';
import { answerToned } from './answer.ts';
import { choicesOf, twoBootsOptions } from './boot-options.ts';
import { booted } from './booted.ts';
import { printJson, type CliIo } from './io.ts';

const HELP = `
With one machine, the second boot is the same machine with the options that end in -b. Options without -a and -b are for both.
A run record (boot --json FILE) is a boot that was. - stands for what only the first boot has, + for what only the second has.
The exit status is 0 whether they differ or not.

Examples:
  earlyboot diff laptop-16g --append-b movablecore=1G
  earlyboot diff skylake-768g --max-threads-b 1
  earlyboot diff laptop-16g --kernel-a 6.1 --kernel-b 6.12
  earlyboot diff laptop-16g --append crashkernel=256M --append-b movablecore=1G
  earlyboot diff before.txt after.txt --all
  earlyboot diff before.json after.json`;

/** `diff A [B]` */
export function diffCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Compares two boots: log lines, zones, jobs and times that differ.')
    .argument('<a>', 'built-in name, description, kernel log, folder, run record, or - for stdin')
    .argument('[b]', 'another machine; the first again where it is missing')
    .option('--all', 'compare every line of the log, not only those about memory')
    .option('--json', 'print JSON');
  return twoBootsOptions(command)
    .addHelpText('after', HELP)
    .action(async (a, b, options) => {
      const first = await booted(io, a, choicesOf(options, 'a'));
      const second = await booted(io, b ?? a, choicesOf(options, 'b'));
      const diff = diffBoots(first.record, second.record, options.all === true);
      if (options.json === true) printJson(io, { version: 1, ...diff });
      else answerToned(io, diffToned(diff));
    });
}

// earlyboot history: what changed in the kernel's early memory code, and what of it matters on a machine.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { changesBetween, historySteps, type HistoryStep } from '../ask/history/steps.ts';
import { changesText, lineCounts, linesText, stepsText } from '../ask/history/text.ts';
import { PROFILES } from '../kernels/list.ts';
import { kernelNamed } from '../kernels/named.ts';
import { InputError } from '../lib/input-error.ts';
import { answer } from './answer.ts';
import { printJson, type CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { askedBoot } from './asked.ts';
import { anyKernelOptions, namesOf } from './boot-options.ts';

const HELP = `
Without MACHINE: the changes between two kernels, oldest first, each with its release, what one sees of it and whose patch it is.
With MACHINE: the machine boots under the first kernel, then with one change more each time, and last under the second kernel
with its own image; each change that matters there is told with how many memory lines come, go and move, and what becomes of
reserved bytes, jobs, threads, deferred initialisation and MemTotal.

Examples:
  earlyboot history --from 6.1 --to 6.12
  earlyboot history laptop-16g --from 6.1 --to 7.3
  earlyboot history laptop-16g --from 5.10 --to 7.3 --lines "Zone ranges"`;

const OLDEST = '5.10';

/** `history [MACHINE] [--from KERNEL] [--to KERNEL] [--lines PATTERN] [--json]` */
export function historyCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Tells what changed between two kernels, and what of it matters on a machine.')
    .argument('[machine]', 'built-in name, description, kernel log, or folder')
    .option('--from <version>', 'the older kernel', OLDEST)
    .option('--to <version>', 'the newer kernel', PROFILES.at(-1)?.name ?? OLDEST)
    .option('--lines <pattern>', 'only which change makes matching log lines appear, go or move')
    .option('--json', 'print JSON');
  return anyKernelOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, { from: older, to: newer, lines, json, ...choices }) => {
      const from = await kernelNamed(older);
      const to = await kernelNamed(newer);
      if (argument === undefined) {
        if (lines !== undefined)
          throw new InputError('usage', '--lines: expected a machine whose log it looks at');
        const idle = namesOf(choices);
        if (idle.length > 0)
          throw new InputError('usage', `${idle.join(', ')}: expected a machine that boots`);
        const { comes, goes } = changesBetween(from.kernel.version, to.kernel.version);
        if (json === true) printJson(io, { version: 1, from: from.name, to: to.name, comes, goes });
        else answer(io, changesText(comes, goes));
        return;
      }
      const pattern = lines === undefined ? null : regularExpression(lines);
      const { machine, boot } = await askedBoot(io, argument, choices);
      const progress = progressOn(io, machine.name);
      const onProgress = (done: number, of: number): void => progress.update(done, of, { unit: 'kernels' });
      const steps = await historySteps(machine, from, to, boot, onProgress).finally(progress.done);
      if (json === true)
        printJson(io, {
          version: 1,
          machine: machine.name,
          from: from.name,
          to: to.name,
          steps: steps.map(asJson),
        });
      else answer(io, pattern === null ? stepsText(steps) : linesText(steps, pattern));
    });
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InputError('usage', `--lines "${text}": expected a regular expression`);
  }
}

function asJson(step: HistoryStep): object {
  const { id, change, before, after, diff } = step;
  const { zones, jobs } = diff;
  return { id, since: change?.since ?? null, ...lineCounts(step), zones, jobs, before, after };
}

// earlyboot diff: what differs between two machines, or one machine under two command lines or thread counts.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { diffBoots, diffToned } from '../ask/diff.ts';
import type { RunRecord } from '../init/record.ts';
import { bootMachine, DEFAULT_BOOT } from '../boot/machine.ts';
import { answerToned } from './answer.ts';
import { sayAssumed } from './assumed.ts';
import { printJson, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import type { MaxThreadsHook } from '../boot/hook.ts';
import { maxThreads } from './options.ts';

const HELP = `
With one machine, the second boot is the same machine with the options that end in -b. - stands for what only the first boot
has, + for what only the second has. The exit status is 0 whether they differ or not.

Examples:
  earlyboot diff laptop-16g --append-b movablecore=1G
  earlyboot diff skylake-768g --max-threads-b 1
  earlyboot diff laptop-16g --kernel-a 6.1 --kernel-b 6.12
  earlyboot diff before.txt after.txt --all`;

/** `diff A [B]` */
export function diffCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Compares two boots: log lines, zones, jobs and times that differ.')
    .argument('<a>', 'built-in name, description, kernel log, folder, or - for stdin')
    .argument('[b]', 'another machine; the first again where it is missing')
    .option('--append-a <text>', 'more kernel parameters for the first boot')
    .option('--append-b <text>', 'more kernel parameters for the second boot')
    .option('--kernel-a <profile>', 'kernel of the first boot')
    .option('--kernel-b <profile>', 'kernel of the second boot')
    .option('--max-threads-a <n|n%>', 'threads a node in the first boot', maxThreads)
    .option('--max-threads-b <n|n%>', 'threads a node in the second boot', maxThreads)
    .option('--all', 'compare every line of the log, not only those about memory')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (a, b, options) => {
      const first = await bootOne(io, a, options.appendA, options.maxThreadsA, options.kernelA);
      const second = await bootOne(io, b ?? a, options.appendB, options.maxThreadsB, options.kernelB);
      const diff = diffBoots(first, second, options.all === true);
      if (options.json === true) printJson(io, { version: 1, ...diff });
      else answerToned(io, diffToned(diff));
    });
}

async function bootOne(
  io: CliIo,
  argument: string,
  append: string | undefined,
  threads: MaxThreadsHook | undefined,
  kernel: string | undefined,
): Promise<RunRecord> {
  const machine = await resolveMachine(io, argument);
  const cmdline = [machine.cmdline, append ?? ''].filter((t) => t !== '').join(' ');
  const record = await bootMachine(machine, {
    ...DEFAULT_BOOT,
    cmdline,
    kernel: kernel ?? null,
    maxThreads: threads ?? null,
  });
  sayAssumed(io, record);
  return record;
}

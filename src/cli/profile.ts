// earlyboot profile: the facts of a kernel image, out of a log with memblock=debug of any machine that it booted on.
import { join, resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { earlyBoot } from '../boot/early.ts';
import { profileNamed, type BootProfile } from '../kernels/list.ts';
import { callersFromLog, profileFromLog } from '../kernels/profile_from_log.ts';
import { DEFAULT_BOOT, discover } from '../boot/machine.ts';
import { isFolder, readText } from '../machine/import/files.ts';
import { toJson, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { checkOutputs, writeOutput } from './write.ts';

const HELP = `
LOG is the kernel log of a boot with memblock=debug, or a folder with dmesg.txt and acpi/. Facts that the log does not show are
the base profile's. A log made with "nokaslr" and a node without memory shows the most.

Examples:
  earlyboot profile dmesg.txt -o mine.json        the facts of the kernel that printed this log
  earlyboot boot laptop-16g --kernel mine.json    boot another machine with it
  earlyboot verify dmesg.txt --kernel mine.json   how well it predicts its own log`;

/** `profile LOG -o FILE` */
export function profileCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Makes a kernel profile of a log with memblock=debug.')
    .argument('<log>', 'kernel log, folder of a captured boot, or - for stdin')
    .option('-o, --output <file>', 'where to write it; - for stdout', '-')
    .option(
      '--base <profile>',
      "built-in profile for the version's rules and what the log does not show",
      '6.1',
    )
    .option('--name <name>', 'name of the profile')
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const base = profileNamed(options.base);
      await checkOutputs(io, [options.output]);
      const path = argument === '-' ? argument : resolve(io.cwd, argument);
      const folder = await isFolder(path);
      const text = await readText(folder ? join(path, 'dmesg.txt') : path, 'log');
      const raw = text.split('\n');
      const first = profileFromLog(raw, base, options.name ?? 'image', {});
      const machine = await resolveMachine(io, argument, folder ? {} : { text });
      const params = await discover(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
      const { x86 } = earlyBoot(params, { machine: machine.name, profile: withSiteIds(base) });
      const predicted = x86.ctx.printk.lines.map((line) => line.text);
      const callers = callersFromLog(raw, predicted);
      await writeOutput(io, options.output, toJson({ ...first, callers }));
      io.stderr(
        `earlyboot: ${Object.keys(first.image).length} facts and ${Object.keys(callers).length} call sites found; ` +
          `everything else is the base's (${base.name})\n`,
      );
    });
}

/** The base with each call site printed as its id. */
function withSiteIds(base: BootProfile): BootProfile {
  const callers = Object.fromEntries(Object.keys(base.kernel.image.callers).map((id) => [id, id]));
  return { ...base, kernel: { ...base.kernel, image: { ...base.kernel.image, callers } } };
}

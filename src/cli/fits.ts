// earlyboot fits: whether memory that the command line asks for can be had, where, and what to write instead.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { fits } from '../ask/fits/fits.ts';
import { fitsMachine } from '../ask/fits/find.ts';
import { fitsText } from '../report/fits-text.ts';
import { answer } from './answer.ts';
import { printJson, type CliIo } from './io.ts';
import { askedBoot } from './asked.ts';
import { bootOptions } from './boot-options.ts';
import { sayWarnings } from './booted.ts';
import { collected } from './options.ts';

const HELP = `
Each spec is what stands behind the parameter's "="; hugepages are SIZE:N or SIZE:N@NODE. An option may be given more than once;
each answer is for that spec alone. Each "fits" and each "largest" has been booted in the model. With KASLR (no nokaslr on the
command line) the answer is also counted over all places that the decompressor may put the kernel at.
The exit status is 1 where one does not fit.

Examples:
  earlyboot fits laptop-16g --crashkernel 512M
  earlyboot fits laptop-16g --crashkernel 1G-4G:192M,4G-:256M --crashkernel 2G,high
  earlyboot fits epyc-16g-guest --hugepages 1G:14
  earlyboot fits laptop-16g --memmap '4G!12G' --memmap '64M$1G'`;

/** `fits MACHINE [--crashkernel SPEC] [--hugepages SIZE:N[@NODE]] [--memmap SPEC] [--cma SIZE] [--reserve-mem SPEC] [--json]` */
export function fitsCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description(
      'Tells whether memory that the command line asks for can be had, where it goes, and what stands in its way.',
    )
    .argument('<machine>', 'built-in name, description, kernel log, folder, or - for stdin')
    .option('--crashkernel <spec>', 'SIZE[@BASE], SIZE,high, or RANGE:SIZE,…', collected)
    .option('--hugepages <spec>', 'SIZE:N[@NODE]: 1G or 2M, how many, on which node', collected)
    .option('--memmap <spec>', 'SIZE$START, SIZE!START, SIZE#START, SIZE@START or SIZE', collected)
    .option('--cma <spec>', 'SIZE[@BASE[-LIMIT]]', collected)
    .option('--reserve-mem <spec>', 'SIZE:ALIGN:NAME', collected)
    .option('--json', 'print JSON');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const { machine: spec, boot } = await askedBoot(io, argument, options);
      const machine = await fitsMachine(spec, boot);
      sayWarnings(io, machine.warnings, spec);
      const answers = fits(machine, options);
      const kernel = machine.profile.name;
      if (options.json === true) printJson(io, { version: 1, machine: machine.name, kernel, answers });
      else answer(io, fitsText(machine.name, kernel, answers));
      if (answers.some((answer) => !answer.fits)) io.setFailed();
    });
}

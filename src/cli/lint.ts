// earlyboot lint: a firmware's map and tables against rules, for firmware and hypervisor authors.
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { chosenRules } from '../ask/lint/lint.ts';
import { describedMachine, lintSource, machineSource, type LintSource } from '../ask/lint/load.ts';
import { InputError } from '../lib/input-error.ts';
import { findingsToned, rulesText, sarifLog } from '../report/lint-text.ts';
import { answer, answerToned } from './answer.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { askedMachine } from './asked.ts';
import { refuseLogOptions } from './machine.ts';
import { bootOptions, type BootChoices } from './boot-options.ts';
import { appended } from './options.ts';

const HELP = `
MACHINE is a machine as boot takes it: a description, whose findings name line and column, a kernel log (its BIOS-e820 lines are
enough), a folder with a log and acpi/, or a built-in name. What boot refuses is a finding here, as far as the file can be read.
error: Linux loses memory, nodes or CPUs, or does not come up. warning: it works around it. note: it costs something.
The exit status is 1 where an error stands.

Examples:
  earlyboot lint machine.yaml
  earlyboot lint dmesg.txt --disable section-tail
  earlyboot lint machine.yaml --format sarif > lint.sarif
  earlyboot lint --rules                              each rule: why, what Linux does, where that stands`;

/** `lint MACHINE [--rule ID…] [--disable ID…] [--format text|json|sarif]`, `lint --rules` */
export function lintCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description(
      'Holds a firmware’s memory map and tables against what specifications and Linux ask of them.',
    )
    .argument('[machine]', 'description, kernel log, folder, built-in name, or - for stdin')
    .option('--rule <id...>', 'only these rules')
    .option('--disable <id...>', 'all rules but these')
    .addOption(
      new Option('--format <form>', 'how findings are printed')
        .choices(['text', 'json', 'sarif'] as const)
        .default('text' as const),
    )
    .option('--json', 'print JSON')
    .option('--rules', 'print the rules instead');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const choice = { only: options.rule ?? [], disabled: options.disable ?? [] };
      const rules = chosenRules(choice);
      const format = options.json === true ? 'json' : options.format;
      if (options.rules === true) {
        if (format === 'text') answer(io, rulesText(rules));
        else printJson(io, { version: 1, rules });
        return;
      }
      if (argument === undefined) throw new InputError('usage', 'expected a machine, or --rules');
      const source = await sourceOf(io, argument, options);
      const findings = await lintSource(source, choice, { ...options, warn: (text) => warn(io, text) });
      if (format === 'text') answerToned(io, findingsToned(source.spec.name, findings));
      else if (format === 'json') printJson(io, { version: 1, machine: source.spec.name, findings });
      else printJson(io, sarifLog(rules, findings, argument));
      if (findings.some(({ severity }) => severity === 'error')) io.setFailed();
    });
}

/** A description with places; with CPU features of one's own, as any other machine. */
async function sourceOf(io: CliIo, argument: string, options: BootChoices): Promise<LintSource> {
  const described = options.cpu === undefined ? await describedMachine(argument, io.cwd) : null;
  if (described === null) return machineSource(await askedMachine(io, argument, options));
  refuseLogOptions(described.spec, options);
  await io.beforeBoots?.();
  const cmdline = appended(options.cmdline ?? described.spec.cmdline, options.append);
  return { ...described, spec: { ...described.spec, cmdline } };
}

// earlyboot boot: a machine in, the log of its kernel out.
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { formatLogLine } from '../kernel/printk.ts';
import type { RunRecord } from '../init/record.ts';
import { bootMachine } from './boot-machine.ts';
import { toJson, warn, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { maxThreads, positiveInteger, seed } from './options.ts';
import { writeResult } from './write.ts';

const HELP = `
MACHINE is a built-in name (earlyboot machines), a description in YAML or JSON, a kernel log, or a folder with dmesg.txt and
acpi/. stdout is the kernel log; with memblock=debug on the command line its memblock lines too. On a terminal, or with
--summary, a table of nodes, threads, chunks and times follows.

Examples:
  earlyboot boot skylake-768g --summary
  earlyboot boot laptop-16g --append "memblock=debug mem=8G"
  earlyboot boot /var/log/dmesg --max-threads 50% --json run.json`;

/** `boot MACHINE [options]` */
export function bootCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Boots a machine and prints the log that its kernel would print.')
    .argument('<machine>', 'built-in name, description, kernel log, or folder')
    .option('--kernel <profile>', 'kernel profile, such as 6.1')
    .addOption(
      new Option('--arch <hook>', "whose deferred_page_init_max_threads: x86's or the generic one")
        .choices(['x86', 'generic'])
        .default('x86'),
    )
    .option('--max-threads <n|n%>', 'threads a node, or a share of its CPUs', maxThreads)
    .option('--cmdline <text>', "kernel command line instead of the machine's")
    .option('--append <text>', 'more kernel parameters')
    .option('--bios <file>', 'boot the payload under this BIOS image, such as SeaBIOS')
    .option('--json <file>', 'write the run record; - for stdout instead of the log')
    .option('--seed <n>', 'seed of the simulated CPUs', seed)
    .option('--summary', 'print the table of nodes, threads, chunks and times')
    .option(
      '--cpu <features>',
      "CPU features that differ from the machine's: la57=off,pdpe1gb=off,physbits=46",
    )
    .option('--cpus <n>', 'number of CPUs, where a log without tables does not tell it', positiveInteger)
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const machine = await resolveMachine(io, argument, options);
      const cmdline = [options.cmdline ?? machine.cmdline, options.append ?? '']
        .filter((t) => t !== '')
        .join(' ');
      const record = await bootMachine(machine, {
        kernel: options.kernel ?? null,
        arch: options.arch,
        maxThreads: options.maxThreads ?? null,
        cmdline,
        bios: options.bios ?? null,
        seed: options.seed ?? null,
      });
      await printRun(io, record, options);
      // those of the import are on stderr already
      for (const text of record.warnings.filter((w) => !machine.warnings.includes(w))) warn(io, text);
    });
}

interface PrintOptions {
  readonly json?: string | undefined;
  readonly summary?: true | undefined;
}

async function printRun(io: CliIo, record: RunRecord, options: PrintOptions): Promise<void> {
  if (options.json === '-') {
    io.stdout(toJson(record));
  } else {
    io.stdout(record.logLines.map((line) => `${formatLogLine(line)}\n`).join(''));
    if (options.json !== undefined) await writeResult(io, options.json, toJson(record));
    if (options.summary === true || io.stdoutIsTTY) {
      const { summaryText } = await import('../report/summary.ts');
      io.stdout(`\n${summaryText(record, { columns: io.columns, color: io.color })}`);
    }
  }
}

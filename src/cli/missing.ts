// earlyboot missing: the way of memory from what is installed to MemTotal, and to what is free when init starts.
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { GroupBy } from '../ask/missing/groups.ts';
import { missingMemory } from '../ask/missing/missing.ts';
import { compareWithReal, realFigures, type RealComparison } from '../ask/missing/real.ts';
import { memoryLine, reservedTotals } from '../ask/missing/reserved.ts';
import type { Missing } from '../ask/missing/types.ts';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { missingBothText, missingText, realText } from '../report/missing-text.ts';
import { answer, textColumns } from './answer.ts';
import { realBoot } from './beside.ts';
import { choicesOf, saysTwo, twoBootsOptions, type BootChoices } from './boot-options.ts';
import { booted } from './booted.ts';
import { printJson, type CliIo } from './io.ts';
import { byteSize } from './options.ts';

const HELP = `
Each byte of the firmware's map is in exactly one row: rows take away what is not in MemTotal, from what is installed down. With a
kernel log, or a folder with one, the log's own line "Memory:" and a meminfo.txt beside it (/proc/meminfo) are held against the model.
With a second machine, or options that end in -a or -b, two boots stand side by side. MACHINE may be a run record (boot --json FILE).

Examples:
  earlyboot missing laptop-16g                       where 16 GiB went
  earlyboot missing dmesg.txt                        the machine of this log, and what the log says itself
  earlyboot missing skylake-768g --by node           how much each node loses
  earlyboot missing laptop-16g --append-b crashkernel=256M`;

/** `missing A [B] [--by owner|node|zone] [--append-b TEXT] [--json]` */
export function missingCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description(
      'Tells where memory went: from what is installed to MemTotal, and to what is free when init starts.',
    )
    .argument('<machine>', 'built-in name, description, kernel log, folder, run record, or - for stdin')
    .argument('[other]', 'another machine, to stand beside it')
    .addOption(
      new Option('--by <what>', 'add the rows up by')
        .choices(['owner', 'node', 'zone'] as const)
        .default('owner' as const),
    )
    .option('--installed <size>', 'installed memory, as DMI tells it (dmidecode -t memory)', byteSize)
    .option('--map', 'draw the map below the table')
    .option('--ascii', 'draw the map with ASCII characters only')
    .option('--json', 'print JSON');
  return twoBootsOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, other, options) => {
      const two = other !== undefined || saysTwo(options);
      if (two && options.map === true) throw new InputError('usage', '--map: expected one machine');
      const first = await askOne(io, argument, choicesOf(options, 'a'), options.installed);
      if (!two) return printOne(io, first, options);
      const second = await askOne(io, other ?? argument, choicesOf(options, 'b'), options.installed);
      if (options.json === true) printJson(io, { version: 1, a: first.missing, b: second.missing });
      else answer(io, missingBothText(first.missing, second.missing, options.by, textColumns(io)));
    });
}

interface PrintOptions {
  readonly by: GroupBy;
  readonly map?: true | undefined;
  readonly ascii?: true | undefined;
  readonly json?: true | undefined;
}

interface Answer {
  readonly missing: Missing;
  readonly record: RunRecord;
  readonly real: readonly RealComparison[];
}

async function askOne(
  io: CliIo,
  argument: string,
  choices: BootChoices,
  installedBytes: number | undefined,
): Promise<Answer> {
  const { machine, record } = await booted(io, argument, choices);
  const missing = missingMemory(record, { installedBytes });
  const real = machine === null ? [] : await realOf(io, argument, machine, choices, missing, record);
  return { missing, record, real };
}

async function realOf(
  io: CliIo,
  argument: string,
  machine: MachineSpec,
  { append, cmdline, kernel, boot }: BootChoices,
  missing: Missing,
  record: RunRecord,
): Promise<RealComparison[]> {
  // another kernel or other parameters are not the boot that the log tells of
  if ((append ?? cmdline ?? kernel) !== undefined) return [];
  const real = await realBoot(io, argument, machine, boot);
  if (real === null) return [];
  const figures = realFigures(real.log, real.meminfo);
  return compareWithReal(missing, reservedTotals(record), memoryLine(record.log), figures);
}

async function printOne(io: CliIo, { missing, record, real }: Answer, options: PrintOptions): Promise<void> {
  if (options.json === true) {
    printJson(io, { version: 1, ...missing, real });
    return;
  }
  answer(io, missingText(missing, options.by, textColumns(io)));
  if (real.length > 0) answer(io, `\n${realText(real)}`);
  if (options.map !== true) return;
  const { mapLines } = await import('../report/terminal-map.ts');
  const ascii = options.ascii === true || !io.stdoutIsTTY;
  io.styledStdout(`\n${mapLines(record, { columns: io.columns, color: io.color, ascii }).join('\n')}\n`);
}

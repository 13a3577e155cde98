// earlyboot machines: the built-in machines, or one of them as YAML.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { InputError } from '../lib/input-error.ts';
import { BUILTIN_NAMES, builtinDescription, builtinMachine } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { tableLines } from '../text/table.ts';
import { formatSize } from '../machine/spec/size.ts';
import { answer, textColumns } from './answer.ts';
import { printJson, type CliIo } from './io.ts';

const HELP = `
Examples:
  earlyboot machines                              list them
  earlyboot machines skylake-768g > mine.yaml     a description to start from
  earlyboot boot mine.yaml`;

/** `machines [NAME] [--json]` */
export function machinesCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Lists the built-in machines, or prints the description of one.')
    .argument('[name]', 'a built-in machine')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (name, options) => {
      if (name === undefined) await list(io, options.json === true);
      else await show(io, name, options.json === true);
    });
}

async function list(io: CliIo, json: boolean): Promise<void> {
  const rows = [];
  for (const name of BUILTIN_NAMES) {
    const machine = await builtinMachine(name);
    if (machine) rows.push(summary(machine));
  }
  if (json) {
    printJson(io, { version: 1, machines: rows });
    return;
  }
  const cells = rows.map(({ name, nodes, cpus, memory, about }) => [
    ...[name, String(nodes), String(cpus), memory, about],
  ]);
  const table = tableLines([['name', 'nodes', 'cpus', 'memory', 'what'], ...cells], {
    left: [0, 4],
    columns: textColumns(io),
  });
  const note = 'Maps are synthetic; sizes and topology of the first six are as published with the v2 series.';
  answer(io, `${table.join('\n')}\n\n${note}\n`);
}

async function show(io: CliIo, name: string, json: boolean): Promise<void> {
  const description = await builtinDescription(name);
  if (!description) {
    const { didYouMean } = await import('../machine/closest.ts');
    const meant = didYouMean(name, BUILTIN_NAMES);
    throw new InputError('usage', `"${name}": no built-in machine${meant} (earlyboot machines lists them)`);
  }
  if (json) {
    printJson(io, description);
    return;
  }
  const { toYaml } = await import('../machine/spec/yaml.ts');
  io.stdout(toYaml(description));
}

interface Row {
  readonly name: string;
  readonly nodes: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly memory: string;
  readonly synthetic: boolean;
  readonly about: string;
}

const TYPE_RAM = 1;
/** Sizes of memory modules differ by no less. */
const ROUND_TO = 2n ** 29n;
const ROUND_LARGE_TO = 2n ** 30n;
const LARGE = 8n * 2n ** 30n;

function summary(machine: MachineSpec): Row {
  const usable = machine.map.filter((e) => e.type === TYPE_RAM).reduce((sum, e) => sum + e.size, 0n);
  // what the memory modules hold: firmware keeps some of it
  const to = usable < LARGE ? ROUND_TO : ROUND_LARGE_TO;
  const rounded = ((usable + to / 2n) / to) * to;
  return {
    name: machine.name,
    nodes: Math.max(1, machine.nodes.length),
    cpus: machine.cpus.length,
    memoryBytes: Number(usable),
    memory: formatSize(rounded),
    synthetic: machine.synthetic,
    about: machine.about,
  };
}

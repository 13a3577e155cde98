// earlyboot explain: what lies at an address, who took it, and what became of it.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { explainTyped, typedText, type TypedExplanation } from '../ask/explain/typed.ts';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { answer, textColumns } from './answer.ts';
import { bootOptions } from './boot-options.ts';
import { booted } from './booted.ts';
import { printJson, type CliIo } from './io.ts';

const HELP = `
WHAT is a physical address (0x17ffd5000, 5G, "5 GiB"), an owner as the map's legend names it ("struct pages", memmap), or a function
of the kernel that reserved or allocated memory (sparse_init_nid, alloc_node_data), or a boot step. MACHINE may be the record of a
boot (boot --json FILE).

Examples:
  earlyboot explain laptop-16g 0x1000000          the kernel image
  earlyboot explain skylake-768g 700G             which CPU initialised this page, in which chunk
  earlyboot explain dmesg.txt init_mem_mapping    what the direct mapping's page tables took
  earlyboot explain laptop-16g "struct pages"     where they are, and who took the memory for them
  earlyboot explain dmesg.txt --reserved          who has what the log's line "Memory:" calls reserved
  earlyboot explain skylake-768g --movable --append movable_node
  earlyboot explain run.json 5G                   of a boot that was`;

/** `explain MACHINE ADDRESS|OWNER|SYMBOL|--reserved|--movable` */
export function explainCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Tells what lies at a physical address, who reserved it and why, and what became of it.')
    .argument('<machine>', 'built-in name, description, kernel log, folder, run record, or - for stdin')
    .argument('[what]', 'physical address, owner, or function that took memory')
    .option('--reserved', 'totals by owner that add up to what the log calls reserved')
    .option('--movable', 'what of each node the kernel can use, and how much memory can be added')
    .option('--ascii', 'draw the map with ASCII characters only')
    .option('--json', 'print JSON');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, what, options) => {
      const { record } = await booted(io, argument, options);
      if (options.reserved === true) await explainReserved(io, record, what, options.json === true);
      else if (options.movable === true) await explainMovable(io, record, what, options.json === true);
      else if (what === undefined)
        throw new InputError('usage', 'expected an address, an owner, a symbol, --reserved or --movable');
      else await explainWhat(io, record, what, options);
    });
}

interface ExplainOptions {
  readonly json?: true | undefined;
  readonly ascii?: true | undefined;
}

async function explainWhat(
  io: CliIo,
  record: RunRecord,
  text: string,
  options: ExplainOptions,
): Promise<void> {
  const typed = explainTyped(record, text);
  if (options.json === true) {
    printJson(io, { version: 1, ...jsonOf(typed) });
    return;
  }
  answer(io, typedText(record, typed));
  if (typed.kind !== 'address') return;
  const { mapLines } = await import('../report/terminal-map.ts');
  const ascii = options.ascii === true || !io.stdoutIsTTY;
  io.styledStdout(
    `\n${mapLines(record, { columns: io.columns, color: io.color, ascii }, typed.address).join('\n')}\n`,
  );
}

function jsonOf(typed: TypedExplanation): object {
  switch (typed.kind) {
    case 'address':
      return typed.explanation;
    case 'owner':
      return {
        owner: typed.name,
        ranges: typed.ranges.map(({ start, end, value: { caller, step, words } }) => ({
          ...{ start, size: end - start, words, caller, step },
        })),
      };
    case 'symbol':
      return { symbol: typed.symbol, events: typed.events };
  }
}

async function explainReserved(
  io: CliIo,
  record: RunRecord,
  what: string | undefined,
  json: boolean,
): Promise<void> {
  if (what !== undefined) throw new InputError('usage', `"${what}": expected --reserved alone`);
  const { reservedTotals } = await import('../ask/missing/reserved.ts');
  const totals = reservedTotals(record);
  if (json) printJson(io, { version: 1, ...totals });
  else
    answer(
      io,
      (await import('../report/missing-text.ts')).reservedText(record.machine, totals, textColumns(io)),
    );
}

async function explainMovable(
  io: CliIo,
  record: RunRecord,
  what: string | undefined,
  json: boolean,
): Promise<void> {
  if (what !== undefined) throw new InputError('usage', `"${what}": expected --movable alone`);
  const { movableMemory } = await import('../ask/movable/movable.ts');
  const movable = movableMemory(record);
  if (json) printJson(io, { version: 1, ...movable });
  else answer(io, (await import('../report/movable-text.ts')).movableText(movable, textColumns(io)));
}

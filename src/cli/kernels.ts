// earlyboot kernels: the built-in kernels, and what is known of each and where from.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { BUILTIN_BUILDS } from '../kernels/builds.ts';
import { builtinKernel } from '../kernels/builtin.ts';
import { JUDGED, type Judged } from '../kernels/judged.ts';
import { factsOf, type Fact } from '../kernels/known.ts';
import { resolveKernel } from '../kernels/resolve.ts';
import { assumedSentence, sortedFacts } from '../kernel/assumed.ts';
import { assumedFacts } from '../kernels/assumed_facts.ts';
import type { KernelConfig } from '../kernel/profile.ts';
import { tableLines } from '../text/table.ts';
import { answer, textColumns } from './answer.ts';
import { namesOf } from './assumed.ts';
import { printJson, warn, type CliIo } from './io.ts';

const HELP = `
NAME is what --kernel takes: a built-in name, a version, a profile (.json), a kernel image, or a log. A version between two
built-in kernels takes the image of the earlier one; what is then assumed is said on stderr and in the run record.

Examples:
  earlyboot kernels                               names, builds, configuration
  earlyboot kernels 6.1 --facts                   every fact of it, and where it is known from
  earlyboot kernels /boot/vmlinuz-6.8.0 --facts   the same of an image`;

/** `kernels [NAME] [--facts] [--json]` */
export function kernelsCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Lists the built-in kernels, or tells what is known of one.')
    .argument('[name]', 'built-in name, version, profile, image or log')
    .option('--facts', 'every fact and where it is known from')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (name, options) => {
      if (name === undefined) return list(io, options.json === true);
      const { name: own, about, kernel } = await resolveKernel(name, null);
      const untold = sortedFacts(assumedFacts(kernel));
      const assumed = untold.map(assumedSentence);
      const facts = options.facts === true ? factsOf(kernel) : [];
      if (untold.length > 0) warn(io, `kernel ${own}: assumed, ${untold[0]?.taken}: ${namesOf(untold)}`);
      if (options.json === true)
        printJson(io, { version: 1, name: own, about, banner: kernel.image.banner, assumed, facts });
      else
        answer(
          io,
          `${own}: ${about}\n${kernel.image.banner}\n${configText(kernel.config)}\n${factsText(facts, textColumns(io))}`,
        );
    });
}

/** One built-in kernel as the list shows it. */
interface Row {
  readonly name: string;
  readonly release: string;
  readonly config: KernelConfig;
  readonly judged: Judged | null;
}

async function list(io: CliIo, json: boolean): Promise<void> {
  const rows = await Promise.all(
    BUILTIN_BUILDS.map(async ({ name, release }): Promise<Row> => {
      const { config } = await builtinKernel(name);
      return { name, release, config, judged: JUDGED[name] ?? null };
    }),
  );
  if (json) printJson(io, { version: 1, kernels: rows });
  else answer(io, listText(rows, textColumns(io)));
}

/** A row for each kernel. */
function listText(rows: readonly Row[], columns: number | undefined): string {
  const cells = rows.map(({ name, release, judged, config }) => [
    ...[name, release, judged ? String(judged.captures) : '-'],
    ...[judged ? `${judged.worst} % at least` : '', configText(config)],
  ]);
  const head = ['kernel', 'release', 'captures', 'lines exact', 'configuration'];
  const lines = tableLines([head, ...cells], { left: [0, 1, 4], columns });
  return lines.map((line) => `${line}\n`).join('');
}

/** The options that decide most of what early boot prints. */
function configText(config: KernelConfig): string {
  const flag = (label: string, value: boolean | undefined): string[] =>
    value === undefined ? [] : [value ? label : `no ${label}`];
  return [
    `HZ ${config.hz}`,
    `NR_CPUS ${config.nrCpus}`,
    `nodes ${config.maxNumnodes}`,
    ...flag('deferred struct pages', config.deferredStructPageInit),
    ...flag('ZONE_DMA', config.zoneDma),
    ...flag('NUMA_EMU', config.numaEmu),
    ...flag('MPPARSE', config.x86Mpparse),
    ...flag('CMA', config.cma),
    ...flag('PAGE_EXTENSION', config.pageExtension),
    ...flag('five levels', config.x86FiveLevel),
  ].join(', ');
}

function factsText(facts: readonly Fact[], columns: number | undefined): string {
  const rows = facts.map(({ fact, value, from }) => [`  ${fact}`, `${value}  [${from}]`]);
  const lines = tableLines(rows, { left: [0, 1], headings: false, columns });
  return lines.map((line) => `${line}\n`).join('');
}

// earlyboot report: one boot, or two side by side, as an HTML file that explains itself.
import type { MaxThreadsHook } from '../predict/hook.ts';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { bootMachine, DEFAULT_BOOT } from '../boot/machine.ts';
import type { CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { maxThreads } from './options.ts';
import { writeResult } from './write.ts';

const HELP = `
RUN is a run record (boot --json FILE) or a machine, which is then booted on simulated CPUs. The file needs neither network
nor script; it holds the memory map by owner, a lane for each CPU, tables, the log, and what all that means in plain words.

Examples:
  earlyboot report skylake-768g
  earlyboot report run.json -o run.html
  earlyboot report before.json after.json -o both.html
  earlyboot report skylake-768g --max-threads-b 1 -o one-thread.html`;

const MOST_RUNS = 2;

/** `report RUN [RUN] -o FILE` */
export function reportCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Writes a boot as an HTML report: memory map, CPUs over time, tables, log.')
    .argument('<run...>', 'run record, built-in name, description, kernel log, or folder; two are compared')
    .option('-o, --output <file>', 'where to write it; - for stdout', 'report.html')
    .option('--append <text>', 'more kernel parameters, where a machine is booted')
    .option('--max-threads <n|n%>', 'threads a node, where a machine is booted', maxThreads)
    .option(
      '--max-threads-b <n|n%>',
      'the same for the second run; with one machine, boot it twice',
      maxThreads,
    )
    .addHelpText('after', HELP)
    .action(async (runs, options) => {
      if (runs.length > MOST_RUNS)
        throw new InputError('usage', `${runs.length} runs: expected one, or two to compare`);
      const [a = '', b = options.maxThreadsB === undefined ? undefined : a] = runs;
      const first = await recordOf(io, a, options.append, options.maxThreads);
      const second =
        b === undefined
          ? []
          : [await recordOf(io, b, options.append, options.maxThreadsB ?? options.maxThreads)];
      const { reportHtml } = await import('../report/html.ts');
      const html = reportHtml([first, ...second]);
      await writeResult(io, options.output, html);
      if (options.output !== '-')
        io.stderr(
          `earlyboot: ${options.output}: ${Math.ceil(html.length / 1024)} KiB, open it in a browser\n`,
        );
    });
}

/** A record file as it is, a machine booted. */
async function recordOf(
  io: CliIo,
  argument: string,
  append: string | undefined,
  threads: MaxThreadsHook | undefined,
): Promise<RunRecord> {
  if (/\.json$/i.test(argument)) {
    const path = resolve(io.cwd, argument);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) {
      const { readText } = await import('../machine/import/files.ts');
      const { looksLikeRecord, parseRecord } = await import('../report/read-record.ts');
      const text = await readText(path);
      if (looksLikeRecord(text)) return parseRecord(text, argument);
    }
  }
  const machine = await resolveMachine(io, argument);
  const cmdline = [machine.cmdline, append ?? ''].filter((t) => t !== '').join(' ');
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline, maxThreads: threads ?? null });
}

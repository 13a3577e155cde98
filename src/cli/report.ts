// earlyboot report: one boot, or two side by side, as an HTML file that explains itself.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { isBuiltinName } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { CurvePoint } from '../report/threads-chart.ts';
import type { BootOptions } from '../boot/machine.ts';
import { bootOf } from './asked.ts';
import { choicesOf, saysTwo, twoBootsOptions, type BootChoices } from './boot-options.ts';
import { booted } from './booted.ts';
import type { CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { resolveMachine } from './machine.ts';
import { checkOutputs, writeOutput } from './write.ts';

const HELP = `
RUN is a run record (boot --json FILE) or a machine, which is then booted on simulated CPUs. The file needs neither network
nor script; it holds the memory map by owner, a lane for each CPU, tables, the log, and what all that means in plain words.
With one machine, options that end in -a or -b boot it twice; those without are for both.

Examples:
  earlyboot report skylake-768g
  earlyboot report run.json -o run.html
  earlyboot report before.json after.json -o both.html
  earlyboot report skylake-768g --max-threads-b 1 -o one-thread.html`;

const MOST_RUNS = 2;

/** `report RUN [RUN] -o FILE` */
export function reportCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Writes a boot as an HTML report: memory map, CPUs over time, tables, log.')
    .argument(
      '<run...>',
      'run record, built-in name, description, kernel log, folder, or - for stdin; two are compared',
    )
    .option('-o, --output <file>', 'where to write it; - for stdout', 'report.html');
  return twoBootsOptions(command)
    .addHelpText('after', HELP)
    .action(async (runs, options) => {
      if (runs.length > MOST_RUNS)
        throw new InputError('usage', `${runs.length} runs: expected one, or two to compare`);
      await checkOutputs(io, [options.output]);
      const [a = '', b = saysTwo(options) ? a : undefined] = runs;
      const done = [await runOf(io, a, choicesOf(options, 'a'))];
      if (b !== undefined) done.push(await runOf(io, b, choicesOf(options, 'b')));
      const { reportHtml } = await import('../report/html.ts');
      const html = reportHtml(
        done.map((run) => run.record),
        { curves: done.map((run) => run.curve) },
      );
      await writeOutput(io, options.output, html);
      if (options.output !== '-')
        io.stderr(
          `earlyboot: ${options.output}: ${Math.ceil(html.length / 1024)} KiB, open it in a browser\n`,
        );
    });
}

interface ReportedRun {
  readonly record: RunRecord;
  /** Empty where the machine itself is not at hand. */
  readonly curve: readonly CurvePoint[];
}

/** A record file as it is, a machine booted; a curve where the machine is known. */
async function runOf(io: CliIo, argument: string, choices: BootChoices): Promise<ReportedRun> {
  const { record, machine } = await booted(io, argument, choices);
  if (machine !== null)
    return { record, curve: await curveOf(io, machine, bootOf(io, machine, choices), record) };
  // a record names its machine: a built-in one can be predicted, a file may have changed since
  if (!isBuiltinName(record.machine)) return { record, curve: [] };
  const known = { ...(await resolveMachine(io, record.machine)), cmdline: record.cmdline };
  const boot = bootOf(io, known, { kernel: record.kernel });
  return { record, curve: await curveOf(io, known, boot, record) };
}

/** What other thread counts would take, by the model; published figures where the machine has them. */
async function curveOf(
  io: CliIo,
  machine: MachineSpec,
  boot: BootOptions,
  record: RunRecord,
): Promise<CurvePoint[]> {
  if (record.jobs.length === 0) return [];
  const { predict } = await import('../predict/predict.ts');
  const { publishedFor } = await import('../predict/published/v2.ts');
  const { prepare } = await import('./early-state.ts');
  const { mostCpus } = await import('../predict/early-state.ts');
  const { capsTo } = await import('../report/caps.ts');
  const { curvePoints } = await import('../report/curve-points.ts');
  const { state, spec } = await prepare(machine, boot);
  const published = publishedFor(machine.name);
  const counts = [...capsTo(mostCpus(state)), ...(published ?? []).map((row) => row.threads)];
  const used = record.jobs.map((job) => job.workers);
  const threads = [...counts, ...used].filter((count) => count >= 1);
  const progress = progressOn(io, machine.name);
  const { timing } = spec;
  const prediction = predict({
    machine: machine.name,
    kernel: record.kernel,
    state,
    timing,
    threads,
    published,
    onProgress: (done, of) => progress.update(done, of, { unit: 'thread counts' }),
  });
  progress.done();
  return curvePoints(prediction);
}

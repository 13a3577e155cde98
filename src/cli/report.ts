// earlyboot report: one boot, or two side by side, as an HTML file that explains itself.
import type { MaxThreadsHook } from '../boot/hook.ts';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { isBuiltinName } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { CurvePoint } from '../report/threads-chart.ts';
import { bootMachine, DEFAULT_BOOT } from '../boot/machine.ts';
import { sayAssumed } from './assumed.ts';
import type { CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { resolveMachine } from './machine.ts';
import { maxThreads } from './options.ts';
import { checkOutputs, writeOutput } from './write.ts';

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
    .argument(
      '<run...>',
      'run record, built-in name, description, kernel log, folder, or - for stdin; two are compared',
    )
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
      await checkOutputs(io, [options.output]);
      const [a = '', b = options.maxThreadsB === undefined ? undefined : a] = runs;
      const { append } = options;
      const done = [await runOf(io, a, { append, threads: options.maxThreads })];
      const threads = options.maxThreadsB ?? options.maxThreads;
      if (b !== undefined) done.push(await runOf(io, b, { append, threads }));
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

interface RunOptions {
  readonly append: string | undefined;
  readonly threads: MaxThreadsHook | undefined;
}

/** A record file as it is, a machine booted; a curve where the machine is known. */
async function runOf(io: CliIo, argument: string, options: RunOptions): Promise<ReportedRun> {
  const record = await recordFile(io, argument);
  if (record !== null) {
    // a record names its machine: a built-in one can be predicted, a file may have changed since
    const known = isBuiltinName(record.machine) ? await resolveMachine(io, record.machine) : null;
    return { record, curve: known ? await curveOf(io, { ...known, cmdline: record.cmdline }, record) : [] };
  }
  const machine = await resolveMachine(io, argument);
  const cmdline = [machine.cmdline, options.append ?? ''].filter((t) => t !== '').join(' ');
  const booted = await bootMachine(machine, {
    ...DEFAULT_BOOT,
    cmdline,
    maxThreads: options.threads ?? null,
  });
  sayAssumed(io, booted);
  return { record: booted, curve: await curveOf(io, { ...machine, cmdline }, booted) };
}

async function recordFile(io: CliIo, argument: string): Promise<RunRecord | null> {
  if (argument !== '-' && !/\.json$/i.test(argument)) return null;
  const path = argument === '-' ? argument : resolve(io.cwd, argument);
  if (path !== argument && !existsSync(path)) return null;
  const { readText } = await import('../machine/import/files.ts');
  const { looksLikeRecord, parseRecord } = await import('../report/read-record.ts');
  const text = await readText(path, 'record');
  return looksLikeRecord(text) ? parseRecord(text, argument) : null;
}

/** What other thread counts would take, by the model; published figures where the machine has them. */
async function curveOf(io: CliIo, machine: MachineSpec, record: RunRecord): Promise<CurvePoint[]> {
  if (record.jobs.length === 0) return [];
  const { predict } = await import('../predict/predict.ts');
  const { publishedFor } = await import('../predict/published/v2.ts');
  const { prepare } = await import('./early-state.ts');
  const { mostCpus } = await import('../predict/early-state.ts');
  const { capsTo } = await import('../report/caps.ts');
  const { curvePoints } = await import('../report/curve-points.ts');
  const { state, spec } = await prepare(machine, record.kernel);
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

// earlyboot calibrate: fits a machine's costs to measurements and writes them into its description.
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { BootOptions } from '../boot/machine.ts';
import { chooseMaxThreads } from '../boot/max_threads.ts';
import { nodeSummaries } from '../boot/node-summary.ts';
import { InputError } from '../lib/input-error.ts';
import { readText } from '../machine/import/files.ts';
import { looksLikeKernelLog } from '../machine/import/text.ts';
import { toDescription } from '../machine/spec/to-description.ts';
import { generationOf } from '../cpus/simulated/cost/timing.ts';
import { calibrate, type Calibration } from '../predict/calibrate.ts';
import { mostCpus } from '../predict/early-state.ts';
import type { Measurement } from '../predict/measurement.ts';
import { refuseOtherCpus } from '../predict/log-cpus.ts';
import { readLog } from '../predict/read-log.ts';
import { readTable } from '../predict/read-table.ts';
import { calibrationText } from '../predict/calibration-text.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import { bootOptions } from './boot-options.ts';
import { sayWarnings } from './booted.ts';
import { prepare, type Prepared } from './early-state.ts';
import { printJson, type CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { checkOutputs, writeOutput } from './write.ts';

const HELP = `
FROM is a JSON table (rows with threads, deferredInitMs and, where known, deferredInitStdevMs, bootMs; the published form with
machines is fine), or kernel logs. A log stands for all CPUs of a node, or for a kernel without the series where its lines say
so; --max-threads and LOG=N say another number: boots with a cap. A log must be of MACHINE's own CPUs. --rows takes some rows of a
table only: 0 (without the series), 1, all.

Examples:
  earlyboot calibrate skylake-768g --from deferred-init-v2.json --rows 0,1,all
  earlyboot calibrate my-machine.yaml --from dmesg-5.4.txt dmesg-6.1.txt --cpu-generation icelake -o my-machine-fitted.yaml`;

/** `calibrate MACHINE --from FILE… [options]` */
export function calibrateCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description("Fits a machine's costs to measurements.")
    .argument('<machine>', 'built-in name, description, kernel log, folder, or - for stdin')
    .requiredOption('--from <file...>', 'JSON table, or kernel logs (LOG=THREADS)')
    .option('--rows <list>', 'rows of the table: 0,1,all')
    .option('--cpu-generation <name>', "generation whose defaults apply instead of the description's")
    .option('-o, --output <file>', 'write the description with the fitted timing, as YAML; - for stdout')
    .option('--json', 'print JSON');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (name, options) => {
      await checkOutputs(io, [options.output]);
      const { machine: spec, boot } = await askedBoot(io, name, options);
      const prepared = await prepare(spec, boot);
      sayWarnings(io, prepared.early.moments.warnings, spec);
      const timing =
        options.cpuGeneration === undefined ? spec.timing : { ...spec.timing, cpu: options.cpuGeneration };
      generationOf(timing);
      const rows = chosen(
        await measurements(options.from, prepared, boot),
        options.rows,
        mostCpus(prepared.state),
      );
      const progress = progressOn(io, `fitting ${spec.name}`);
      const onProgress = (done: number, of: number): void => progress.update(done, of, { unit: 'steps' });
      const result = calibrate(prepared.state, timing, rows, { onProgress });
      progress.done();
      if (options.output !== undefined) {
        const { toYaml } = await import('../machine/spec/yaml.ts');
        await writeOutput(io, options.output, toYaml(toDescription({ ...spec, timing: result.timing })));
      }
      if (options.output !== '-') print(io, result, spec.name, options.json === true);
    });
}

function print(io: CliIo, result: Calibration, name: string, json: boolean): void {
  if (json) printJson(io, { version: 1, machine: name, ...result });
  else answer(io, calibrationText(name, result, textColumns(io)));
}

async function measurements(
  from: readonly string[],
  { spec, state, early }: Prepared,
  boot: BootOptions,
): Promise<Measurement[]> {
  const all = mostCpus(state);
  const { maxThreads } = (await chooseMaxThreads(early, spec, boot)).deferred;
  const largest = nodeSummaries(state).find(({ cpus }) => cpus.length === all);
  const threadsOfLog = largest === undefined ? all : Math.min(all, maxThreads(largest.cpus));
  const machine = { name: spec.name, onlineCpus: state.onlineCpus.length, vendor: spec.cpu.vendor };
  const rows: Measurement[] = [];
  for (const argument of from) {
    const [, path = argument, threads] = /^(.*?)(?:=(\d+))?$/.exec(argument) ?? [];
    const text = await readText(path, 'log');
    if (looksLikeKernelLog(text) || !/^\s*[[{]/.test(text)) {
      refuseOtherCpus(text, path, machine);
      const own = threads === undefined ? null : Number(threads);
      rows.push(readLog(text, path, own, threadsOfLog, 1000 / state.hz));
    } else rows.push(...readTable(text, path, spec.name));
  }
  return rows;
}

/** `0,1,all` of the rows; all of them where nothing is chosen. */
function chosen(rows: readonly Measurement[], text: string | undefined, all: number): readonly Measurement[] {
  if (text === undefined) return rows;
  return text.split(',').map((part) => {
    const threads = part === 'all' ? all : Number(part);
    const row = rows.find((r) => r.threads === threads);
    if (row) return row;
    const there = rows.map((r) => r.threads).join(', ');
    throw new InputError('usage', `--rows ${text}: no row with ${part} threads: there are ${there}`);
  });
}

// earlyboot boot: a machine in, the log of its kernel out.
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { formatLogLine } from '../kernel/printk.ts';
import type { BootRun } from '../boot/finish.ts';
import { runMachine } from '../boot/machine.ts';
import { InputError } from '../lib/input-error.ts';
import { printable } from '../lib/printable.ts';
import { sayAssumed } from './assumed.ts';
import { askedBoot } from './asked.ts';
import { bootOptions } from './boot-options.ts';
import { sayWarnings } from './booted.ts';
import { toJson, type CliIo } from './io.ts';
import { seed } from './options.ts';
import { progressOn } from './progress.ts';
import type { Output } from './write.ts';
import { checkEmulatedOnly, replayText } from './boot-emulated.ts';

const HELP = `
MACHINE is a built-in name (earlyboot machines), a description in YAML or JSON, a kernel log, or a folder with dmesg.txt and
acpi/ (see earlyboot import --help). stdout is the kernel log; with memblock=debug on the command line its memblock lines too. On a terminal, or with
--summary, a table of nodes, threads, chunks and times follows.

Examples:
  earlyboot boot skylake-768g --summary
  earlyboot boot laptop-16g --append "memblock=debug mem=8G"
  earlyboot boot /var/log/dmesg --max-threads 50% --json run.json
  dmesg | earlyboot boot -
  earlyboot boot laptop-16g --cpus emulated --record cpus.json --replay-check`;

/** `boot MACHINE [options]` */
export function bootCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Boots a machine and prints the log that its kernel would print.')
    .argument('<machine>', 'built-in name, description, kernel log, folder, or - for stdin')
    .addOption(
      new Option('--cpus <kind>', 'what runs the kernel threads: model, worker threads, or emulated x86')
        .choices(['simulated', 'threads', 'emulated'])
        .default('simulated'),
    )
    .option('--bios <file>', 'boot the payload under this BIOS image, such as SeaBIOS')
    .option('--json <file>', 'write the run record; - for stdout instead of the log')
    .option('--seed <n>', 'seed of the simulated CPUs', seed)
    .option('--summary', 'draw the map and the CPUs over time, print a table of nodes, threads and times')
    .option('--ascii', 'draw with ASCII characters only')
    .option('--trace <file>', "write Chrome's trace format, for Perfetto")
    .option('--ftrace <file>', "write the text of Linux's function tracer")
    .option('--dump-memmap <file>', 'write the struct pages and an index (not for simulated CPUs)')
    .option('--memmap-runs <file>', 'write the struct pages as runs of equal ones (not for simulated CPUs)')
    .option('--record <file>', 'write what each emulated CPU did: instructions, ports, chunks')
    .option('--replay-check', 'boot on emulated CPUs twice and compare the runs')
    .option('--tolerate-cpu-loss', 'go on without emulated CPUs that fail')
    .option('--proc <file>', 'write buddyinfo and zoneinfo after deferred init (not for simulated CPUs)');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const paths = (await outputPaths(io, options)).filter((path) => path !== undefined);
      // loaded only where it is needed, as below: most boots write no file
      if (paths.length > 0) await (await import('./write.ts')).checkOutputs(io, paths);
      const { machine, boot } = await askedBoot(io, argument, options);
      if (
        options.cpus === 'simulated' &&
        (options.dumpMemmap ?? options.memmapRuns ?? options.proc) !== undefined
      )
        throw new InputError(
          'usage',
          'simulated CPUs write no struct pages: expected --cpus threads or emulated',
        );
      checkEmulatedOnly(options);
      const progress = progressOn(io, `booting ${machine.name}`);
      const run = await runMachine(machine, {
        ...boot,
        bios: options.bios ?? null,
        seed: options.seed ?? null,
        cpus: options.cpus,
        emulated: { tolerateCpuLoss: options.tolerateCpuLoss, replayCheck: options.replayCheck },
        onLine: (line) => progress.say(line.step),
        onProgress: (unit, done, of) => progress.update(done, of, { unit }),
      }).finally(progress.done);
      const { panic } = run.record;
      if (options.replayCheck === true && panic === undefined) io.stderr(replayText(run));
      await printRun(io, run, options);
      sayWarnings(io, run.record.warnings, machine);
      await sayAssumed(io, run.record);
      if (panic !== undefined) {
        io.stderr(`earlyboot: ${machine.name}: Linux does not boot on this machine: ${panic}\n`);
        io.setFailed();
      }
    });
}

interface OutputOptions {
  readonly json?: string | undefined;
  readonly trace?: string | undefined;
  readonly ftrace?: string | undefined;
  readonly dumpMemmap?: string | undefined;
  readonly memmapRuns?: string | undefined;
  readonly proc?: string | undefined;
  readonly record?: string | undefined;
}

interface PrintOptions extends OutputOptions {
  readonly summary?: true | undefined;
  readonly ascii?: true | undefined;
}

async function outputPaths(io: CliIo, options: OutputOptions): Promise<(string | undefined)[]> {
  const { json, trace, ftrace, record, memmapRuns, proc, dumpMemmap } = options;
  const paths = [json, trace, ftrace, record, memmapRuns, proc];
  if (dumpMemmap === undefined) return paths;
  const { memmapIndexPath } = await import('./dump-memmap.ts');
  return [...paths, dumpMemmap, await memmapIndexPath(io, dumpMemmap)];
}

async function printRun(io: CliIo, run: BootRun, options: PrintOptions): Promise<void> {
  const { record } = run;
  const outputs = await outputsOf(io, run, options);
  if (outputs.length > 0) await (await import('./write.ts')).writeOutputs(io, outputs);
  if (outputs.some(({ path }) => path === '-')) return;
  io.stdout(record.logLines.map((line) => `${formatLogLine(line)}\n`).join(''));
  if (record.panic !== undefined || (options.summary !== true && !io.stdoutIsTTY)) return;
  const { summaryText } = await import('../report/summary.ts');
  const ascii = options.ascii === true || !io.stdoutIsTTY;
  const shown = { ...record, machine: printable(record.machine), kernel: printable(record.kernel) };
  io.styledStdout(`\n${summaryText(shown, { columns: io.columns, color: io.color, ascii })}`);
}

/** What was asked for besides the log. */
async function outputsOf(
  io: CliIo,
  { record, memmap, emulated }: BootRun,
  options: OutputOptions,
): Promise<readonly Output[]> {
  const { json, trace, ftrace, record: cpus, memmapRuns: runs, proc, dumpMemmap: dump } = options;
  const outputs: Output[] = [];
  const add = (path: string, content: string): void => void outputs.push({ path, content });
  if (json !== undefined) add(json, toJson(record));
  if (trace !== undefined) add(trace, (await import('../report/chrome-trace.ts')).chromeTrace(record));
  if (ftrace !== undefined) add(ftrace, (await import('../report/ftrace.ts')).ftraceText(record));
  if (cpus !== undefined && emulated !== null) add(cpus, toJson(emulated));
  if (memmap === null) return outputs;
  if (runs !== undefined) add(runs, (await import('../mm/memmap/runs.ts')).memmapRuns(memmap));
  if (proc !== undefined) {
    const { buddyinfo } = await import('../mm/proc/buddyinfo.ts');
    const { zoneinfo } = await import('../mm/proc/zoneinfo.ts');
    add(proc, buddyinfo(memmap) + zoneinfo(memmap));
  }
  if (dump === undefined) return outputs;
  const { memmapOutputs } = await import('./dump-memmap.ts');
  return [...outputs, ...(await memmapOutputs(io, dump, memmap, record))];
}

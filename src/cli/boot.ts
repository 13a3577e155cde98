// earlyboot boot: a machine in, the log of its kernel out.
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { formatLogLine } from '../kernel/printk.ts';
import { runMachine, type BootRun } from '../boot/machine.ts';
import { InputError } from '../lib/input-error.ts';
import { toJson, warn, type CliIo } from './io.ts';
import { withInterrupt } from './interrupt.ts';
import { resolveMachine } from './machine.ts';
import { kernelAddress, maxThreads, positiveInteger, seed } from './options.ts';
import { progressOn } from './progress.ts';
import { writeResult } from './write.ts';

const HELP = `
MACHINE is a built-in name (earlyboot machines), a description in YAML or JSON, a kernel log, or a folder with dmesg.txt and
acpi/. stdout is the kernel log; with memblock=debug on the command line its memblock lines too. On a terminal, or with
--summary, a table of nodes, threads, chunks and times follows.

Examples:
  earlyboot boot skylake-768g --summary
  earlyboot boot laptop-16g --append "memblock=debug mem=8G"
  earlyboot boot /var/log/dmesg --max-threads 50% --json run.json
  earlyboot boot laptop-16g --cpus emulated --record cpus.json --replay-check`;

/** `boot MACHINE [options]` */
export function bootCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Boots a machine and prints the log that its kernel would print.')
    .argument('<machine>', 'built-in name, description, kernel log, or folder')
    .option('--kernel <profile>', 'kernel profile, such as 6.1')
    .option(
      '--kernel-at <address>',
      'where KASLR or a loader put the kernel; 0x1000000 without',
      kernelAddress,
    )
    .addOption(
      new Option('--arch <hook>', "whose deferred_page_init_max_threads: x86's or the generic one")
        .choices(['x86', 'generic'])
        .default('x86'),
    )
    .option(
      '--max-threads <hook>',
      'threads a node: 13, 25%, cores, or a file with your own hook',
      maxThreads,
    )
    .addOption(
      new Option('--cpus <kind>', 'what runs the kernel threads: model, worker threads, or emulated x86')
        .choices(['simulated', 'threads', 'emulated'])
        .default('simulated'),
    )
    .option('--cmdline <text>', "kernel command line instead of the machine's")
    .option('--append <text>', 'more kernel parameters')
    .option('--bios <file>', 'boot the payload under this BIOS image, such as SeaBIOS')
    .option('--json <file>', 'write the run record; - for stdout instead of the log')
    .option('--seed <n>', 'seed of the simulated CPUs', seed)
    .option('--summary', 'draw the map and the CPUs over time, print a table of nodes, threads and times')
    .option('--ascii', 'draw with ASCII characters only')
    .option(
      '--cpu <features>',
      "CPU features that differ from the machine's: la57=off,pdpe1gb=off,physbits=46",
    )
    .option('--cpu-count <n>', 'number of CPUs, where a log without tables does not tell it', positiveInteger)
    .option('--trace <file>', "write Chrome's trace format, for Perfetto")
    .option('--ftrace <file>', "write the text of Linux's function tracer")
    .option('--dump-memmap <file>', 'write the struct pages and an index (not for simulated CPUs)')
    .option('--memmap-runs <file>', 'write the struct pages as runs of equal ones (not for simulated CPUs)')
    .option('--record <file>', 'write what each emulated CPU did: instructions, ports, chunks')
    .option('--replay-check', 'boot on emulated CPUs twice and compare the runs')
    .option('--tolerate-cpu-loss', 'go on without emulated CPUs that fail')
    .option('--proc <file>', 'write buddyinfo and zoneinfo after deferred init (not for simulated CPUs)')
    .addHelpText('after', HELP)
    .action(async (argument, options) => {
      const machine = await resolveMachine(io, argument, options);
      const cmdline = [options.cmdline ?? machine.cmdline, options.append ?? '']
        .filter((t) => t !== '')
        .join(' ');
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
      const run = await withInterrupt((signal) =>
        runMachine(machine, {
          kernel: options.kernel ?? null,
          arch: options.arch,
          maxThreads: options.maxThreads ?? null,
          cmdline,
          kernelAt: options.kernelAt,
          bios: options.bios ?? null,
          seed: options.seed ?? null,
          cpus: options.cpus,
          emulated: { tolerateCpuLoss: options.tolerateCpuLoss, replayCheck: options.replayCheck },
          signal,
          onLine: (line) => progress.say(line.step),
        }),
      ).finally(progress.done);
      if (options.replayCheck === true) io.stderr(replayText(run));
      await printRun(io, run, options);
      // those of the import are on stderr already
      for (const text of run.record.warnings.filter((w) => !machine.warnings.includes(w))) warn(io, text);
    });
}

/** Options that mean nothing but on emulated CPUs. */
function checkEmulatedOnly(options: {
  readonly cpus: string;
  readonly record?: string | undefined;
  readonly replayCheck?: true | undefined;
  readonly tolerateCpuLoss?: true | undefined;
}): void {
  if (options.cpus === 'emulated') return;
  const given = [
    options.record === undefined ? [] : ['--record'],
    options.replayCheck ? ['--replay-check'] : [],
    options.tolerateCpuLoss ? ['--tolerate-cpu-loss'] : [],
  ].flat();
  if (given.length > 0)
    throw new InputError('usage', `${given.join(' and ')}: expected --cpus emulated, not ${options.cpus}`);
}

/** What was compared; a difference would have ended the run. */
function replayText({ emulated }: BootRun): string {
  const events = (emulated?.cpus ?? []).reduce((sum, cpu) => sum + cpu.events.length, 0);
  const chunks = emulated?.handOuts.length ?? 0;
  return `earlyboot: replay check: both runs are the same: ${events} events, ${chunks} chunks, every log line and struct page\n`;
}

interface PrintOptions {
  readonly json?: string | undefined;
  readonly summary?: true | undefined;
  readonly ascii?: true | undefined;
  readonly trace?: string | undefined;
  readonly ftrace?: string | undefined;
  readonly dumpMemmap?: string | undefined;
  readonly memmapRuns?: string | undefined;
  readonly proc?: string | undefined;
  readonly record?: string | undefined;
}

async function printRun(io: CliIo, run: BootRun, options: PrintOptions): Promise<void> {
  const { record } = run;
  await writeFiles(io, run, options);
  if (options.json === '-') {
    io.stdout(toJson(record));
    return;
  }
  io.stdout(record.logLines.map((line) => `${formatLogLine(line)}\n`).join(''));
  if (options.summary !== true && !io.stdoutIsTTY) return;
  const { summaryText } = await import('../report/summary.ts');
  const ascii = options.ascii === true || !io.stdoutIsTTY;
  io.stdout(`\n${summaryText(record, { columns: io.columns, color: io.color, ascii })}`);
}

/** The files that were asked for, each whole or not at all. */
async function writeFiles(
  io: CliIo,
  { record, memmap, emulated }: BootRun,
  options: PrintOptions,
): Promise<void> {
  if (options.json !== undefined && options.json !== '-') await writeResult(io, options.json, toJson(record));
  if (options.trace !== undefined) {
    const { chromeTrace } = await import('../report/chrome-trace.ts');
    await writeResult(io, options.trace, chromeTrace(record));
  }
  if (options.ftrace !== undefined) {
    const { ftraceText } = await import('../report/ftrace.ts');
    await writeResult(io, options.ftrace, ftraceText(record));
  }
  if (options.record !== undefined && emulated !== null)
    await writeResult(io, options.record, toJson(emulated));
  if (memmap === null) return;
  if (options.memmapRuns !== undefined) {
    const { memmapRuns } = await import('../mm/memmap/runs.ts');
    await writeResult(io, options.memmapRuns, memmapRuns(memmap));
  }
  if (options.proc !== undefined) {
    const { buddyinfo } = await import('../mm/proc/buddyinfo.ts');
    const { zoneinfo } = await import('../mm/proc/zoneinfo.ts');
    await writeResult(io, options.proc, buddyinfo(memmap) + zoneinfo(memmap));
  }
  if (options.dumpMemmap !== undefined) {
    const { dumpMemmap } = await import('./dump-memmap.ts');
    await dumpMemmap(io, options.dumpMemmap, memmap, record);
  }
}

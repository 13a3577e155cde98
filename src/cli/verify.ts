// earlyboot verify: boots what a capture's inputs describe, and holds the prediction against what the real kernel did.
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Comparison } from '../ask/verify/compare.ts';
import { fidelityOf, type Fidelity } from '../ask/verify/fidelity.ts';
import { compareFolder } from '../ask/verify/folder.ts';
import { dependsOnPlace } from '../ask/verify/kernel_place.ts';
import { kernelStart, otherPlaces } from '../boot/kernel_place.ts';
import { bootMachine, chooseKernel, DEFAULT_BOOT, runMachine, type BootOptions } from '../boot/machine.ts';
import type { RunRecord } from '../init/record.ts';
import type { LogLine } from '../kernel/printk.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { hex } from '../lib/units.ts';
import { bootTexts } from '../machine/import/boots.ts';
import { logOfFolder } from '../machine/import/path.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { isFolder, readText } from '../machine/import/files.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { resolveMachine, type MachineOptions } from './machine.ts';
import { bootNumber, cpuCount, kernelAddress, LOG_OPTIONS, positiveInteger } from './options.ts';

const HELP = `
CAPTURE is a kernel log in any form, or a folder with dmesg.txt, acpi/ and (as the capture tool writes them) padata.txt, memblock.txt and
zoneinfo.txt; what is not there is not compared. Several captures end in a table. The exit status is 1 where anything
differs.

Examples:
  earlyboot verify my-dmesg.txt --diff
  earlyboot verify captures/6.1/q35-8g-2n-4c
  earlyboot verify captures/6.1/*`;

/** What verify found for one capture. */
export interface Verdict {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly comparisons: readonly Comparison[];
}

/** `verify CAPTURE… [--diff] [--json]` */
export function verifyCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Compares the prediction with a real boot: log, jobs, chunks, zones, memblock.')
    .argument('<capture...>', 'kernel log, folder of a captured boot, or - for stdin')
    .option('--diff', 'print the lines that differ, with the boot step that printed them')
    .option('--cpu <features>', "CPU features that differ from the machine's")
    .option('--cpu-count <n>', LOG_OPTIONS.cpuCount, cpuCount)
    .option('--boot <n>', LOG_OPTIONS.boot, bootNumber)
    .option('--initrd-size <bytes>', LOG_OPTIONS.initrdSize, positiveInteger)
    .option('--kernel <profile>', 'kernel profile instead of the one that the log names')
    .option('--kernel-at <address>', 'where KASLR put the kernel, where the log does not tell', kernelAddress)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (captures, options) => {
      const verdicts: Verdict[] = [];
      for (const capture of captures) {
        const verdict = await verifyOne(io, capture, options);
        verdicts.push(verdict);
        if (options.json !== true) io.stdout(verdictText(verdict, options.diff === true));
      }
      if (options.json === true) printJson(io, { version: 1, captures: verdicts });
      else if (verdicts.length > 1) io.stdout(summaryText(verdicts));
      if (verdicts.some((v) => v.fidelity.fidelity < 1 || v.comparisons.some((c) => c.differing.length > 0)))
        io.setFailed();
    });
}

interface VerifyOptions extends Omit<MachineOptions, 'text'> {
  readonly kernel?: string | undefined;
  readonly kernelAt?: number | undefined;
}

async function verifyOne(io: CliIo, capture: string, options: VerifyOptions): Promise<Verdict> {
  const path = capture === '-' ? capture : resolve(io.cwd, capture);
  const folder = await isFolder(path);
  const log = folder ? await logOfFolder(path) : path;
  const text = await readText(log, 'log');
  const machine = await resolveMachine(io, capture, folder ? options : { ...options, text });
  const real = bootTexts(text, log, options.boot ?? null);
  const { kernelAt } = options;
  const bootOptions: BootOptions = {
    ...{ ...DEFAULT_BOOT, cmdline: machine.cmdline, kernel: options.kernel ?? null },
    kernelAt,
  };
  const profile = await chooseKernel(machine, bootOptions);
  const start = kernelStart(machine, profile.kernel, bootOptions);
  const place = machine.kernelAt;
  if (kernelAt === undefined && place !== null && place !== 'unknown')
    warn(io, `${machine.name}: kernel at ${hex(start.kernelAt ?? 0)}, as ${place.told} tells`);
  const record = await bootMachine(machine, bootOptions);
  for (const text of record.assumed ?? []) warn(io, `${machine.name}: ${text}`);
  const comparisons = folder ? await compareFolder(path, record) : [];
  const fidelity = fidelityOf(real, record.logLines);
  const marked =
    start.kernelUnknown && fidelity.differing.length > 0
      ? await markPlace(machine, profile.kernel, bootOptions, record, fidelity)
      : fidelity;
  return { name: machine.name, fidelity: marked, comparisons };
}

/** The lines that read otherwise with the kernel elsewhere, marked; for that the machine is booted with it in a few other places. */
async function markPlace(
  machine: MachineSpec,
  kernel: KernelProfile,
  options: BootOptions,
  record: RunRecord,
  fidelity: Fidelity,
): Promise<Fidelity> {
  const elsewhere: (readonly LogLine[])[] = [];
  for (const kernelAt of otherPlaces(machine, kernel)) {
    const run = await runMachine(machine, { ...options, kernelAt });
    elsewhere.push(run.record.logLines);
  }
  const depends = dependsOnPlace(record.logLines, elsewhere);
  const differing = fidelity.differing.map((line) =>
    depends(line) ? { ...line, dependsOnKernelPlace: true } : line,
  );
  return { ...fidelity, differing };
}

const percent = (fidelity: number): string => `${(fidelity * 100).toFixed(2)} %`;

/** A line for the log, one for each other comparison; with `diff` what differs. */
export function verdictText({ name, fidelity, comparisons }: Verdict, diff: boolean): string {
  const { matched, real, predicted } = fidelity;
  const lines = [
    `${name}: ${percent(fidelity.fidelity)} of memory lines exact (${matched} of ${real} real, ${predicted} predicted)`,
  ];
  const ofPlace = fidelity.differing.filter((line) => line.dependsOnKernelPlace === true).length;
  if (ofPlace > 0)
    lines.push(
      `  of ${fidelity.differing.length} differing lines ${ofPlace} depend on where KASLR put the kernel, which nothing tells`,
    );
  if (diff)
    for (const { from, text, step, dependsOnKernelPlace } of fidelity.differing) {
      const mark = dependsOnKernelPlace === true ? " (depends on the kernel's place)" : '';
      lines.push(`  ${from === 'real' ? '-' : '+'} ${text}    [${step || 'before the first step'}]${mark}`);
    }
  for (const { what, count, differing } of comparisons) {
    lines.push(
      `  ${what}: ${differing.length === 0 ? `agree (${count})` : `${differing.length} differ of ${count}`}`,
    );
    if (diff) for (const text of differing) lines.push(`    ${text}`);
  }
  return lines.join('\n') + '\n';
}

/** Minimum, median, maximum, and how many agree. */
export function summaryText(verdicts: readonly Verdict[]): string {
  const values = verdicts.map((v) => v.fidelity.fidelity).sort((a, b) => a - b);
  const median = values[Math.floor((values.length - 1) / 2)] ?? 0;
  const lines = [
    '',
    `${verdicts.length} captures: fidelity minimum ${percent(values[0] ?? 0)}, median ${percent(median)}, ` +
      `maximum ${percent(values.at(-1) ?? 0)}`,
  ];
  const names = [...new Set(verdicts.flatMap((v) => v.comparisons.map((c) => c.what)))];
  for (const what of names) {
    const all = verdicts.flatMap((v) => v.comparisons.filter((c) => c.what === what));
    lines.push(
      `  ${what}: ${all.filter((c) => c.differing.length === 0).length} of ${all.length} captures agree`,
    );
  }
  return lines.join('\n') + '\n';
}

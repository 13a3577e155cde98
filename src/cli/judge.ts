// earlyboot judge: a real Linux boots on the described map and tables under QEMU, and the model is held against it.
import { join, resolve } from 'node:path';
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { need64, readBzImage, type BzImage } from '../judge/bzimage.ts';
import { campaign } from '../judge/campaign.ts';
import { checkCaptureFolder, writeCapture, type CaptureFacts } from '../judge/folder.ts';
import { judge, type Judgement } from '../judge/judge.ts';
import { DEFAULT_QEMU, needAccel, qemuVersion } from '../judge/qemu.ts';
import { layoutOf, type StructLayout } from '../judge/trace/layout.ts';
import { hostZstd } from '../kernels/image/host_zstd.ts';
import { imageTypes } from '../kernels/image/types.ts';
import { InputError } from '../lib/input-error.ts';
import { readInput } from '../machine/import/read-input.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { answer, answerToned } from './answer.ts';
import { cleanUpAtEnd } from './interrupt.ts';
import { printJson, type CliIo } from './io.ts';
import { askedMachine } from './asked.ts';
import { campaignText } from './judge-text.ts';
import { machineOptions, namesOf, type MachineChoices } from './boot-options.ts';
import { positiveInteger, seed } from './options.ts';
import { progressOn } from './progress.ts';
import { differs, summaryText, verdictToned, type Verdict } from './verify-text.ts';

const HELP = `
MACHINE is what boot takes: a built-in name, a description, a kernel log, or a folder with dmesg.txt and acpi/. QEMU becomes
that machine as far as a kernel can tell early (RAM, CPUs, CPU features); our firmware gives the kernel the described map and
tables, byte by byte. The exit status is 1 where anything differs.

Examples:
  earlyboot judge tiny-512m --kernel /boot/vmlinuz-6.1.0-56-amd64
  earlyboot judge my-map.yaml --kernel vmlinuz --diff -o captured
  earlyboot judge --random 20 --seed 1 --kernel vmlinuz`;

/** `judge MACHINE… --kernel VMLINUZ [options]` */
export function judgeCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Boots a real Linux on a machine under QEMU, and compares it with the prediction.')
    .argument('[machine...]', 'built-in name, description, kernel log, or folder')
    .requiredOption('--kernel <vmlinuz>', 'the kernel image: a bzImage for x86-64')
    .option(
      '--profile <name>',
      "the model's kernel, by name or as a file, instead of what is read from the image",
    )
    .option('--qemu <program>', 'QEMU for x86-64', DEFAULT_QEMU)
    .addOption(
      new Option('--accel <kind>', "what executes the guest: QEMU's translator, or the host's CPU")
        .choices(['tcg', 'kvm'])
        .default('tcg' as const),
    )
    .option(
      '--deadline <s>',
      'seconds until a guest is given up; by default as the machine is large',
      positiveInteger,
    )
    .option('--trace', "boot a second time under QEMU's gdb stub: compare jobs, chunks and memblock as well")
    .option('--random <n>', 'judge so many random machines instead', positiveInteger)
    .option('--seed <n>', 'the first random machine', seed, 1)
    .option('--shrink <n>', 'boots spent on making a machine that differs smaller', seed, 40)
    .option('-o, --output <folder>', 'keep what the real kernel did as a capture folder')
    .option('--diff', 'print the lines that differ, with the boot step that printed them')
    .option('--json', 'print JSON');
  return machineOptions(command)
    .addHelpText('after', HELP)
    .action(async (machines, options) => {
      const kernel = await readKernel(io, options.kernel, options.profile);
      const version = await qemuVersion(options.qemu);
      await needAccel(options.accel);
      const trace = options.trace === true ? await structLayout(kernel.image, options.kernel) : null;
      const one = (spec: MachineSpec): Promise<Judgement> => {
        const progress = progressOn(io, spec.name);
        // a boot takes long, and may say nothing: elsewhere than on a terminal it is told once, as it begins
        let told = false;
        const tell = (): void => {
          if (!told) io.stderr(`earlyboot: ${spec.name}: booting ${kernel.image.release} under QEMU\n`);
          told = true;
        };
        return judge(spec, {
          ...kernel,
          qemu: options.qemu,
          accel: options.accel,
          deadlineMs: options.deadline === undefined ? null : options.deadline * 1000,
          trace,
          onProgress: io.stderrIsTTY ? progress.say : tell,
          atEnd: cleanUpAtEnd,
        }).finally(progress.done);
      };
      if ((options.random === undefined) === (machines.length === 0))
        throw new InputError('usage', 'expected machines, or --random and how many');
      const kept = await keeper(io, options.output, machines.length !== 1, {
        image: kernel.image,
        qemu: options.qemu,
        qemuVersion: version,
      });
      const { cmdline, append, cpu, cpuCount, boot, initrdSize } = options;
      const idle = namesOf({ cmdline, append, cpu, cpuCount, boot, initrdSize });
      if (options.random !== undefined && idle.length > 0)
        throw new InputError('usage', `${idle.join(', ')}: expected machines, not --random`);
      if (options.random === undefined) await judgeAll(io, machines, one, kept, options);
      else await judgeRandom(io, one, kept, { ...options, count: options.random });
    });
}

/** The image; the model takes its facts from it as well, unless a profile is named. */
async function readKernel(
  io: CliIo,
  path: string,
  named: string | undefined,
): Promise<{ readonly image: BzImage; readonly profile: string }> {
  const file = resolve(io.cwd, path);
  const image = need64(readBzImage(await readInput(file, 'kernelImage'), path), path);
  return { image, profile: named ?? file };
}

/** Where the fields are that a trace reads. */
async function structLayout(image: BzImage, path: string): Promise<StructLayout> {
  try {
    return layoutOf(await imageTypes(image.bytes, hostZstd()));
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.kind, `${path}: ${error.message}`);
    throw error;
  }
}

interface OutputOptions extends MachineChoices {
  readonly diff?: true | undefined;
  readonly json?: true | undefined;
}

type Judge = (spec: MachineSpec) => Promise<Judgement>;
/** Keeps a judgement, if that was asked for. */
type Keep = (judgement: Judgement) => Promise<void>;

/** Keeps one judgement in `folder`, or several each in a folder of its name there. */
async function keeper(
  io: CliIo,
  folder: string | undefined,
  several: boolean,
  facts: CaptureFacts,
): Promise<Keep> {
  if (folder === undefined) return () => Promise.resolve();
  const path = resolve(io.cwd, folder);
  await checkCaptureFolder(path);
  return (judgement) => writeCapture(several ? join(path, judgement.name) : path, judgement, facts);
}

/** The machines one after the other, each with its table as soon as it is there. */
async function judgeAll(
  io: CliIo,
  machines: readonly string[],
  one: Judge,
  keep: Keep,
  options: OutputOptions,
): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const name of machines) {
    const judgement = await one(await askedMachine(io, name, options));
    sayNotes(io, judgement);
    await keep(judgement);
    verdicts.push(judgement);
    if (options.json !== true) answerToned(io, verdictToned(judgement, options.diff === true));
  }
  if (options.json === true) printJson(io, { version: 1, judgements: verdicts.map(toJsonVerdict) });
  else if (verdicts.length > 1) answer(io, summaryText(verdicts));
  if (verdicts.some(differs)) io.setFailed();
}

/** Random machines; a line for each on stderr, the groups on stdout. */
async function judgeRandom(
  io: CliIo,
  one: Judge,
  keep: Keep,
  options: OutputOptions & { readonly count: number; readonly seed: number; readonly shrink: number },
): Promise<void> {
  const result = await campaign({
    seed: options.seed,
    count: options.count,
    shrinkTries: options.shrink,
    judge: one,
    onJudgement: keep,
    onOutcome: (name, outcome) => io.stderr(`earlyboot: ${name}: ${outcome?.kind ?? 'agrees'}\n`),
  });
  if (options.json === true) printJson(io, { version: 1, ...result });
  else io.stdout(campaignText(result));
  if (result.groups.length > 0) io.setFailed();
}

function sayNotes(io: CliIo, judgement: Judgement): void {
  for (const note of judgement.guest.notes) io.stderr(`earlyboot: ${judgement.name}: ${note}\n`);
}

function toJsonVerdict({ name, fidelity, comparisons }: Verdict): Verdict {
  return { name, fidelity, comparisons };
}

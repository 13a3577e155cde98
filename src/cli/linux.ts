// earlyboot linux: a real 32-bit Linux boots in this process, on v86, on the described machine.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { nodeBoardImages } from '../board/node.ts';
import { packageFile } from '../board/package_file.ts';
import { bootEmulated, readBzImage32, type EmulatedRun } from '../judge/emulated.ts';
import { judgeInitramfs } from '../judge/initramfs.ts';
import type { BzImage } from '../judge/bzimage.ts';
import { judge, type Judgement } from '../judge/judge.ts';
import { emulatedVerdicts } from '../judge/judge-emulated.ts';
import { judgedCommandLine } from '../judge/command-line.ts';
import { DEFAULT_QEMU, qemuVersion } from '../judge/qemu.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { readInput } from '../machine/import/read-input.ts';
import { answerToned } from './answer.ts';
import { cleanUpAtEnd } from './interrupt.ts';
import type { CliIo } from './io.ts';
import { askedMachine } from './asked.ts';
import { machineOptions } from './boot-options.ts';
import { positiveInteger } from './options.ts';
import { progressOn } from './progress.ts';
import { differs, verdictToned } from './verify-text.ts';

const DEFAULT_MACHINE = 'tiny-512m';
const DEFAULT_DEADLINE_S = 300;

const HELP = `
The kernel gets the described map and tables, byte by byte; its console is stdout, what is typed goes to it. Without --initrd
an init of ours runs that prints /proc/zoneinfo and others (--files) and ends the machine. v86 is one 32-bit CPU with at most 1 GiB.

Examples:
  earlyboot linux --kernel vmlinuz-6.1.0-50-686
  earlyboot linux my-map.yaml --kernel vmlinuz-6.1.0-50-686 --judge --diff
  earlyboot linux my-map.yaml --kernel vmlinuz-6.1.0-50-686-pae --initrd rescue.cpio --append "rdinit=/bin/sh"`;

/** `linux [MACHINE] --kernel BZIMAGE [--initrd FILE] [options]` */
export function linuxCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Boots a real 32-bit Linux on v86, on the machine described.')
    .argument('[machine]', 'built-in name, description, kernel log, or folder', DEFAULT_MACHINE)
    .requiredOption('--kernel <bzimage>', 'the kernel image: a bzImage for i386')
    .option('--initrd <file>', 'the initrd, instead of our own init')
    .option('--files', 'print the files that our init printed, behind the console')
    .option(
      '--judge',
      'boot the same machine under QEMU too: compare what both find with each other and with the model',
    )
    .option('--qemu <program>', 'QEMU for --judge', DEFAULT_QEMU)
    .option('--diff', 'print the lines that differ')
    .option('--deadline <s>', 'seconds until the guest is given up', positiveInteger, DEFAULT_DEADLINE_S);
  return machineOptions(command)
    .addHelpText('after', HELP)
    .action(async (machine, options) => {
      const image = readBzImage32(
        await readInput(resolve(io.cwd, options.kernel), 'kernelImage'),
        options.kernel,
      );
      const { judge: judging, initrd: named } = options;
      if (judging === true && named !== undefined)
        throw new InputError('usage', '--judge: expected our own init, without --initrd');
      if (judging === true) await qemuVersion(options.qemu);
      const spec = await askedMachine(io, machine, options);
      const initrd =
        options.initrd === undefined
          ? judgeInitramfs(await readFile(packageFile('images/init-32')))
          : await readInput(resolve(io.cwd, options.initrd), 'kernelImage');
      const images = {
        v86: (await nodeBoardImages()).v86,
        loader: await readFile(packageFile('images/linux.bin')),
      };
      const run = await bootEmulated(spec, images, {
        image,
        initrd,
        cmdline: judgedCommandLine(spec.cmdline),
        deadlineMs: options.deadline * 1000,
        onText: io.stdout,
        onReady: typing,
      });
      process.stdin.pause();
      if (options.files === true)
        for (const [path, text] of run.guestFiles.files) io.stdout(`=== ${path}\n${text}`);
      complain(run, spec.name, options.deadline);
      if (judging === true) {
        const same = await judgeUnderQemu(io, spec, image, options);
        const verdicts = emulatedVerdicts(run.console, same);
        for (const verdict of verdicts) answerToned(io, verdictToned(verdict, options.diff === true));
        if (verdicts.some(differs)) io.setFailed();
      }
    });
}

/** The same kernel on the same machine under QEMU, against the model. */
async function judgeUnderQemu(
  io: CliIo,
  spec: MachineSpec,
  image: BzImage,
  options: { readonly qemu: string; readonly kernel: string },
): Promise<Judgement> {
  const progress = progressOn(io, spec.name);
  return judge(spec, {
    image,
    profile: resolve(io.cwd, options.kernel),
    qemu: options.qemu,
    accel: 'tcg',
    deadlineMs: null,
    trace: null,
    onProgress: io.stderrIsTTY ? progress.say : undefined,
    atEnd: cleanUpAtEnd,
  }).finally(progress.done);
}

/** Lines typed on a terminal go to the guest. */
function typing(type: (text: string) => void): void {
  if (process.stdin.isTTY) process.stdin.setEncoding('latin1').on('data', (text) => type(String(text)));
}

function complain(run: EmulatedRun, name: string, deadlineS: number): void {
  if (run.end === 'panic') throw new Failure(`${name}: the kernel panicked`);
  if (run.end === 'deadline')
    throw new Failure(`${name}: the guest did not end within ${deadlineS} s (--deadline)`);
}

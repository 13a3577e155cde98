// earlyboot verify: boots what a capture's inputs describe, and holds the prediction against what the real kernel did.
import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { countAssumed } from '../ask/assumed.ts';
import { causesOf } from '../ask/verify/causes.ts';
import { fidelityOfLog } from '../ask/verify/fidelity.ts';
import { compareFolder } from '../ask/verify/folder.ts';
import { markPlace } from '../ask/verify/mark_place.ts';
import { kernelStart } from '../boot/kernel_place.ts';
import { bootMachine, chooseKernel } from '../boot/machine.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { hex } from '../lib/units.ts';
import { bootTexts } from '../machine/import/boots.ts';
import { logAt } from '../machine/import/path.ts';
import { isFolder } from '../machine/import/files.ts';
import { answer, answerToned } from './answer.ts';
import { sayAssumed } from './assumed.ts';
import { askedBoot } from './asked.ts';
import { bootOptions, type BootChoices } from './boot-options.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { differs, summaryText, verdictToned, type Verdict } from './verify-text.ts';
import { clearing, progressOn } from './progress.ts';

const HELP = `
CAPTURE is a kernel log in any form, or a folder with dmesg.txt, acpi/ and (as the capture tool writes them) padata.txt, memblock.txt and
zoneinfo.txt; what is not there is not compared. Several captures end in a table. The exit status is 1 where anything
differs, 2 where a capture cannot be read; the others are compared all the same. Facts that nobody told are counted as assumed: --strict
refuses them. From Linux 6.11 on free memory in the line Memory: is an estimate: within what it claims it agrees, and the difference is printed.

Examples:
  earlyboot verify my-dmesg.txt --diff
  earlyboot verify captures/6.1/q35-8g-2n-4c
  earlyboot verify captures/6.1/*`;

/** `verify CAPTURE… [--diff] [--json]` */
export function verifyCommand(io: CliIo): CommandUnknownOpts {
  const command = new Command()
    .description('Compares the prediction with a real boot: log, jobs, chunks, zones, memblock.')
    .argument('<capture...>', 'kernel log, folder of a captured boot, or - for stdin')
    .option(
      '--diff',
      'print the lines that differ, with the boot step that printed them and, where it is known, the cause',
    )
    .option('--json', 'print JSON');
  return bootOptions(command)
    .addHelpText('after', HELP)
    .action(async (captures, options) => {
      const verdicts: Verdict[] = [];
      const failed: FailedCapture[] = [];
      const progress = progressOn(io, 'verify');
      const ownIo = clearing(io, progress);
      for (const [done, capture] of captures.entries()) {
        if (captures.length > 1) progress.update(done, captures.length, { unit: 'captures', note: capture });
        try {
          const verdict = await verifyOne(ownIo, capture, options);
          verdicts.push(verdict);
          if (options.json !== true) answerToned(ownIo, verdictToned(verdict, options.diff === true));
        } catch (error) {
          // one that cannot be read does not end the others
          const isOwn = error instanceof InputError || error instanceof Failure;
          if (captures.length === 1 || !isOwn) throw error;
          failed.push({ name: capture, error: error.message });
          ownIo.stderr(`earlyboot: ${error.message}\n`);
        }
      }
      progress.done();
      if (options.json === true) printJson(io, { version: 1, captures: verdicts, failed });
      else if (verdicts.length > 1) answer(io, summaryText(verdicts));
      if (failed.length > 0)
        throw new InputError(
          'file',
          `${failed.length} of ${captures.length} captures could not be verified: ${failed.map(({ name }) => name).join(', ')}`,
        );
      if (verdicts.some(differs)) io.setFailed();
    });
}

/** A capture without a verdict, and why. */
interface FailedCapture {
  readonly name: string;
  readonly error: string;
}

async function verifyOne(io: CliIo, capture: string, options: BootChoices): Promise<Verdict> {
  const path = capture === '-' ? capture : resolve(io.cwd, capture);
  const folder = await isFolder(path);
  const { path: log, text } = await logAt(path, folder);
  const { machine, boot } = await askedBoot(io, capture, options, folder ? undefined : text);
  const real = bootTexts(text, log, options.boot ?? null);
  const profile = await chooseKernel(machine, boot);
  const start = kernelStart(machine, profile.kernel, boot);
  const place = machine.kernelAt;
  if (options.kernelAt === undefined && place !== null && place !== 'unknown')
    warn(io, `${machine.name}: kernel at ${hex(start.kernelAt ?? 0)}, as ${place.told} tells`);
  const record = await bootMachine(machine, boot);
  await sayAssumed(io, record);
  const comparisons = folder ? await compareFolder(path, record) : [];
  const fidelity = fidelityOfLog(real, record.logLines, log);
  const marked =
    start.kernelUnknown && fidelity.differing.length > 0
      ? await markPlace(machine, profile.kernel, boot, record, fidelity)
      : fidelity;
  const causes = causesOf(marked, real, record, machine.efi !== null);
  return { name: machine.name, fidelity: marked, comparisons, assumed: countAssumed(record), causes };
}

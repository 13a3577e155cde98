// The questions that people bring, for the library: where memory went, whether something fits, whether a map is sound.
import { fits as fitsOf, type FitsQuestion } from '../ask/fits/fits.ts';
import { fitsMachine } from '../ask/fits/find.ts';
import type { Fit } from '../ask/fits/types.ts';
import { lintFindings, type RuleChoice } from '../ask/lint/lint.ts';
import { lintMachine } from '../ask/lint/find.ts';
import type { Finding } from '../ask/lint/types.ts';
import { missingMemory, type MissingOptions } from '../ask/missing/missing.ts';
import type { Missing } from '../ask/missing/types.ts';
import { movableMemory, type Movable } from '../ask/movable/movable.ts';
import { DEFAULT_BOOT, earlyBootOf } from '../boot/machine.ts';
import { slowBoot, type SlowBoot } from '../predict/slow-boot.ts';
import type { KernelName } from './names.ts';
import { checkOptions, TEXT, TEXTS, WHOLE_FROM_1, type OptionRules } from './options.ts';
import { bootMachine, resolveMachine, type Machine } from './boot-machine.ts';

/** What a question boots: the machine's own kernel and command line where they are left out. */
export interface QuestionOptions {
  /** Kernel profile: `6.1`, `6.12`, … or the path of a profile file. */
  readonly kernel?: KernelName;
  /** More kernel parameters. */
  readonly append?: string;
}

const RULES: OptionRules<QuestionOptions> = { kernel: TEXT, append: TEXT };
const SPECS: OptionRules<FitsQuestion> = {
  crashkernel: TEXTS,
  hugepages: TEXTS,
  memmap: TEXTS,
  cma: TEXTS,
  reserveMem: TEXTS,
};

/**
 * Where memory went, from what is installed to MemTotal and to what is free when init starts: each byte of the map in one row.
 * @throws InputError as bootMachine(); Failure where Linux panics on the machine
 */
export async function missing(
  machine: Machine,
  options: QuestionOptions & MissingOptions = {},
): Promise<Missing> {
  checkOptions('missing', options, { ...RULES, installedBytes: WHOLE_FROM_1 });
  const { installedBytes, ...boot } = options;
  const { record } = await bootMachine(machine, boot);
  return missingMemory(record, { installedBytes });
}

/**
 * Whether memory that the command line asks for can be had: an answer for each spec, each alone on the machine as it is.
 * @throws InputError as bootMachine(), and for a spec that no kernel has; Failure where Linux panics on the machine as it is
 */
export async function fits(
  machine: Machine,
  question: FitsQuestion,
  options: QuestionOptions = {},
): Promise<Fit[]> {
  checkOptions('fits', question, SPECS);
  checkOptions('fits', options, RULES);
  return fitsOf(await fitsMachine(await resolveMachine(machine), options), question);
}

/**
 * What rules find in a firmware's map and tables.
 * @throws InputError where the machine cannot be read, or for a rule that there is not
 */
export async function lint(
  machine: Machine,
  options: Pick<QuestionOptions, 'kernel'> & RuleChoice = {},
): Promise<Finding[]> {
  checkOptions('lint', options, { kernel: TEXT, only: TEXTS, disabled: TEXTS });
  return lintFindings(await lintMachine(await resolveMachine(machine), options), options);
}

/**
 * What of each node the kernel can use, and how much memory can be added before that runs out.
 * @throws InputError as bootMachine()
 */
export async function movable(machine: Machine, options: QuestionOptions = {}): Promise<Movable> {
  checkOptions('movable', options, RULES);
  return movableMemory((await bootMachine(machine, options)).record);
}

/**
 * What of early boot grows with memory, in milliseconds of the model.
 * @throws InputError as bootMachine(); Failure where Linux panics on the machine
 */
export async function slowBoots(machine: Machine, options: QuestionOptions = {}): Promise<SlowBoot> {
  checkOptions('slowBoots', options, RULES);
  const spec = await resolveMachine(machine);
  const cmdline = [spec.cmdline, options.append ?? ''].filter((text) => text !== '').join(' ');
  return slowBoot(
    await earlyBootOf(spec, { ...DEFAULT_BOOT, kernel: options.kernel ?? null, cmdline }),
    spec,
  );
}

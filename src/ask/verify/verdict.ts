// One captured boot held against the prediction: its log, and what else the capture has.
import { bootMachine, chooseKernel, DEFAULT_BOOT } from '../../boot/machine.ts';
import type { RunRecord } from '../../init/record.ts';
import { bootTexts } from '../../machine/import/boots.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { Comparison } from './compare.ts';
import { fidelityOf, type Fidelity } from './fidelity.ts';
import { compareFolder } from './folder.ts';
import { kernelAtFromLog } from './kernel_at.ts';

/** What verify found for one capture. */
export interface Verdict {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly comparisons: readonly Comparison[];
}

/** A capture that has been read. */
export interface Capture {
  /** The machine that it describes. */
  readonly machine: MachineSpec;
  /** The log, and its path for messages. */
  readonly text: string;
  readonly log: string;
  /** The folder with what else was captured; null for a log alone. */
  readonly folder: string | null;
}

export interface VerdictOptions {
  /** null for the kernel that the log names. */
  readonly kernel: string | null;
  /** Where the kernel is, where the log does not tell. */
  readonly kernelAt?: number | undefined;
  /** Which boot of a log with several. */
  readonly boot?: number | undefined;
}

/** `told`: where the log says that KASLR put the kernel, null where it does not. */
export async function verdictOn(
  { machine, text, log, folder }: Capture,
  options: VerdictOptions,
): Promise<{ readonly verdict: Verdict; readonly record: RunRecord; readonly told: number | null }> {
  const { kernel } = options;
  const real = bootTexts(text, log, options.boot ?? null);
  const { image } = (await chooseKernel(machine, { kernel })).kernel;
  const randomised = !/\bnokaslr\b/.test(machine.cmdline);
  const told = randomised ? kernelAtFromLog(real, image) : null;
  const kernelAt = options.kernelAt ?? told ?? undefined;
  const record = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline, kernel, kernelAt });
  const comparisons = folder === null ? [] : await compareFolder(folder, record);
  return {
    verdict: { name: machine.name, fidelity: fidelityOf(real, record.logLines), comparisons },
    record,
    told,
  };
}

/** Whether anything is not as the real kernel did it. */
export function differs({ fidelity, comparisons }: Verdict): boolean {
  return fidelity.fidelity < 1 || comparisons.some((comparison) => comparison.differing.length > 0);
}

/** Every line that differs, `-` in front of what the real kernel has alone. */
export function differingLines({
  fidelity,
  comparisons,
}: Pick<Verdict, 'fidelity' | 'comparisons'>): string[] {
  return [
    ...fidelity.differing.map((line) => `${line.from === 'real' ? '-' : '+'} ${line.text}`),
    ...comparisons.flatMap((comparison) => comparison.differing.map((text) => `${comparison.what}: ${text}`)),
  ];
}

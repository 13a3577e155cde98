// `fits`: yes or no for each thing that a command line may ask memory for.
import { InputError } from '../../lib/input-error.ts';
import { fitCma, fitReserveMem } from './areas.ts';
import { fitCrashkernel } from './crashkernel.ts';
import { fitHugepages } from './hugepages.ts';
import type { FitsMachine } from './machine.ts';
import { fitMemmap } from './memmap.ts';
import type { Fit } from './types.ts';

/** Specs as they stand behind the parameter's `=`; for hugepages SIZE:N[@NODE]. */
export interface FitsQuestion {
  readonly crashkernel?: readonly string[] | undefined;
  readonly hugepages?: readonly string[] | undefined;
  readonly memmap?: readonly string[] | undefined;
  readonly cma?: readonly string[] | undefined;
  readonly reserveMem?: readonly string[] | undefined;
}

/** An answer for each spec, each alone on the machine as it is. @throws InputError 'usage' where nothing is asked */
export function fits(machine: FitsMachine, question: FitsQuestion): Fit[] {
  const { crashkernel = [], hugepages = [], memmap = [], cma = [], reserveMem = [] } = question;
  const answers = [
    ...crashkernel.map((spec) => fitCrashkernel(machine, spec)),
    ...hugepages.map((spec) => fitHugepages(machine, spec)),
    ...memmap.map((spec, i) =>
      fitMemmap(
        machine,
        spec,
        memmap.filter((_, j) => j !== i),
      ),
    ),
    ...cma.map((spec) => fitCma(machine, spec)),
    ...reserveMem.map((spec) => fitReserveMem(machine, spec)),
  ];
  if (answers.length === 0)
    throw new InputError(
      'usage',
      'expected one of --crashkernel, --hugepages, --memmap, --cma, --reserve-mem',
    );
  return answers;
}

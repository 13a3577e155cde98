// A log that costs are fitted to must be of the machine's own CPUs: figures of others would fit, and mean nothing.
import { InputError } from '../lib/input-error.ts';
import { cpuCountFromLines } from '../machine/import/cpu-lines.ts';
import { logLines } from '../machine/import/lines.ts';

/** The machine whose costs are fitted. */
export interface FittedMachine {
  readonly name: string;
  readonly onlineCpus: number;
  /** As CPUID names it: `GenuineIntel`. */
  readonly vendor: string;
}

/** `smpboot: CPU0: Intel(R) Xeon(R) …`; older kernels say no smpboot. */
const CPU_MODEL = /^(?:smpboot: )?CPU0: (Intel|AMD)\b/;
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['Intel', 'GenuineIntel'],
  ['AMD', 'AuthenticAMD'],
]);

/**
 * What a log does not tell is not held against it.
 * @throws InputError 'log' where it tells another number of CPUs, or another maker
 */
export function refuseOtherCpus(text: string, file: string, machine: FittedMachine): void {
  const lines = logLines(text);
  const { name, onlineCpus, vendor } = machine;
  const present = cpuCountFromLines(lines)?.present ?? onlineCpus;
  if (present !== onlineCpus)
    throw new InputError(
      'log',
      `${file}: a log of ${present} CPUs: expected one of ${name}, whose ${onlineCpus} CPUs it is to be fitted to`,
    );
  const maker = lines.map((line) => CPU_MODEL.exec(line.text)?.[1]).find((found) => found !== undefined);
  const own = [...VENDORS].find(([, id]) => id === vendor)?.[0];
  if (maker !== undefined && own !== undefined && maker !== own)
    throw new InputError(
      'log',
      `${file}: a log of ${maker} CPUs: expected one of ${name}, whose are ${own}'s`,
    );
}

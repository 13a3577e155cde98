// Small machines of the threads driver's tests, booted on emulated CPUs.
import { smallMachine } from '../../threads/helpers/machine.ts';
import type { SmallMachine } from '../../threads/helpers/machine.ts';
import { bringUpEmulatedCpus } from '../../../../src/cpus/emulated/bring-up.ts';
import type { EmulatedCpus, EmulatedCpusOptions } from '../../../../src/cpus/emulated/bring-up.ts';
import { runOnEmulatedCpus } from '../../../../src/cpus/emulated/run.ts';
import type { EmulatedOptions, EmulatedRunResult } from '../../../../src/cpus/emulated/run.ts';

export type SmallBoot = ReturnType<typeof smallMachine>;

/** The machine's CPUs with even APIC IDs. */
export function cpusOf(boot: SmallBoot): EmulatedCpusOptions['cpus'] {
  return boot.topology.nodeOfCpu.map((node, i) => ({ apicId: 2 * i, node, present: true }));
}

/** Boots a fresh machine; its CPUs are closed when this returns. */
export async function bootEmulated(
  shape: SmallMachine,
  options: EmulatedOptions & Omit<EmulatedCpusOptions, 'cpus'> = {},
): Promise<{ boot: SmallBoot; cpus: EmulatedCpus; result: EmulatedRunResult }> {
  const boot = smallMachine(shape);
  const cpus = await bringUpEmulatedCpus({ workers: 2, ...options, cpus: cpusOf(boot) });
  const result = await runOnEmulatedCpus(boot, cpus, options);
  return { boot, cpus, result };
}

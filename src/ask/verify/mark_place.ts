// Marks the lines that differ because KASLR put the kernel elsewhere, by booting the machine with it in a few other places.
import { otherPlaces } from '../../boot/kernel_place.ts';
import { runMachine, type BootOptions } from '../../boot/machine.ts';
import type { RunRecord } from '../../init/record.ts';
import type { LogLine } from '../../kernel/printk.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { Fidelity } from './fidelity.ts';
import { dependsOnPlace } from './kernel_place.ts';

/** The lines that read otherwise with the kernel elsewhere, marked; for that the machine is booted with it in a few other places. */
export async function markPlace(
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

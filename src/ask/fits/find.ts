// The machine of `fits` by its description: found by the guest, with the kernel that was asked for.
import { chooseKernel, DEFAULT_BOOT, discover } from '../../boot/machine.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { FitsMachine, joined } from './machine.ts';

/** @throws InputError where the machine cannot be built or found, Failure where Linux panics on it as it is */
export async function fitsMachine(
  spec: MachineSpec,
  options: { readonly kernel?: string | undefined; readonly append?: string | undefined } = {},
): Promise<FitsMachine> {
  const cmdline = joined(spec.cmdline, options.append ?? '');
  const found = await discover(spec, { ...DEFAULT_BOOT, cmdline });
  return new FitsMachine(spec, found, await chooseKernel(spec, { kernel: options.kernel ?? null }));
}

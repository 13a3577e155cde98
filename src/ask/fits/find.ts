// The machine of `fits` by its description: found by the guest, with the kernel that was asked for.
import { chooseKernel, DEFAULT_BOOT, discover } from '../../boot/machine.ts';
import type { PhysAddr } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { kernelStart } from '../../boot/kernel_place.ts';
import { mistypedParams } from '../../boot/mistyped.ts';
import { FitsMachine, joined } from './machine.ts';

/** Which kernel boots, with which further parameters, and where it lies if that is not left to its boot loader. */
export interface FitsMachineOptions {
  readonly kernel?: string | null | undefined;
  readonly append?: string | undefined;
  readonly kernelAt?: PhysAddr | undefined;
  /** Refuses to boot where a fact would be assumed. */
  readonly strict?: boolean | undefined;
}

/** @throws InputError where the machine cannot be built or found, Failure where Linux panics on it as it is */
export async function fitsMachine(spec: MachineSpec, options: FitsMachineOptions = {}): Promise<FitsMachine> {
  const cmdline = joined(spec.cmdline, options.append ?? '');
  const found = await discover(spec, { ...DEFAULT_BOOT, cmdline });
  const profile = await chooseKernel(spec, { kernel: options.kernel ?? null });
  const { strict } = options;
  const at = options.kernelAt;
  const kernelAt =
    at === undefined ? undefined : kernelStart(spec, profile.kernel, { cmdline, kernelAt: at }).kernelAt;
  const mistyped = await mistypedParams(profile.kernel.image.params, cmdline);
  const warned = { ...spec, warnings: [...spec.warnings, ...mistyped] };
  return new FitsMachine(warned, found, profile, { kernelAt, strict });
}

// The machine of `lint` by its description: found by the guest, with the kernel that was asked for.
import { chooseKernel, DEFAULT_BOOT, discover } from '../../boot/machine.ts';
import { assumedOf, refuseAssumed } from '../../boot/assumed.ts';
import { mistypedParams } from '../../boot/mistyped.ts';
import { InputError } from '../../lib/input-error.ts';
import { PlacementError } from '../../machine/spec/places.ts';
import type { PhysAddr } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { lintMachineOf, type LintFound } from './machine.ts';
import type { LintMachine } from './types.ts';

export interface LintOptions {
  readonly kernel?: string | undefined;
  readonly kernelAt?: PhysAddr | undefined;
  /** Refuses to boot where a fact would be assumed. */
  readonly strict?: boolean | undefined;
  readonly contradictions?: LintMachine['contradictions'] | undefined;
  /** Called with what is wrong with the command line: that is no fault of the machine. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** @throws InputError for a kernel that there is not, and where `strict` refuses; what is wrong with the machine is a finding */
export async function lintMachine(spec: MachineSpec, options: LintOptions = {}): Promise<LintMachine> {
  const { kernelAt, contradictions, warn } = options;
  const profile = await chooseKernel(spec, { kernel: options.kernel ?? null });
  if (warn) (await mistypedParams(profile.kernel.image.params, spec.cmdline)).forEach(warn);
  if (options.strict === true)
    refuseAssumed(spec.name, assumedOf({ assumed: spec.assumed, profile }, profile.kernel.image.textStart));
  return lintMachineOf(spec, await foundOf(spec, profile), contradictions, kernelAt);
}

async function foundOf(
  spec: MachineSpec,
  profile: Awaited<ReturnType<typeof chooseKernel>>,
): Promise<LintFound> {
  try {
    return { found: await discover(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline }), profile };
  } catch (error) {
    // bad input is a finding here; anything else is none
    if (!(error instanceof InputError)) throw error;
    if (error instanceof PlacementError) return { refused: { message: error.detail, path: error.keys } };
    return { refused: { message: error.message } };
  }
}

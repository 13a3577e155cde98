// The kernel that a request means, and early boot with it.
import { parseHandoff } from '../../arch/x86/boot/handoff.ts';
import type { BootParams } from '../../arch/x86/boot/params.ts';
import { earlyBoot, type EarlyBoot } from '../../boot/early.ts';
import { kernelStart } from '../../boot/kernel_place.ts';
import type { LogLine } from '../../kernel/printk.ts';
import type { BootProfile } from '../../kernels/list.ts';
import { kernelNamed, kernelOfMachine } from '../../kernels/named.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { Wanted } from '../protocol.ts';

/** The kernel asked for, or the machine's own. @throws InputError 'usage' for a name that there is not */
export async function kernelFor(spec: MachineSpec, { kernel }: Pick<Wanted, 'kernel'>): Promise<BootProfile> {
  return kernel === null ? kernelOfMachine(spec.kernel, spec.kernelFacts) : kernelNamed(kernel);
}

/** A machine, what its guest found, and the kernel that boots there. */
export interface Found {
  readonly spec: MachineSpec;
  readonly bootParams: BootParams;
  readonly profile: BootProfile;
}

export async function found(
  spec: MachineSpec,
  handoff: Uint8Array,
  wanted: Pick<Wanted, 'kernel'>,
): Promise<Found> {
  return { spec, bootParams: parseHandoff(handoff), profile: await kernelFor(spec, wanted) };
}

/** Early boot of what was found. @throws BootPanic where Linux panics */
export function earlyOf(
  { spec, bootParams, profile }: Found,
  { kernel }: Pick<Wanted, 'kernel'>,
  onLine?: (line: LogLine) => void,
): EarlyBoot {
  const start = kernelStart(spec, profile.kernel, bootParams);
  const { name: machine, warnings } = spec;
  // a kernel that is asked for is told
  const assumed = spec.assumed?.filter(({ fact }) => fact !== 'kernel.version' || kernel === null);
  return earlyBoot(bootParams, { machine, profile, ...start, onLine, warnings, assumed });
}

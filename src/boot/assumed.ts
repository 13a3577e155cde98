// What a boot assumes: the machine's facts and the kernel's that nobody told, and what the boot's own options tell.
import { assumedSentence, sortedFacts, type Assumed } from '../kernel/assumed.ts';
import { assumedFacts } from '../kernels/assumed_facts.ts';
import { InputError } from '../lib/input-error.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import type { PhysAddr } from '../lib/units.ts';

/** What is assumed of a machine, and what a boot of it was told. */
interface Told {
  readonly assumed?: readonly Assumed[] | undefined;
  readonly profile: { readonly kernel: KernelProfile };
  readonly kernelAt?: PhysAddr | undefined;
}

/** In the order in which facts are declared, each once. */
export function assumedOf(cmdline: string, { assumed = [], profile, kernelAt }: Told): readonly Assumed[] {
  const placed = kernelAt !== undefined || /(?:^|\s)nokaslr(?:\s|$)/.test(cmdline);
  const machine = assumed.filter(({ fact }) => fact !== 'kernel.place' || !placed);
  return sortedFacts([...machine, ...assumedFacts(profile.kernel)]);
}

/** @throws InputError 'assumed' with all of them in one line, where there are any */
export function refuseAssumed(machine: string, assumed: readonly Assumed[]): void {
  if (assumed.length === 0) return;
  const all = assumed.map(assumedSentence).join('; ');
  throw new InputError('assumed', `--strict: ${machine}: ${assumed.length} facts would be assumed: ${all}`);
}

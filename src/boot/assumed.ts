// What a boot assumes: the machine's facts and the kernel's that nobody told, and the kernel's place where KASLR chose it.
import { assumedSentence, sortedFacts, type Assumed } from '../kernel/assumed.ts';
import type { KernelProfile } from '../kernel/profile.ts';
import { assumedFacts } from '../kernels/assumed_facts.ts';
import { InputError } from '../lib/input-error.ts';
import { hex, type PhysAddr } from '../lib/units.ts';
import { plural } from '../lib/plural.ts';

/** What is assumed of a machine, and what a boot of it was told. */
interface Told {
  readonly assumed?: readonly Assumed[] | undefined;
  readonly profile: { readonly kernel: KernelProfile };
  readonly kernelUnknown?: boolean | undefined;
}

/** In the order in which facts are declared, each once; `kernelStart` is where this boot has the kernel. */
export function assumedOf(
  { assumed = [], profile, kernelUnknown = false }: Told,
  kernelStart: PhysAddr,
): readonly Assumed[] {
  const place: Assumed[] = kernelUnknown ? [{ fact: 'kernel.place', taken: hex(kernelStart) }] : [];
  return sortedFacts([...assumed, ...place, ...assumedFacts(profile.kernel)]);
}

/** @throws InputError 'assumed' with all of them in one line, where there are any */
export function refuseAssumed(machine: string, assumed: readonly Assumed[]): void {
  if (assumed.length === 0) return;
  const all = assumed.map(assumedSentence).join('; ');
  throw new InputError(
    'assumed',
    `--strict: ${machine}: ${plural(assumed.length, 'fact')} would be assumed: ${all}`,
  );
}

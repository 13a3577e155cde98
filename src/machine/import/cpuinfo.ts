// CPU features out of a copy of /proc/cpuinfo: the one place where a running machine says what CPUID reported.
import type { CpuFeatures } from '../spec.ts';
import { MODERN_CPU } from '../spec/cpuid.ts';

/** Of the first CPU; null where `text` has no flags line. What it does not name is as on a current CPU. */
export function cpuFromCpuinfo(text: string): CpuFeatures | null {
  const field = (name: string) => new RegExp(`^${name}\\s*: *(.*?)\\s*$`, 'm').exec(text)?.[1];
  const flags = field('flags')?.split(' ');
  if (flags === undefined) return null;
  const has = (flag: string) => flags.includes(flag);
  const physBits = /^(\d+) bits physical/.exec(field('address sizes') ?? '')?.[1];
  return {
    vendor: field('vendor_id') ?? MODERN_CPU.vendor,
    la57: has('la57'),
    pdpe1gb: has('pdpe1gb'),
    physBits: physBits === undefined ? MODERN_CPU.physBits : Number(physBits),
    x2apic: has('x2apic'),
    // cpuinfo tells that there is one, not which
    hypervisor: has('hypervisor') ? 'KVMKVMKVM' : null,
  };
}

// CPU features out of a copy of /proc/cpuinfo: the one place where a running machine says what CPUID reported.
import { clamp } from '../../lib/ranges.ts';
import type { CpuFeatures } from '../spec.ts';
import { MODERN_CPU } from '../spec/cpuid.ts';

/** Of the first CPU; null where `text` has no flags line. What it does not name is as on a current CPU. */
export function cpuFromCpuinfo(text: string): CpuFeatures | null {
  const fields = fieldsOf(text);
  const field = (name: string) => fields.get(name);
  const flags = field('flags')?.split(' ');
  if (flags === undefined) return null;
  const has = (flag: string) => flags.includes(flag);
  const physBits = /^(\d{1,3}) bits physical/.exec(field('address sizes') ?? '')?.[1];
  return {
    vendor: field('vendor_id') ?? MODERN_CPU.vendor,
    la57: has('la57'),
    pdpe1gb: has('pdpe1gb'),
    physBits: physBits === undefined ? MODERN_CPU.physBits : clamp(Number(physBits), 32, 52),
    x2apic: has('x2apic'),
    // cpuinfo tells that there is one, not which
    hypervisor: has('hypervisor') ? 'KVMKVMKVM' : null,
  };
}

/** The first CPU's lines, `name : value`, by name. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

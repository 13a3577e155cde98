// CPU features that a log proves: how far page tables reach, whether they have 1 GiB pages, which hypervisor there is.
import type { CpuFeatures } from '../spec.ts';
import type { Assumed } from '../../kernel/assumed.ts';
import { MODERN_CPU } from '../spec/cpuid.ts';
import type { LogText } from './lines.ts';

const MAX_ARCH_PFN = /^(?:e820: )?last_pfn = 0x[0-9a-f]{1,16} max_arch_pfn = 0x([0-9a-f]{1,16})/;
/** 52 bits of physical address in pages: what five-level page tables reach. */
const LA57_PFN = 2 ** 40;
/** Printed right after max_arch_pfn's lines, where the direct mapping is made. */
const GB_PAGES = /^Using GB pages for direct mapping/;
/** Printed behind it on every machine. */
const MAPPED = /^(?:Zone ranges:|No NUMA configuration found|NODE_DATA\(|Memory: \d)/;
const HYPERVISOR = /^Hypervisor detected: (.{1,40})$/;
/** What each prints, and the signature of its CPUID leaf. */
const SIGNATURES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    KVM: 'KVMKVMKVM',
    VMware: 'VMwareVMware',
    'Microsoft Hyper-V': 'Microsoft Hv',
    'Microsoft HyperV': 'Microsoft Hv',
    'Xen HVM': 'XenVMMXenVMM',
  }),
);

/** `smpboot: CPU0: AMD EPYC 7702P 64-Core Processor (family: …`, without the prefix in older kernels. */
const NAME = /^(?:smpboot: )?CPU0: (.{1,80})/;
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/\bIntel\b/, 'GenuineIntel'],
  [/\bAMD\b/, 'AuthenticAMD'],
  [/\bHygon\b/, 'HygonGenuine'],
];

const vendorOf = (text: string): string | undefined => {
  const name = NAME.exec(text)?.[1];
  return name === undefined ? undefined : VENDORS.find(([pattern]) => pattern.test(name))?.[1];
};

/** What of the CPU that cpuFromLines() makes no line shows. */
export function untoldOfCpu(lines: readonly LogText[], cpu: CpuFeatures): Assumed[] {
  const shown = (pattern: RegExp): boolean => lines.some(({ text }) => pattern.test(text));
  const onOff = (value: boolean): string => (value ? 'on, as on a current CPU' : 'off');
  const untold: Assumed[] = [];
  if (!shown(MAX_ARCH_PFN)) untold.push({ fact: 'cpu.la57', taken: onOff(cpu.la57) });
  if (!shown(GB_PAGES) && !shown(MAPPED)) untold.push({ fact: 'cpu.pdpe1gb', taken: onOff(cpu.pdpe1gb) });
  if (!lines.some(({ text }) => vendorOf(text) !== undefined))
    untold.push({ fact: 'cpu.vendor', taken: cpu.vendor });
  return untold;
}

/** A current CPU, but for what the lines show. */
export function cpuFromLines(lines: readonly LogText[]): CpuFeatures {
  let { la57, pdpe1gb, hypervisor, vendor } = MODERN_CPU;
  let gbPages = false;
  for (const { text } of lines) {
    const pfn = MAX_ARCH_PFN.exec(text);
    if (pfn) la57 = parseInt(pfn[1] ?? '', 16) >= LA57_PFN;
    else if (GB_PAGES.test(text)) gbPages = true;
    else if (MAPPED.test(text)) pdpe1gb = gbPages;
    else if (NAME.test(text)) vendor = vendorOf(text) ?? vendor;
    else hypervisor = SIGNATURES.get(HYPERVISOR.exec(text)?.[1]?.trim() ?? '') ?? hypervisor;
  }
  return { ...MODERN_CPU, la57, pdpe1gb, hypervisor, vendor };
}

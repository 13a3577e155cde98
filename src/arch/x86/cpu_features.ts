// What of CPUID early boot looks at (arch/x86/kernel/cpu, v6.1).
import type { Params } from '../../kernel/params.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { CpuFeatures } from '../../mm/context.ts';
import type { CpuidLeaf } from './boot/params.ts';

const VENDOR_LEAF = 0;
const FEATURES_LEAF = 1;
const EXTENDED_FEATURES_LEAF = 7;
const AMD_FEATURES_LEAF = 0x80000001;
const ADDRESS_SIZES_LEAF = 0x80000008;
const HYPERVISOR_BIT = 2 ** 31; // leaf 1, ECX
const CLFLUSH_BIT = 2 ** 19; // leaf 1, EDX
const LA57_BIT = 2 ** 16; // leaf 7, ECX
const PDPE1GB_BIT = 2 ** 26; // leaf 0x80000001, EDX

/** Whether bit value `bit` is set in an unsigned 32-bit register. */
function hasBit(register: number, bit: number): boolean {
  return Math.floor(register / bit) % 2 === 1;
}

/** What a 32-bit kernel takes for a cache line: CLFLUSH's size, 32 bytes without it, and two of 64 with Intel's family 15. */
function cacheAlignment32(leaf: CpuidLeaf | undefined, vendor: string): number {
  const { eax = 0, ebx = 0, edx = 0 } = leaf ?? {};
  const line = hasBit(edx, CLFLUSH_BIT) ? ((ebx >>> 8) & 0xff) * 8 : 32;
  const netburst = vendor === 'GenuineIntel' && ((eax >>> 8) & 0xf) === 0xf;
  return netburst && line === 64 ? 128 : line;
}

/** The features that matter to memory, from CPUID as the payload read it, and `no5lvl`. */
export function cpuFeatures(
  cpuid: readonly CpuidLeaf[],
  params: Params,
  profile: KernelProfile,
): CpuFeatures {
  const leaf = (number: number): CpuidLeaf | undefined =>
    cpuid.find((l) => l.leaf === number && l.subleaf === 0);
  const bytes = (register: number): string =>
    String.fromCharCode(...[0, 8, 16, 24].map((shift) => (register >>> shift) & 0xff));
  const vendorLeaf = leaf(VENDOR_LEAF);
  const vendor = vendorLeaf ? bytes(vendorLeaf.ebx) + bytes(vendorLeaf.edx) + bytes(vendorLeaf.ecx) : '';
  return {
    gbPages: hasBit(leaf(AMD_FEATURES_LEAF)?.edx ?? 0, PDPE1GB_BIT),
    la57:
      profile.config.x86FiveLevel &&
      hasBit(leaf(EXTENDED_FEATURES_LEAF)?.ecx ?? 0, LA57_BIT) &&
      !params.has('no5lvl'),
    vendor: vendor === 'GenuineIntel' ? 'Intel' : vendor === 'AuthenticAMD' ? 'AMD' : 'other',
    cacheAlignment: profile.image.i386 ? cacheAlignment32(leaf(FEATURES_LEAF), vendor) : 64,
    hypervisor: hasBit(leaf(FEATURES_LEAF)?.ecx ?? 0, HYPERVISOR_BIT),
    physBits: (leaf(ADDRESS_SIZES_LEAF)?.eax ?? 36) & 0xff,
  };
}

// CPUID leaves of the described CPU: what early boot asks for, the rest as on any 64-bit CPU (Intel SDM volume 2, CPUID).
import type { CpuidLeaf } from '../../arch/x86/boot/params.ts';
import type { CpuFeatures } from '../spec.ts';

/** A current CPU on bare metal. */
export const MODERN_CPU: CpuFeatures = {
  vendor: 'GenuineIntel',
  la57: true,
  pdpe1gb: true,
  physBits: 52,
  x2apic: true,
  hypervisor: null,
};

/** FPU VME DE PSE TSC MSR PAE MCE CX8 APIC SEP MTRR PGE MCA CMOV PAT PSE36 CLFSH MMX FXSR SSE SSE2. */
const LEAF1_EDX = 0x078bfbff;
/** SSE3, CX16, SSE4.1, SSE4.2, POPCNT. */
const LEAF1_ECX = 0x00982001;
const X2APIC_BIT = 21;
const HYPERVISOR_BIT = 31;
const LA57_BIT = 16;
/** SYSCALL, NX, RDTSCP, LM. */
const EXTENDED_EDX = 0x28100800;
const PDPE1GB_BIT = 26;
const SIGNATURE_BY_VENDOR: ReadonlyMap<string, number> = new Map(
  Object.entries({
    GenuineIntel: 0x000806f8,
    AuthenticAMD: 0x00a10f11,
  }),
);

function bit(n: number, set: boolean): number {
  return set ? 2 ** n : 0;
}

function leaf(leafNumber: number, eax: number, ebx: number, ecx: number, edx: number): CpuidLeaf {
  return { leaf: leafNumber, subleaf: 0, eax, ebx, ecx, edx };
}

/** Four characters as a little-endian word. */
function word(text: string, at: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i--) value = value * 256 + (text.charCodeAt(at + i) || 0);
  return value;
}

/** In EBX of leaf 1: CLFLUSH of 64 bytes, one logical CPU; the boot CPU's initial APIC id has the highest 8 bits. */
const LEAF1_EBX = 0x00010800;
const APIC_ID_UNIT = 2 ** 24;

/** Leaves 0, 1, 7, 0x80000000, 0x80000001 and 0x80000008, and 0x40000000 under a hypervisor. */
export function cpuidLeaves(cpu: CpuFeatures, bootApicId = 0): CpuidLeaf[] {
  const { vendor } = cpu;
  const features = LEAF1_ECX + bit(X2APIC_BIT, cpu.x2apic) + bit(HYPERVISOR_BIT, cpu.hypervisor !== null);
  const linearBits = cpu.la57 ? 57 : 48;
  const leaves = [
    leaf(0, 7, word(vendor, 0), word(vendor, 8), word(vendor, 4)),
    leaf(
      1,
      SIGNATURE_BY_VENDOR.get(vendor) ?? 0x600,
      LEAF1_EBX + (bootApicId & 0xff) * APIC_ID_UNIT,
      features,
      LEAF1_EDX,
    ),
    leaf(7, 0, 0, bit(LA57_BIT, cpu.la57), 0),
    leaf(0x80000000, 0x80000008, word(vendor, 0), word(vendor, 8), word(vendor, 4)),
    leaf(0x80000001, 0, 0, 1, EXTENDED_EDX + bit(PDPE1GB_BIT, cpu.pdpe1gb)),
    leaf(0x80000008, cpu.physBits + linearBits * 256, 0, 0, 0),
  ];
  const { hypervisor } = cpu;
  if (hypervisor !== null) {
    const name = hypervisor.padEnd(12, '\0');
    leaves.splice(3, 0, leaf(0x40000000, 0x40000001, word(name, 0), word(name, 4), word(name, 8)));
  }
  return leaves;
}

// Every fixed address and size of x86-64 that the boot model uses, once, with its source.
import { GiB, KiB, MiB, PAGE_SHIFT, PAGE_SIZE, TiB, type PhysAddr, type Pfn } from '../../lib/units.ts';

/** The end of the ISA range, 1 MiB; the real-mode trampoline lies below (arch/x86/include/asm/e820/api.h, ISA_END_ADDRESS). */
export const ISA_END_ADDRESS: PhysAddr = MiB;
/** Where the BIOS area starts that trim_bios_range takes out of RAM (arch/x86/include/asm/setup.h, BIOS_BEGIN). */
export const BIOS_BEGIN: PhysAddr = 0xa0000;
/** The bytes below 64 KiB are always reserved: some BIOSes write there (setup.c, early_reserve_memory). */
export const LOW_RESERVE_SIZE = 64 * KiB;
/** Bounds within which the BIOS data area's base memory size is believed (arch/x86/kernel/ebda.c). */
export const BIOS_START_MIN: PhysAddr = 0x20000;
export const BIOS_START_MAX: PhysAddr = 0x9f000;

/** Page sizes of the page-table levels above 4 KiB: PMD 2 MiB, PUD 1 GiB, P4D 512 GiB, PGD 256 TiB with five levels. */
export const PMD_SIZE = 2 * MiB;
export const PUD_SIZE = GiB;
export const P4D_SIZE = 512 * GiB;
export const PGD_SIZE_5LEVEL = 256 * TiB;
/** Entries of one page table. */
export const PTRS_PER_TABLE = 512;

/** MAX_DMA_PFN and MAX_DMA32_PFN: the ends of ZONE_DMA (16 MiB) and ZONE_DMA32 (4 GiB) (arch/x86/include/asm/dma.h). */
export const MAX_DMA_PFN: Pfn = (16 * MiB) / PAGE_SIZE;
export const MAX_DMA32_PFN: Pfn = (4 * GiB) / PAGE_SIZE;
/** MAX_DMA_ADDRESS as a physical address: boot allocations stay above it where they can. */
export const MAX_DMA_ADDRESS: PhysAddr = 16 * MiB;

/** Bits of physical addresses that sparsemem and the direct map reach (arch/x86/include/asm/sparsemem.h, MAX_PHYSMEM_BITS). */
export function maxPhysmemBits(la57: boolean): number {
  return la57 ? 52 : 46;
}

/** MAX_ARCH_PFN: MAXMEM in pages (arch/x86/kernel/e820.c). */
export function maxArchPfn(la57: boolean): Pfn {
  return 2 ** (maxPhysmemBits(la57) - PAGE_SHIFT);
}

/** Crash kernels start on 16 MiB and stay below 4 GiB (low) or 64 TiB (high) (setup.c, CRASH_*). */
export const CRASH_ALIGN = 16 * MiB;
export const CRASH_ADDR_LOW_MAX: PhysAddr = 4 * GiB;
export const CRASH_ADDR_HIGH_MAX: PhysAddr = 64 * TiB;
/** ... both below 512 MiB with 32 bits. */
export const CRASH_ADDR_MAX_32: PhysAddr = 512 * MiB;

/** numa=fake nodes are multiples of 32 MiB (arch/x86/include/asm/numa.h, FAKE_NODE_MIN_SIZE). */
export const FAKE_NODE_MIN_SIZE = 32 * MiB;

/** Cache line size that memblock requests align to (SMP_CACHE_BYTES, INTERNODE_CACHE_SHIFT 6 on generic x86-64). */
export const SMP_CACHE_BYTES = 64;

/** Sizes of what setup_arch allocates for resources: struct resource 64 bytes, and the names behind it. */
export const SIZEOF_RESOURCE = 64;
export const HPET_RESOURCE_NAME_SIZE = 9;
export const IOAPIC_RESOURCE_NAME_SIZE = 11;
/** struct firmware_map_entry and struct nosave_region (drivers/firmware/memmap.c, kernel/power/snapshot.c). */
export const SIZEOF_FIRMWARE_MAP_ENTRY = 104;
export const SIZEOF_NOSAVE_REGION = 32;

// Mirrors asm/fixmap.h, asm/pgtable_32_areas.h and asm/pgtable_32.h (v6.1): what lies where at the end of a 32-bit kernel's
// address space, and so how much memory is low. With CONFIG_HIGHMEM and the usual split at 3 GiB.
import { alignDown, alignUp } from '../../lib/align.ts';
import { MiB, PAGE_SIZE, pfnDown, type Pfn } from '../../lib/units.ts';
import type { KernelProfile } from '../../kernel/profile.ts';

export const PAGE_OFFSET = 0xc0000000;
const FIXADDR_TOP = 0xfffff000;
/** FIX_HOLE, FIX_DBGP_BASE, FIX_EARLYCON_MEM_BASE, FIX_APIC_BASE, and a page for each of MAX_IO_APICS. */
const FIX_KMAP_BEGIN = 4 + 64;
/** KM_MAX_IDX: local mappings of each CPU. */
const KM_MAX_IDX = 16;
/** FIX_PCIE_MCFG, FIX_APEI_GHES_IRQ and FIX_APEI_GHES_NMI. */
const FIX_AFTER_KMAP = 3;
const TOTAL_FIX_BTMAPS = 512;
/** FIX_WP_TEST. */
const FIX_AFTER_BTMAPS = 1;
/** struct cpu_entry_area: GDT, entry and double fault stack with a guard page each, TSS, debug store and its buffers. */
const CPU_ENTRY_AREA_PAGES = 5 + 5 + 1 + 32;
/** VMALLOC_RESERVE, and the hole in front of vmalloc space. */
export const VMALLOC_RESERVE = 128 * MiB;
export const VMALLOC_OFFSET = 8 * MiB;

/** Kernel addresses, end exclusive. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** Places by address. */
export interface Areas32 {
  /** What one entry of the level above page tables maps. */
  readonly pmdSize: number;
  readonly kmap: AddressRange;
  readonly btmapBegin: number;
  /** Page tables for all fixed addresses. */
  readonly fixmap: AddressRange;
  readonly cpuEntryArea: AddressRange;
  readonly pkmapBase: number;
  readonly vmallocEnd: number;
}

const fixToVirt = (index: number): number => FIXADDR_TOP - index * PAGE_SIZE;

/** The areas of a kernel for `nrCpus` CPUs (CONFIG_NR_CPUS). */
export function areas32(nrCpus: number, pae: boolean): Areas32 {
  const ptrsPerPte = pae ? 512 : 1024;
  const pmdSize = ptrsPerPte * PAGE_SIZE;
  const kmapEnd = FIX_KMAP_BEGIN + KM_MAX_IDX * nrCpus - 1;
  const permanent = kmapEnd + 1 + FIX_AFTER_KMAP;
  // boot-time mappings share one page table
  const cross =
    Math.floor(permanent / ptrsPerPte) !== Math.floor((permanent + TOTAL_FIX_BTMAPS - 1) / ptrsPerPte);
  const btmapEnd = cross ? alignUp(permanent + 1, TOTAL_FIX_BTMAPS) : permanent;
  const fixedAddresses = btmapEnd + TOTAL_FIX_BTMAPS + FIX_AFTER_BTMAPS;
  const entryPages = nrCpus * CPU_ENTRY_AREA_PAGES + 1; // and the IDT's
  const entryBase = alignDown(fixToVirt(fixedAddresses) - entryPages * PAGE_SIZE, pmdSize);
  const ldtBase = alignDown(entryBase - PAGE_SIZE, pmdSize);
  const pkmapBase = alignDown(ldtBase - PAGE_SIZE, pmdSize);
  return {
    pmdSize,
    kmap: { start: fixToVirt(kmapEnd), end: fixToVirt(FIX_KMAP_BEGIN) + PAGE_SIZE },
    btmapBegin: fixToVirt(btmapEnd + TOTAL_FIX_BTMAPS - 1),
    fixmap: {
      start: alignDown(fixToVirt(fixedAddresses - 1), pmdSize),
      end: alignDown(FIXADDR_TOP + pmdSize - 1, pmdSize),
    },
    cpuEntryArea: { start: entryBase, end: entryBase + entryPages * PAGE_SIZE },
    pkmapBase,
    vmallocEnd: pkmapBase - 2 * PAGE_SIZE,
  };
}

/** MAXMEM_PFN: where low memory ends at most, with so much kept for vmalloc. */
export function maxmemPfn(areas: Areas32, vmallocReserve: number): Pfn {
  return pfnDown(areas.vmallocEnd - PAGE_OFFSET - vmallocReserve);
}

/** MAX_ARCH_PFN: 64 GiB with PAE, 4 GiB without. */
export function maxArchPfn32(pae: boolean): Pfn {
  return 2 ** ((pae ? 36 : 32) - 12);
}

/** PAGE_TABLE_SIZE(LOWMEM_PAGES) in bytes: beyond its own end the kernel maps so much before it knows any memory. */
function mappingBeyondEnd(pae: boolean): number {
  const lowmemPages = (2 ** 32 - PAGE_OFFSET) / PAGE_SIZE;
  return (pae ? lowmemPages / 512 + 4 : lowmemPages / 1024) * PAGE_SIZE;
}

/** Where the page tables end that the kernel starts with, one page of brk each (mk_early_pgtbl_32). */
export function initialMappingEnd(profile: KernelProfile, imageEnd: number, pae: boolean): number {
  return alignUp(imageEnd + mappingBeyondEnd(pae), areas32(profile.config.nrCpus, pae).pmdSize);
}

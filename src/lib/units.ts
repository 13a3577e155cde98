// What a number counts, in its type: the compiler sees a page frame number passed for an address.

/** A page frame number: physical address divided by 4096. */
export type Pfn = number;
/** A physical byte address, exact to 2^53 (x86 stops at 2^52). */
export type PhysAddr = number;
/** A NUMA node number; -1 is NUMA_NO_NODE. */
export type Nid = number;
/** A CPU number as Linux gives it, from 0. */
export type CpuId = number;

/** Bytes. */
export const KiB = 1024;
/** Bytes. */
export const MiB = 1024 * KiB;
/** Bytes. */
export const GiB = 1024 * MiB;
/** Bytes. */
export const TiB = 1024 * GiB;

export const NUMA_NO_NODE: Nid = -1;

/** Page size of x86 in bytes, and its logarithm (arch/x86/include/asm/page_types.h). */
export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;
/** A section is 128 MiB: 32768 pages (arch/x86/include/asm/sparsemem.h, SECTION_SIZE_BITS 27). */
export const SECTION_SIZE = 128 * MiB;
export const PAGES_PER_SECTION = SECTION_SIZE / PAGE_SIZE;
/** A page block is 2 MiB: 512 pages (pageblock_order 9 with hugetlb). */
export const PAGEBLOCK_NR_PAGES = 512;
/** The largest buddy block: 1024 pages (order 10; MAX_ORDER 11 exclusive to 6.3, 10 inclusive after). */
export const MAX_ORDER_NR_PAGES = 1024;

/** The first page frame that begins at or after `addr` (PFN_UP). */
export function pfnUp(addr: PhysAddr): Pfn {
  return Math.ceil(addr / PAGE_SIZE);
}

/** The page frame that holds `addr` (PFN_DOWN). */
export function pfnDown(addr: PhysAddr): Pfn {
  return Math.floor(addr / PAGE_SIZE);
}

/** The address of the first byte of a page frame (PFN_PHYS). */
export function pfnPhys(pfn: Pfn): PhysAddr {
  return pfn * PAGE_SIZE;
}

/** `value` as C prints %#0*llx: lower-case hexadecimal, `0x` and zero-padded to `digits`. */
export function hex(value: number | bigint, digits = 0): string {
  return '0x' + value.toString(16).padStart(digits, '0');
}

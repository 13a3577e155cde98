// Mirrors include/linux/mm_types.h, include/linux/page-flags-layout.h and arch/x86/include/asm/pgtable_64_types.h (v6.1):
// where the bits of a struct page stand, as data. Read off a Debian 6.1 amd64 kernel's memory.
import { maxNumnodes } from '../../kernel/config.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import type { Nid } from '../../lib/units.ts';

/** Byte offsets in one struct page, bit positions in its flags, and values with a meaning. */
export interface StructPageLayout {
  /** sizeof(struct page), in bytes. */
  readonly size: number;
  /** Byte offsets: 8-byte fields `flags`, `lru` (next, then prev), `index`, `privateData`; 4-byte `mapcount`, `refcount`. */
  readonly flags: number;
  readonly lru: number;
  readonly index: number;
  readonly privateData: number;
  readonly mapcount: number;
  readonly refcount: number;
  /** Position in ZONE_NAMES of the zone that `flags` has as 0: 1 without zone DMA. */
  readonly firstZone: number;
  /** Lowest bits of the zone and the node in `flags`, and of last_cpupid with its width. */
  readonly zonesPgshift: number;
  readonly nodesPgshift: number;
  readonly lastCpupidPgshift: number;
  readonly lastCpupidWidth: number;
  /** Bits below 32 of PG_reserved and PG_private. */
  readonly pgReserved: number;
  readonly pgPrivate: number;
  /** `mapcount` of a page that has no mapping, and of a free block's head (PageBuddy), signed. */
  readonly mapcountNone: number;
  readonly mapcountBuddy: number;
  /** sizeof(struct zone), offset of its free_area, sizeof(struct free_area): where a list's head stands. */
  readonly zoneSize: number;
  readonly zoneFreeArea: number;
  readonly freeAreaSize: number;
}

/** struct page of Debian's 6.1 amd64 kernel: 10 node bits, 3 zone bits, 21 of last_cpupid, no section bits (vmemmap). */
export const STRUCT_PAGE_6_1: StructPageLayout = {
  size: 64,
  flags: 0,
  lru: 8,
  index: 32,
  privateData: 40,
  mapcount: 48,
  refcount: 52,
  firstZone: 0,
  zonesPgshift: 51,
  nodesPgshift: 54,
  lastCpupidPgshift: 30,
  lastCpupidWidth: 21,
  pgReserved: 12,
  pgPrivate: 13,
  mapcountNone: -1,
  mapcountBuddy: -129,
  zoneSize: 0x600,
  zoneFreeArea: 0x100,
  freeAreaSize: 88,
};

/** PGTY_buddy in the high byte of _mapcount, as a signed number (include/linux/page-flags.h, v6.12). */
const MAPCOUNT_PGTY_BUDDY = 0xf0000000 | 0;
/** LAST__PID_SHIFT: bits of a process that last used a page (include/linux/page-flags-layout.h). */
const LAST_PID_SHIFT = 8;
/** Bits that number `count` things. */
const bitsFor = (count: number): number => Math.ceil(Math.log2(count));

/**
 * The struct page of a kernel: members and flags as its image says, fields of `flags` as its configuration makes them
 * (include/linux/page-flags-layout.h: node, zone, last CPU and process, from the top down).
 */
export function structPageLayout({ image, config, rules }: KernelProfile): StructPageLayout {
  const { structPage, pageFlags } = image;
  const nodesPgshift = 64 - bitsFor(maxNumnodes(config));
  // DMA, DMA32, Normal, Movable, Device
  const firstZone = config.zoneDma === false ? 1 : 0;
  const zonesPgshift = nodesPgshift - bitsFor(5 - firstZone);
  // NUMA_BALANCING's
  const lastCpupidWidth = config.numa === false ? 0 : LAST_PID_SHIFT + bitsFor(config.nrCpus);
  const members = structPage && {
    ...{ size: structPage.size, flags: structPage.flags, lru: structPage.lru },
    ...{ privateData: structPage.private, mapcount: structPage.mapcount, refcount: structPage.refcount },
  };
  return {
    ...STRUCT_PAGE_6_1,
    ...members,
    ...{
      firstZone,
      nodesPgshift,
      zonesPgshift,
      lastCpupidWidth,
      lastCpupidPgshift: zonesPgshift - lastCpupidWidth,
    },
    pgReserved: pageFlags?.['PG_reserved'] ?? STRUCT_PAGE_6_1.pgReserved,
    pgPrivate: pageFlags?.['PG_private'] ?? STRUCT_PAGE_6_1.pgPrivate,
    mapcountBuddy: rules.pageTypes === 'byte' ? MAPCOUNT_PGTY_BUDDY : STRUCT_PAGE_6_1.mapcountBuddy,
  };
}

/** Kernel virtual addresses that struct pages hold, without KASLR. */
export interface VirtualBases {
  /** VMEMMAP_START: the struct page of page frame 0. */
  readonly vmemmapBase: bigint;
  /** PAGE_OFFSET: the direct mapping of physical address 0. */
  readonly pageOffset: bigint;
}

/** Bases with 5-level paging (la57) and with 4-level paging (Documentation/x86/x86_64/mm.rst). */
export const BASES_5_LEVEL: VirtualBases = {
  vmemmapBase: 0xffd4000000000000n,
  pageOffset: 0xff11000000000000n,
};
export const BASES_4_LEVEL: VirtualBases = {
  vmemmapBase: 0xffffea0000000000n,
  pageOffset: 0xffff888000000000n,
};

/** LIST_POISON1 and LIST_POISON2 (include/linux/poison.h): what list_del() leaves in next and prev. */
export const LIST_POISON1 = 0xdead000000000100n;
export const LIST_POISON2 = 0xdead000000000122n;

/** include/linux/mmzone.h: types of page blocks. Debian's kernel has no MIGRATE_CMA. */
export const MIGRATE_UNMOVABLE = 0;
export const MIGRATE_MOVABLE = 1;
export const MIGRATE_TYPES = 5;
/** Orders of free blocks, 0 to 10 (MAX_ORDER, exclusive in 6.1), and the order of a page block. */
export const MAX_ORDER = 11;
export const PAGEBLOCK_ORDER = 9;

/** `flags` of a page that was just initialised: zone and node (set_page_links) and no last CPU (page_cpupid_reset_last). */
export function initialPageFlags(layout: StructPageLayout, zoneIndex: number, nid: Nid): bigint {
  const cpupid = ((1n << BigInt(layout.lastCpupidWidth)) - 1n) << BigInt(layout.lastCpupidPgshift);
  return (
    (BigInt(nid) << BigInt(layout.nodesPgshift)) |
    (BigInt(zoneIndex - layout.firstZone) << BigInt(layout.zonesPgshift)) |
    cpupid
  );
}

/** The kernel virtual address of a zone's list head: free_area[order].free_list[migratetype] in the node's pglist_data. */
export function freeListHeadAddress(
  layout: StructPageLayout,
  pgdatAddress: bigint,
  zoneIndex: number,
  order: number,
  migratetype: number,
): bigint {
  const inPgdat =
    layout.zoneSize * (zoneIndex - layout.firstZone) +
    layout.zoneFreeArea +
    layout.freeAreaSize * order +
    16 * migratetype;
  return pgdatAddress + BigInt(inPgdat);
}

// Mirrors include/linux/memblock.h (v6.1): regions, flags, limits, and what a caller may set or listen to.
//
// Addresses are numbers, exact to 2^53. The kernel's 64-bit values below 2^52 are unchanged; the last 2^52 values
// before 2^64 stand for the last 2^52 before 2^53, so that PHYS_ADDR_MAX (all ones) is 2^53 - 1 here.
import type { Nid, PhysAddr } from '../../lib/units.ts';

/** The highest address (all ones in the kernel), here 2^53 - 1. */
export const PHYS_ADDR_MAX: PhysAddr = Number.MAX_SAFE_INTEGER;

/** Upper bounds with a meaning of their own, for `maxAddr` and `end`. */
export const MEMBLOCK_ALLOC_ANYWHERE: PhysAddr = PHYS_ADDR_MAX;
export const MEMBLOCK_ALLOC_ACCESSIBLE: PhysAddr = 0;
export const MEMBLOCK_ALLOC_NOLEAKTRACE: PhysAddr = 1;
export const MEMBLOCK_LOW_LIMIT: PhysAddr = 0;
/** The highest address that allocLow() may use (include/linux/memblock.h; x86 does not change it). */
export const ARCH_LOW_ADDRESS_LIMIT: PhysAddr = 0xffffffff;

/** Bits of a region's `flags`. */
export const MEMBLOCK_NONE = 0;
/** Memory that can be unplugged. */
export const MEMBLOCK_HOTPLUG = 1;
/** Mirrored memory. */
export const MEMBLOCK_MIRROR = 2;
/** Memory that is not to be mapped. */
export const MEMBLOCK_NOMAP = 4;
export const MEMBLOCK_DRIVER_MANAGED = 8;
/** Reserved: struct pages there are not initialised with those of other reserved memory. */
export const MEMBLOCK_RSRV_NOINIT = 0x10;
/** Reserved by the kernel for itself. */
export const MEMBLOCK_RSRV_KERN = 0x20;
/** A reserved region of huge pages that boot took (7.3). */
export const MEMBLOCK_RSRV_HUGETLB = 0x80;
/** Memory that a kernel handed over may allocate from. */
export const MEMBLOCK_KHO_SCRATCH = 0x40;

/** The only error number that memblock returns: a region table is full and cannot grow. */
export const ENOMEM = 12;

/** A region as the kernel's table holds it: `size` bytes from `base`; `nid` is maxNumNodes where none is known. */
export interface MemblockRegion {
  readonly base: PhysAddr;
  readonly size: number;
  readonly flags: number;
  readonly nid: Nid;
}

/** A range of bytes, `end` exclusive. */
export interface MemRange {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly nid: Nid;
}

/** A range of page frames, `endPfn` exclusive. */
export interface MemPfnRange {
  readonly startPfn: number;
  readonly endPfn: number;
  readonly nid: Nid;
}

/** What was asked for when memory was allocated, as the caller gave it. */
export interface MemblockRequest {
  readonly size: number;
  readonly align: number;
  readonly minAddr: PhysAddr;
  readonly maxAddr: PhysAddr;
  readonly nid: Nid;
}

/**
 * One change of the tables. An allocation is one 'alloc' event (its reservation is not told again as 'reserve'), or
 * 'alloc-failed' with base 0. 'double' is a table that has grown: base and size are the new table's.
 */
export interface MemblockEvent {
  readonly op:
    | 'add'
    | 'reserve'
    | 'remove'
    | 'free'
    | 'alloc'
    | 'alloc-failed'
    | 'double'
    | 'set-node'
    | 'set-flag'
    | 'clear-flag'
    | 'cap'
    | 'free-late';
  readonly base: PhysAddr;
  readonly size: number;
  /** The node given with the call, or of the memory that was found; maxNumNodes or -1 where there is none. */
  readonly nid: Nid;
  readonly flags: number;
  /** The call site's id, not yet mapped by `symbol`. */
  readonly caller: string;
  readonly request?: MemblockRequest;
}

/** What a Memblock is made with. All of it is optional; the defaults are those of Debian's amd64 kernel. */
export interface MemblockOptions {
  /** Receives each line that the kernel would print, without timestamp. */
  print?: (line: string) => void;
  /** Receives each change. */
  trace?: (event: MemblockEvent) => void;
  /** memblock=debug; can be set later as a property. */
  debug?: boolean;
  /** Call site id to printed text; by default the part of the id before '#'. */
  symbol?: (caller: string) => string;
  /** PAGE_SIZE in bytes. */
  pageSize?: number;
  /** CONFIG_NUMA. Without it every region has node 0. */
  numa?: boolean;
  /** MAX_NUMNODES: the node id of a region that has none. */
  maxNumNodes?: number;
  /** movable_node_is_enabled(); can be set later as a property. */
  movableNode?: boolean;
  /** mirrored_kernelcore (kernelcore=mirror); can be set later as a property. */
  mirroredKernelcore?: boolean;
  /** SMP_CACHE_BYTES: the alignment taken where 0 is asked for. */
  cacheLineSize?: number;
  /** INIT_MEMBLOCK_REGIONS: entries of a table before it first grows. */
  initRegions?: number;
  /** sizeof(struct memblock_region) in bytes. */
  regionEntrySize?: number;
  /**
   * Whether a merge looks at the whole table (to 6.7; the default) or only around what has changed (since). It shows
   * where capMemoryRange() has left touching NOMAP regions.
   */
  mergeWholeTable?: boolean;
  /** memblock_mark_mirror() counts without kernelcore=mirror (to 5.19). */
  alwaysMirror?: boolean;
  /** Memory of drivers (MEMBLOCK_DRIVER_MANAGED) is allocated from like any (to 5.15). */
  takesDriverManaged?: boolean;
  /** capMemoryRange() where there is no memory cuts what is reserved (to 5.15); since then it is refused. */
  capsWithoutMemory?: boolean;
  /** memblock_free() by its old name in debug lines (to 5.15). */
  oldFreeName?: boolean;
  /** takeRange() finds and reserves by itself, and memblock_phys_alloc_range() prints no line (to 5.14). */
  findAndReserve?: boolean;
  /** Whether reserved regions carry the node that was asked for and MEMBLOCK_RSRV_KERN (6.16); else neither. */
  reservedTags?: boolean;
  /** Whether a reservation's line is `__memblock_reserve` with node and flags (6.16). */
  reserveLineTags?: boolean;
  /** Where a table or block asked for after slabIsAvailable lies: an address, or 0 (the default) for none. */
  kmalloc?: (size: number) => PhysAddr;
}

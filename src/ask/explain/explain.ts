// What lies at an address, who took it and why: answered from a run record alone.
import {
  PAGE_SIZE,
  PAGES_PER_SECTION,
  pfnDown,
  pfnPhys,
  type Nid,
  type Pfn,
  type PhysAddr,
} from '../../lib/units.ts';
import type {
  RecordChunk,
  RecordE820,
  RecordJob,
  RecordMemblockEvent,
  RecordRegion,
  RecordZone,
  RunRecord,
} from '../../init/record.ts';

/** What became of a page of memory, in the order in which boot decides it. */
export type Fate =
  | { readonly kind: 'no-memory' }
  /**
   * Reserved when memblock handed its memory over: the struct page says PG_reserved and nobody else gets it. `region` has the address,
   * or another byte of the same page, which is enough (memmap_init_reserved_pages rounds outwards, free ranges are rounded inwards).
   */
  | { readonly kind: 'reserved'; readonly region: RecordRegion }
  /** Handed to the buddy allocator by memblock_free_all, before other CPUs ran. */
  | { readonly kind: 'freed-early' }
  /** Initialised and freed by a pgdatinit thread or one of its helpers. */
  | { readonly kind: 'deferred'; readonly job: RecordJob | null; readonly chunk: RecordChunk }
  /** Deferred at first, but initialised early because the page allocator ran out (deferred_grow_zone). */
  | { readonly kind: 'grown'; readonly order: number };

/** Everything that the record tells of one physical address. */
export interface Explanation {
  readonly address: PhysAddr;
  readonly pfn: Pfn;
  readonly section: number;
  /** Virtual address of its struct page as hexadecimal text; null where no section holds it. */
  readonly structPage: string | null;
  readonly e820: RecordE820 | null;
  readonly memory: RecordRegion | null;
  readonly reserved: RecordRegion | null;
  readonly node: Nid | null;
  readonly zone: RecordZone | null;
  /** Changes of memblock that touched the address, oldest first. */
  readonly history: readonly RecordMemblockEvent[];
  readonly fate: Fate;
}

function regionAt(regions: readonly RecordRegion[], address: PhysAddr): RecordRegion | null {
  return regions.find((r) => address >= r.base && address < r.base + r.size) ?? null;
}

/** The first region with a byte of the page. */
function regionOf(regions: readonly RecordRegion[], pfn: Pfn): RecordRegion | null {
  return regions.find((r) => pfnPhys(pfn) < r.base + r.size && r.base < pfnPhys(pfn + 1)) ?? null;
}

/** Bytes of a struct page; its address is vmemmap_base + pfn × 64. */
const STRUCT_PAGE_SIZE = 64n;

/** Answers for one physical address; any address up to 2^52 is a fair question. */
export function explainAddress(record: RunRecord, address: PhysAddr): Explanation {
  const pfn = pfnDown(address);
  const section = Math.floor(pfn / PAGES_PER_SECTION);
  const memory = regionAt(record.memblock.memory, address);
  // a zone spans holes, and what another node has; only memory is in it
  const zone =
    record.zones.find(
      (z) => pfn >= z.startPfn && pfn < z.startPfn + z.spannedPages && memory?.nid === z.node,
    ) ?? null;
  const present = record.memblock.memory.some((r) => {
    const first = Math.floor(pfnDown(r.base) / PAGES_PER_SECTION);
    return section >= first && section * PAGES_PER_SECTION * PAGE_SIZE < r.base + r.size;
  });
  return {
    address,
    pfn,
    section,
    structPage: present
      ? '0x' + (BigInt(record.vmemmapBase) + BigInt(pfn) * STRUCT_PAGE_SIZE).toString(16)
      : null,
    e820: record.e820.find((e) => address >= e.start && address <= e.end) ?? null,
    memory,
    reserved: regionAt(record.memblockLate.reserved, address),
    node: memory?.nid ?? null,
    zone,
    history: record.memblockEvents.filter(
      (e) => e.size > 0 && address >= e.base && address < e.base + e.size,
    ),
    fate: fateOf(record, pfn, memory, zone, address),
  };
}

function fateOf(
  record: RunRecord,
  pfn: Pfn,
  memory: RecordRegion | null,
  zone: RecordZone | null,
  address: PhysAddr,
): Fate {
  if (memory === null) return { kind: 'no-memory' };
  const reserved =
    regionAt(record.memblockLate.reserved, address) ?? regionOf(record.memblockLate.reserved, pfn);
  if (reserved) return { kind: 'reserved', region: reserved };
  for (const job of record.jobs) {
    if (zone !== null && job.node !== zone.node) continue;
    const chunk = job.chunks.find((c) => pfn >= c.start && pfn < c.end);
    if (chunk) return { kind: 'deferred', job, chunk };
  }
  const serial = record.serial.find((c) => c.node === zone?.node && pfn >= c.start && pfn < c.end);
  if (serial) return { kind: 'deferred', job: null, chunk: serial };
  const grown = record.grow.find(
    (g) => g.node === zone?.node && pfn >= g.fromPfn && (g.toPfn === null || pfn < g.toPfn),
  );
  return grown ? { kind: 'grown', order: grown.order } : { kind: 'freed-early' };
}

/** Changes whose caller is a function of this name, or whose boot step has it: the answer for a symbol. */
export function eventsOfSymbol(record: RunRecord, symbol: string): RecordMemblockEvent[] {
  return record.memblockEvents.filter((e) => e.caller.replace(/#.*/, '') === symbol || e.step === symbol);
}

/** The function that a call site belongs to, and what it is for: `setup_arch#brk` is `setup_arch (brk)`. */
export function describeCaller(caller: string): string {
  const [name = '', tag] = caller.split('#');
  return tag === undefined ? name : `${name} (${tag})`;
}

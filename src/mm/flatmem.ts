// Mirrors alloc_node_mem_map and setup_usemap of mm/page_alloc.c (v6.1) as CONFIG_FLATMEM has them: one memmap for all memory.
import { panic } from '../kernel/panic.ts';
import { alignDown, alignUp } from '../lib/align.ts';
import { MAX_ORDER_NR_PAGES } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { pgdatEndPfn, type Pgdat, type Zone } from './mmzone.ts';

const SMP_CACHE_BYTES = 64;
/** NR_PAGEBLOCK_BITS. */
const PAGEBLOCK_BITS = 4;
const BITS_PER_LONG = 32;

/** What flat memory needs; bytes and pages. */
export interface Flatmem {
  readonly structPageBytes: number;
  readonly pageblockPages: number;
}

/** Struct pages of a node, from a block of the largest order to the end of one. */
export function allocNodeMemMap(ctx: BootContext, pgdat: Pgdat, structPageBytes: number): void {
  if (pgdat.nodeSpannedPages === 0) return;
  const start = alignDown(pgdat.nodeStartPfn, MAX_ORDER_NR_PAGES);
  const end = alignUp(pgdatEndPfn(pgdat), MAX_ORDER_NR_PAGES);
  const size = (end - start) * structPageBytes;
  if (!ctx.memblock.allocTryNidRaw(size, SMP_CACHE_BYTES, 0, 0, pgdat.nodeId, 'memmap_alloc'))
    throw panic(ctx.printk, `Failed to allocate ${size} bytes for node ${pgdat.nodeId} memory map`);
}

/** Flags of a zone's page blocks, whole longs. */
export function setupUsemap(ctx: BootContext, zone: Zone, pageblockPages: number): void {
  const pages = zone.spannedPages + (zone.zoneStartPfn % pageblockPages);
  const bits = (alignUp(pages, pageblockPages) / pageblockPages) * PAGEBLOCK_BITS;
  const size = alignUp(bits, BITS_PER_LONG) / 8;
  if (!ctx.memblock.allocNode(size, SMP_CACHE_BYTES, zone.node, 'setup_usemap'))
    throw panic(
      ctx.printk,
      `Failed to allocate ${size} bytes for zone ${zone.name} pageblock flags on node ${zone.node}`,
    );
}

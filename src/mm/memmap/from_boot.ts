// A memmap out of what a boot has found: sections, zones and memblock as they stand at memblock_free_all.
import type { Nid, PhysAddr } from '../../lib/units.ts';
import type { BootContext } from '../context.ts';
import type { Memmap } from '../memmap.ts';
import { pgdatEndPfn, ZONE_NAMES } from '../mmzone.ts';
import { registerPageBootmemInfo, vmemmapSections } from './bootmem_info.ts';
import type { SparseAllocations } from './bootmem_info.ts';
import { memblockFreeAll, memmapInit } from './early.ts';
import type { UnavailableRange } from './early.ts';
import type { MemoryMap } from './memory_map.ts';
import { BASES_4_LEVEL, BASES_5_LEVEL, structPageLayout } from './layout.ts';
import type { StructPageLayout } from './layout.ts';
import type { MemmapNode } from './nodes.ts';
import type { MemmapShape, MemmapZone } from './store.ts';

/** Physical addresses of the nodes' pg_data_t. */
export type NodeData = ReadonlyMap<Nid, PhysAddr>;

/** What to build the memmap from; costs no memory yet. */
export function memmapShape(
  ctx: BootContext,
  nodeData: NodeData,
  layout: StructPageLayout = structPageLayout(ctx.profile),
  dataPath: MemmapShape['dataPath'] = 'wasm',
): MemmapShape {
  const bases = ctx.features.la57 ? BASES_5_LEVEL : BASES_4_LEVEL;
  const sections = ctx.presentSections.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
  const zones = ctx.pgdats.flatMap((pgdat) =>
    pgdat.zones
      .filter((zone) => zone.spannedPages > 0)
      .map((zone): MemmapZone => ({
        nid: pgdat.nodeId,
        index: ZONE_NAMES.indexOf(zone.name),
        name: zone.name,
        startPfn: zone.zoneStartPfn,
        spannedPages: zone.spannedPages,
        presentPages: zone.presentPages,
        pgdatAddress: bases.pageOffset + BigInt(nodeData.get(pgdat.nodeId) ?? 0),
      })),
  );
  return { layout, bases, sections: sections.sort((a, b) => a - b), zones, dataPath };
}

/** memblock's tables as the memmap wants them. */
export function memoryMap(ctx: BootContext): MemoryMap {
  const range = ({ base, size, nid }: { base: number; size: number; nid: number }) => ({
    start: base,
    end: base + size,
    nid,
  });
  return {
    memory: ctx.memblock.memory.regions().map(range),
    reserved: ctx.memblock.reserved.regions().map(range),
  };
}

/** Which of memblock's allocations were sparse_init()'s, from the trace of memblock in its order. */
export function sparseAllocations(
  events: Iterable<{ readonly op: string; readonly base: PhysAddr; readonly caller: string }>,
): SparseAllocations {
  const found = {
    ...{ usages: [] as PhysAddr[], buffers: [] as PhysAddr[] },
    ...{ blocks: [] as PhysAddr[], tables: [] as PhysAddr[] },
  };
  for (const { op, base, caller } of events) {
    if (op !== 'alloc' && op !== 'alloc-failed') continue;
    if (caller === 'sparse_init_nid#usage') found.usages.push(base);
    else if (caller === 'sparse_init_nid#memmap') found.buffers.push(base);
    else if (caller === 'vmemmap_alloc_block_buf') found.blocks.push(base);
    else if (caller === 'vmemmap_alloc_block_zero') found.tables.push(base);
  }
  return found;
}

/**
 * Initialises what is not deferred, marks and initialises what is reserved, frees the rest, and marks the memmap's own
 * pages (memmap_init, memblock_free_all, register_page_bootmem_info). Returns the holes that were initialised.
 */
export function initEarlyMemmap(
  memmap: Memmap,
  ctx: BootContext,
  nodeData: NodeData,
  sparse: SparseAllocations,
): UnavailableRange[] {
  const map = memoryMap(ctx);
  const nodes = memmapNodes(memmap, ctx);
  const unavailable = memmapInit(memmap, nodes, map);
  memblockFreeAll(memmap, nodes, map);
  const { bootmemInfo } = ctx.profile.rules;
  if (bootmemInfo === 'none') return unavailable;
  const size = ctx.profile.image.sizeofPglistData;
  const pgdats = new Map([...nodeData].map(([nid, address]) => [nid, { address, size }]));
  const sections = vmemmapSections(memmap, map, ctx.features.la57, sparse);
  registerPageBootmemInfo(memmap, nodes, map, pgdats, sections, bootmemInfo);
  return unavailable;
}

function memmapNodes(memmap: Memmap, ctx: BootContext): MemmapNode[] {
  return (
    ctx.pgdats
      // init_cpu_to_node() has set nodes online that have CPUs and no memory.
      .filter((pgdat) => pgdat.online || ctx.nodeCpus(pgdat.nodeId).length > 0)
      .map((pgdat) => ({
        nid: pgdat.nodeId,
        startPfn: pgdat.nodeStartPfn,
        endPfn: pgdatEndPfn(pgdat),
        firstDeferredPfn: pgdat.firstDeferredPfn,
        areas: memmap.areas.filter((area) => area.zone.nid === pgdat.nodeId),
      }))
  );
}

// Reads from one capture what a memmap needs, without the rest of the model: zones from zoneinfo.txt, memblock from
// memblock.txt, first_deferred_pfn and pgdat addresses from padata.txt, the vmemmap's pages from the log.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES_PER_SECTION } from '../../../../src/lib/units.ts';
import { BASES_4_LEVEL, BASES_5_LEVEL, STRUCT_PAGE_6_1 } from '../../../../src/mm/memmap.ts';
import { Memmap } from '../../../../src/mm/memmap.ts';
import type { MemmapShape, MemmapZone, ZoneArea } from '../../../../src/mm/memmap.ts';
import { registerPageBootmemInfo, vmemmapSections } from '../../../../src/mm/memmap/bootmem_info.ts';
import { DEFERRED_5_8 } from '../../../../src/mm/deferred/profiles.ts';
import { deferredInitMemmapChunk } from '../../../../src/mm/memmap/deferred_chunk.ts';
import { memblockFreeAll, memmapInit } from '../../../../src/mm/memmap/early.ts';
import { zoneFreePfnRanges } from '../../../../src/mm/memmap/memory_map.ts';
import type { UnavailableRange } from '../../../../src/mm/memmap/early.ts';
import type { MemmapNode } from '../../../../src/mm/memmap/nodes.ts';
import type { SparseAllocations } from '../../../../src/mm/memmap/bootmem_info.ts';
import type { MemoryMap } from '../../../../src/mm/memmap/memory_map.ts';
import { ZONE_NAMES } from '../../../../src/mm/mmzone.ts';
import { capturesFolder } from '../../../helpers/captures.ts';

export interface CapturedNode {
  nid: number;
  startPfn: number;
  endPfn: number;
  /** At memmap_init and at the start of the pgdatinit thread. */
  firstDeferred: number | null;
  firstDeferredLate: number | null;
  pgdat: bigint;
}

export interface CapturedMemory {
  name: string;
  map: MemoryMap;
  nodes: CapturedNode[];
  shape: MemmapShape;
  jobs: { start: number; end: number; nid: number; zone: string }[];
  chunks: { start: number; end: number; nid: number }[];
  dmesg: string;
  dir: string;
}

export function readCapture(dir: string, name: string, dataPath: 'wasm' | 'plain' = 'wasm'): CapturedMemory {
  const text = (file: string): string => readFileSync(`${dir}/${name}/${file}`, 'utf8');
  const map = memoryMap(text('memblock.txt'));
  const padata = text('padata.txt').split('\n');
  const nodes = capturedNodes(padata);
  const log = text('dmesg.txt');
  for (const m of log.matchAll(/Initializing node (\d+) as memoryless/g)) {
    // A node without memory has a pglist_data all the same, and no pgdatinit thread.
    if (nodes.some((n) => n.nid === Number(m[1]))) continue;
    const empty = { firstDeferred: null, firstDeferredLate: null, pgdat: 0n };
    nodes.push({ nid: Number(m[1]), startPfn: 0, endPfn: 0, ...empty });
  }
  nodes.sort((a, b) => a.nid - b.nid);
  const onlineNids = new Set([...map.memory.map((m) => m.nid), ...nodes.map((n) => n.nid)]);
  const zones = capturedZones(text('zoneinfo.txt'), nodes).filter((z) => onlineNids.has(z.nid));
  const la57 = nodes.every((n) => n.pgdat < 0xff11000000000000n + 2n ** 52n);
  const sections = new Set<number>();
  for (const m of map.memory) {
    const last = Math.floor((m.end - 1) / 4096 / PAGES_PER_SECTION);
    for (let s = Math.floor(m.start / 4096 / PAGES_PER_SECTION); s <= last; s += 1) sections.add(s);
  }
  return {
    ...{ name, map, nodes, dmesg: log, dir: `${dir}/${name}` },
    shape: {
      layout: STRUCT_PAGE_6_1,
      bases: la57 ? BASES_5_LEVEL : BASES_4_LEVEL,
      sections: [...sections].sort((a, b) => a - b),
      zones,
      dataPath,
    },
    jobs: padata
      .map((l) => /^JOB \d+ (0x\w+) (0x\w+) .* node=(\d+) zone=(\w+)/.exec(l))
      .filter((m) => m !== null)
      .map((m) => ({
        start: Number(m[1]),
        end: Number(m[1]) + Number(m[2]),
        nid: Number(m[3]),
        zone: m[4] ?? '',
      })),
    chunks: padata
      .map((l) => /^CHUNK \d+ (0x\w+) (0x\w+) node=(\d+)/.exec(l))
      .filter((m) => m !== null)
      .map((m) => ({ start: Number(m[1]), end: Number(m[2]), nid: Number(m[3]) })),
  };
}

function memoryMap(text: string): MemoryMap {
  const memory: { start: number; end: number; nid: number }[] = [];
  const reserved: { start: number; end: number }[] = [];
  const first = text.split('\n@ ')[0] ?? '';
  for (const m of first.matchAll(/^(memory|reserved) \d+ base (0x\w+) end (0x\w+) nid (\d+)/gm)) {
    const range = { start: Number(m[2]), end: Number(m[3]) };
    if (m[1] === 'memory') memory.push({ ...range, nid: Number(m[4]) });
    else reserved.push(range);
  }
  return { memory, reserved };
}

function capturedNodes(padata: readonly string[]): CapturedNode[] {
  const pfn = (hex = ''): number | null => (hex.endsWith('ffffffffffffffff') ? null : Number(hex));
  const nodes: CapturedNode[] = [];
  for (const line of padata) {
    const m = /^DEFINIT \d+ (\d+) (0x\w+) (0x\w+) (0x\w+) (0x\w+)/.exec(line);
    if (!m) continue;
    const nid = Number(m[1]);
    const grow = padata.find((l) => l.startsWith('GROW ') && l.includes(`node=${nid} `));
    const before = /first_deferred_pfn=(0x\w+)/.exec(grow ?? '')?.[1];
    nodes.push({
      ...{ nid, pgdat: BigInt(m[2] ?? 0), startPfn: Number(m[4]), endPfn: Number(m[4]) + Number(m[5]) },
      ...{ firstDeferred: pfn(before ?? m[3]), firstDeferredLate: pfn(m[3]) },
    });
  }
  return nodes.sort((a, b) => a.nid - b.nid);
}

function capturedZones(zoneinfo: string, nodes: readonly CapturedNode[]): MemmapZone[] {
  const zones: MemmapZone[] = [];
  for (const block of zoneinfo.split(/^(?=Node \d+, zone)/m)) {
    const head = /^Node (\d+), zone +(\w+)/.exec(block);
    const start = /start_pfn: +(\d+)/.exec(block)?.[1];
    if (!head || start === undefined) continue;
    const nid = Number(head[1]);
    zones.push({
      ...{
        nid,
        name: head[2] ?? '',
        index: ZONE_NAMES.findIndex((n) => n === head[2]),
        startPfn: Number(start),
      },
      spannedPages: Number(/spanned +(\d+)/.exec(block)?.[1]),
      presentPages: Number(/present +(\d+)/.exec(block)?.[1]),
      pgdatAddress: nodes.find((n) => n.nid === nid)?.pgdat ?? 0n,
    });
  }
  return zones;
}

/** The nodes as memmapInit() wants them. */
export function memmapNodes(capture: CapturedMemory, memmap: Memmap): MemmapNode[] {
  return capture.nodes.map((n) => ({
    ...{ nid: n.nid, startPfn: n.startPfn, endPfn: n.endPfn, firstDeferredPfn: n.firstDeferred },
    areas: memmap.areas.filter((a) => a.zone.nid === n.nid),
  }));
}

/** What sparse_init() allocated, from the log's memblock=debug lines; null where the log does not tell. */
export function sparseAllocations(capture: CapturedMemory): SparseAllocations | null {
  const lists = {
    ...{ usages: [] as number[], buffers: [] as number[] },
    ...{ blocks: [] as number[], tables: [] as number[] },
  };
  let into: number[] | undefined;
  for (const line of capture.dmesg.split('\n')) {
    if (line.includes('memblock_alloc_try_nid:') && line.includes('sparse_init_nid+')) into = lists.usages;
    else if (line.includes('memblock_alloc_exact_nid_raw:') && line.includes('sparse_init_nid+'))
      into = lists.buffers;
    else if (line.includes('vmemmap_alloc_block_zero')) into = lists.tables;
    const range = /memblock_reserve: \[(0x\w+)-/.exec(line)?.[1];
    if (range === undefined) continue;
    into?.push(Number(range));
    into = undefined;
  }
  return lists.usages.length > 0 ? lists : null;
}

/** Address and size of each node's pglist_data, from the NODE_DATA lines, or for node 0 alone from padata.txt. */
export function pgdats(capture: CapturedMemory): Map<number, { address: number; size: number }> {
  const found = new Map<number, { address: number; size: number }>();
  for (const m of capture.dmesg.matchAll(/NODE_DATA\((\d+)\) allocated \[mem (0x\w+)-(0x\w+)\]/g)) {
    found.set(Number(m[1]), { address: Number(m[2]), size: Number(m[3]) + 1 - Number(m[2]) });
  }
  const memoryless =
    /Initializing node (\d+) as memoryless\n.*memblock_alloc_try_nid: (\d+) bytes.*\n.*: \[(0x\w+)-/g;
  for (const m of capture.dmesg.matchAll(memoryless)) {
    found.set(Number(m[1]), { address: Number(m[3]), size: Number(m[2]) });
  }
  return found;
}

/** The memmap of a capture, predicted: early part, reserved pages, bootmem info and the deferred ranges in one go. */
export function predictMemmap(capture: CapturedMemory): { memmap: Memmap; unavailable: UnavailableRange[] } {
  const { memmap } = Memmap.create(capture.shape);
  const nodes = memmapNodes(capture, memmap);
  const unavailable = memmapInit(memmap, nodes, capture.map);
  memblockFreeAll(memmap, nodes, capture.map);
  const la57 = capture.shape.bases === BASES_5_LEVEL;
  const allocations = sparseAllocations(capture);
  if (allocations) {
    const sections = vmemmapSections(memmap, capture.map, la57, allocations);
    registerPageBootmemInfo(memmap, nodes, capture.map, pgdats(capture), sections, 'in-index');
  }
  for (const [area, start, end] of deferredZones(nodes)) {
    deferredInitMemmapChunk(memmap, area, zoneFreePfnRanges(capture.map, area), DEFERRED_5_8, start, end);
  }
  return { memmap, unavailable };
}

/** The zone of each node that is deferred, with the first deferred page frame and the node's end. */
export function deferredZones(nodes: readonly MemmapNode[]): [ZoneArea, number, number][] {
  return nodes.flatMap((n): [ZoneArea, number, number][] => {
    const first = n.firstDeferredPfn;
    const area = n.areas.find((a) => first !== null && first < a.zone.startPfn + a.zone.spannedPages);
    return first !== null && area ? [[area, first, n.endPfn]] : [];
  });
}

/** Where the captures of Debian's 6.1 are: in the fixtures, or where EARLYBOOT_CAPTURES says. */
export const CAPTURES = process.env['EARLYBOOT_CAPTURES'] ?? join(capturesFolder(), '6.1');

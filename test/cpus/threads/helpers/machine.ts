// Small machines for the driver's tests: nodes in a row from 4 GiB on, their last zones deferred from a section on, with
// some reserved ranges that make free memory end inside blocks.
import { createHash } from 'node:crypto';
import { PAGES_PER_SECTION } from '../../../../src/lib/units.ts';
import { DEFERRED_5_8 } from '../../../../src/mm/deferred/profiles.ts';
import { DEFERRED_CHUNK, zoneArg } from '../../../../src/mm/deferred.ts';
import type { DeferredNode } from '../../../../src/mm/deferred.ts';
import type { FreeRange } from '../../../../src/mm/deferred/ranges.ts';
import type { DeferredRules } from '../../../../src/mm/deferred/rules.ts';
import { BASES_5_LEVEL, Memmap, STRUCT_PAGE_6_1 } from '../../../../src/mm/memmap.ts';
import type { MemmapMemory, MemmapShape } from '../../../../src/mm/memmap.ts';
import { deferredInitMemmapChunk } from '../../../../src/mm/memmap/deferred_chunk.ts';
import type { ThreadBoot } from '../../../../src/cpus/threads/threads.ts';

export interface SmallMachine {
  readonly nodes: number;
  readonly sectionsPerNode: number;
  readonly cpusPerNode: number;
  readonly rules?: DeferredRules;
  readonly dataPath?: MemmapShape['dataPath'];
}

const START = 0x100000;
const NORMAL = 2;

/** The machine with fresh struct pages; nothing of it is initialised but what deferred init finds free. */
export function smallMachine(
  m: SmallMachine,
): ThreadBoot & { memmap: { memmap: Memmap; memory: MemmapMemory } } {
  const perNode = m.sectionsPerNode * PAGES_PER_SECTION;
  const nodes = Array.from({ length: m.nodes }, (_, nid): DeferredNode => {
    const start = START + nid * perNode;
    return {
      ...{
        nid,
        nodeStartPfn: start,
        nodeEndPfn: start + perNode,
        firstDeferredPfn: start + PAGES_PER_SECTION,
      },
      cpus: Array.from({ length: m.cpusPerNode }, (_cpu, i) => nid * m.cpusPerNode + i),
      ...{ zid: NORMAL, zoneName: 'Normal', zoneStartPfn: start, zoneEndPfn: start + perNode },
      ranges: freeRanges(start + PAGES_PER_SECTION, start + perNode),
    };
  });
  const shape: MemmapShape = {
    ...{ layout: STRUCT_PAGE_6_1, bases: BASES_5_LEVEL, dataPath: m.dataPath ?? 'wasm' },
    sections: Array.from({ length: m.nodes * m.sectionsPerNode }, (_, i) => START / PAGES_PER_SECTION + i),
    zones: nodes.map(({ nid, nodeStartPfn }) => ({
      ...{
        nid,
        index: NORMAL,
        name: 'Normal',
        startPfn: nodeStartPfn,
        spannedPages: perNode,
        presentPages: perNode,
      },
      pgdatAddress: BASES_5_LEVEL.pageOffset + BigInt(nodeStartPfn) * 4096n,
    })),
  };
  const cpus = m.nodes * m.cpusPerNode;
  const { memmap, memory } = Memmap.create(shape);
  return {
    topology: {
      ...{ nrCpuIds: cpus, nrPossible: cpus, nrNodeIds: m.nodes },
      nodeOfCpu: Array.from({ length: cpus }, (_, cpu) => Math.floor(cpu / m.cpusPerNode)),
    },
    deferred: {
      rules: m.rules ?? DEFERRED_5_8,
      hz: 250,
      nodes,
      maxThreads: (mask) => Math.max(mask.length, 1),
    },
    ...{ present: Array.from({ length: cpus }, (_, cpu) => cpu), maxCpus: cpus },
    memmap: { shape, memory, memmap },
  };
}

/** Holes of odd sizes: one page, within a page block, across blocks of the largest order, at the end. */
function freeRanges(start: number, end: number): FreeRange[] {
  const holes = [
    [start + 700, start + 701],
    [start + 5000, start + 7333],
    [start + 40000, start + 40960],
    [end - 300, end - 1],
  ];
  const ranges: FreeRange[] = [];
  let from = start;
  for (const [holeStart = end, holeEnd = end] of holes) {
    if (holeEnd > end || holeStart < from) continue;
    ranges.push({ startPfn: from, endPfn: holeStart });
    from = holeEnd;
  }
  ranges.push({ startPfn: from, endPfn: end });
  return ranges;
}

/** Does the chunks on this thread, in the order given; by default each node whole. */
export function initInOneThread(
  machine: ReturnType<typeof smallMachine>,
  chunks?: readonly { work: string; arg: number; start: number; end: number }[],
): void {
  const { nodes, rules } = machine.deferred;
  const whole = nodes.map(({ nid, zid, firstDeferredPfn, zoneEndPfn }) => ({
    ...{ work: DEFERRED_CHUNK, arg: zoneArg(nid, zid), start: firstDeferredPfn ?? 0, end: zoneEndPfn },
  }));
  const { memmap } = machine.memmap;
  for (const { arg, start, end } of chunks ?? whole) {
    const node = nodes.find((n) => zoneArg(n.nid, n.zid) === arg);
    if (node)
      deferredInitMemmapChunk(memmap, memmap.area(node.nid, node.zid), node.ranges, rules, start, end);
  }
}

/** A digest of each section's struct pages, `lru` of free blocks' heads set to 0. */
export function comparablePages(memmap: Memmap): string[] {
  const { layout, sections } = memmap.shape;
  const size = layout.size / 4;
  return sections.map((section) => {
    const pages = memmap.store.section(section * PAGES_PER_SECTION);
    const words = pages.words.slice(pages.firstWord, pages.firstWord + PAGES_PER_SECTION * size);
    for (let word = 0; word < words.length; word += size) {
      const isHead = ((words[word + layout.mapcount / 4] ?? 0) | 0) === layout.mapcountBuddy;
      if (isHead) words.fill(0, word + layout.lru / 4, word + layout.lru / 4 + 4);
    }
    return createHash('sha1').update(words).digest('hex');
  });
}

/** Walks every free list both ways and counts its blocks; the pages in them. Throws where a link is wrong. */
export function pagesInFreeLists(memmap: Memmap): number {
  let pages = 0;
  for (const area of memmap.areas) {
    for (let order = 0; order < 11; order += 1) {
      const blocks = memmap.freeBlocks(area, order);
      if (blocks.length !== area.nrFree(order)) {
        throw new Error(`order ${order}: ${blocks.length} blocks in lists, nr_free ${area.nrFree(order)}`);
      }
      if (new Set(blocks).size !== blocks.length) throw new Error(`order ${order}: a block twice`);
      pages += blocks.length * 2 ** order;
    }
  }
  return pages;
}

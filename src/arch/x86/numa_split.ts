// Mirrors the splitting of nodes in arch/x86/mm/numa_emulation.c (v6.1): which pieces of the real nodes fake ones get.
import { alignDown, alignUp } from '../../lib/align.ts';
import { simpleStrtoul } from '../../lib/strtoul.ts';
import { hex, MiB, PAGE_SIZE, pfnDown, pfnUp, type Nid, type PhysAddr } from '../../lib/units.ts';
import { memparse } from '../../kernel/params.ts';
import { absentPagesInRange } from '../../mm/pfn_ranges.ts';
import { FAKE_NODE_MIN_SIZE, MAX_DMA32_PFN } from './layout.ts';
import { ascending, type NumaMemblk } from './numa_state.ts';
import type { X86State } from './state.ts';

const DMA32_END: PhysAddr = MAX_DMA32_PFN * PAGE_SIZE;

/** The blocks still to be cut (`physical`) and those made (`emulated`). */
export interface Split {
  readonly x86: X86State;
  readonly physical: NumaMemblk[];
  readonly emulated: NumaMemblk[];
  readonly emuToPhys: Map<Nid, Nid>;
}

/** Cuts the nodes as the option says; returns the text after the size or number, null where it failed. */
export function splitNodes(split: Split, option: string): string | null {
  const maxAddr = split.x86.ctx.maxPfn * PAGE_SIZE;
  const leading = simpleStrtoul(option);
  let { rest } = leading;
  let ok: boolean;
  if (option.includes('U')) {
    ok = splitEachNode(split, leading.value);
  } else if (/[MG]/.test(option)) {
    const size = memparse(option);
    rest = size.rest;
    ok = splitUniform(split, 0, maxAddr, size.value, 0, null, 0) >= 0;
  } else {
    ok = splitInterleave(split, 0, maxAddr, leading.value);
  }
  return ok ? rest.replace(/^:/, '') : null;
}

/** numa=fake=<N>U: every physical node into N. */
function splitEachNode(split: Split, count: number): boolean {
  let nid = 0;
  for (const phys of ascending(split.x86.numa.nodesParsed)) {
    const first = split.physical[0];
    const block = first ?? { start: 0, end: 0, nid: 0 };
    const next = splitUniform(split, block.start, block.end, 0, count, first ?? null, nid);
    if (next < 0) return false;
    if (next === nid) continue;
    if (next - nid < count) {
      split.x86.ctx.printk.info(
        `numa_emulation: phys: ${phys} only got ${next - nid} of ${count} nodes, failing`,
      );
      return false;
    }
    nid = next;
  }
  return true;
}

/** Bytes of [start, end) that are no RAM (mem_hole_size). */
function memHoleSize(split: Split, start: PhysAddr, end: PhysAddr): number {
  const startPfn = pfnUp(start);
  const endPfn = pfnDown(end);
  if (startPfn >= endPfn) return 0;
  return absentPagesInRange(split.x86.ctx.memblock, null, startPfn, endPfn) * PAGE_SIZE;
}

/** Cuts `size` bytes off a physical block's start for fake node `nid` (emu_setup_memblk). */
function emuSetupMemblk(split: Split, nid: Nid, block: NumaMemblk, size: number): void {
  const start = block.start;
  const end = start + size;
  split.emulated.push({ start, end, nid });
  if (!split.emuToPhys.has(nid)) split.emuToPhys.set(nid, block.nid);
  block.start = end;
  if (block.start >= block.end) split.physical.splice(split.physical.indexOf(block), 1);
  const megabytes = Math.floor((end - start) / MiB);
  split.x86.ctx.printk.info(
    `Faking node ${nid} at [mem ${hex(start, 16)}-${hex(end - 1, 16)}] (${megabytes}MB)`,
  );
}

/** Goes round the physical nodes, one fake node from each in turn, until none has memory left. */
function interleave(split: Split, nodes: Iterable<Nid>, cut: (block: NumaMemblk) => void): void {
  const left = new Set(nodes);
  while (left.size > 0) {
    for (const phys of ascending(left)) {
      const block = split.physical.find((b) => b.nid === phys);
      if (block) cut(block);
      else left.delete(phys);
    }
  }
}

/** Extends a fake node over what would be too small for a next one: below 4 GiB, and at its physical node's end. */
function extendEnd(split: Split, end: PhysAddr, limit: PhysAddr, size: number, toLimit: boolean): PhysAddr {
  if (end < DMA32_END && DMA32_END - end - memHoleSize(split, end, DMA32_END) < FAKE_NODE_MIN_SIZE)
    end = DMA32_END;
  // the kernel subtracts unsigned: an end past the limit never counts as too little room
  const room = limit - end - memHoleSize(split, end, limit);
  if (toLimit && room >= 0 && room < size) end = limit;
  return Math.min(end, limit);
}

/** numa=fake=N: N nodes of equal size over all RAM (split_nodes_interleave). */
function splitInterleave(split: Split, addr: PhysAddr, maxAddr: PhysAddr, wanted: number): boolean {
  const { ctx, numa } = split.x86;
  const maxNodes = ctx.profile.config.maxNumnodes;
  if (wanted <= 0) return false;
  if (wanted > maxNodes) ctx.printk.info(`numa=fake=${wanted} too large, reducing to ${maxNodes}`);
  const count = Math.min(wanted, maxNodes);
  const ram = maxAddr - addr - memHoleSize(split, addr, maxAddr);
  const exact = Math.floor(Math.floor(ram / PAGE_SIZE) / count) * PAGE_SIZE;
  const big = Math.floor(((exact % FAKE_NODE_MIN_SIZE) * count) / FAKE_NODE_MIN_SIZE);
  const size = alignDown(exact, FAKE_NODE_MIN_SIZE);
  if (size === 0) {
    ctx.printk.print('Not enough memory for each node.  NUMA emulation disabled.', 3);
    return false;
  }
  let nid = 0;
  interleave(split, numa.nodesParsed, (block) => {
    const { start, end: limit } = block;
    let end = start + size;
    if (nid < big) end += FAKE_NODE_MIN_SIZE;
    end = growOverHoles(split, start, end, limit, size);
    end = extendEnd(split, end, limit, size, true);
    emuSetupMemblk(split, nid % count, block, end - start);
    nid += 1;
  });
  return true;
}

/** Moves `end` up until [start, end) holds `size` bytes of RAM, or the limit is reached. */
function growOverHoles(split: Split, start: number, end: number, limit: number, size: number): PhysAddr {
  while (end - start - memHoleSize(split, start, end) < size) {
    end += FAKE_NODE_MIN_SIZE;
    if (end > limit) return limit;
  }
  return end;
}

/**
 * Nodes of at least `size` bytes, or (with `nrNodes` and `pblk`) one physical node cut evenly
 * (split_nodes_size_interleave_uniform). Returns the next free node number, -1 where it failed.
 */
function splitUniform(
  split: Split,
  addr: PhysAddr,
  maxAddr: PhysAddr,
  wanted: number,
  nrNodes: number,
  pblk: NumaMemblk | null,
  nid: Nid,
): number {
  const { ctx, numa } = split.x86;
  if ((wanted === 0 && nrNodes === 0) || (nrNodes !== 0 && pblk === null)) return -1;
  const uniform = nrNodes !== 0;
  const maxNodes = ctx.profile.config.maxNumnodes;
  const hole = uniform ? 0 : memHoleSize(split, addr, maxAddr);
  const pages = Math.floor((maxAddr - addr - hole) / PAGE_SIZE);
  const share = Math.floor(pages / (uniform ? nrNodes : maxNodes)) * PAGE_SIZE;
  let size = uniform ? share : wanted;
  const minSize = alignUp(Math.max(share, FAKE_NODE_MIN_SIZE), FAKE_NODE_MIN_SIZE);
  if (size < minSize) {
    ctx.printk.print(
      `Fake node size ${Math.floor(size / MiB)}MB too small, increasing to ${minSize / MiB}MB`,
      3,
    );
    size = minSize;
  }
  size = alignDown(size, FAKE_NODE_MIN_SIZE);
  interleave(split, uniform && pblk ? [pblk.nid] : numa.nodesParsed, (block) => {
    const { start, end: limit } = block;
    let end = uniform ? start + size : growOverHoles(split, start, start + size, limit, size);
    end = extendEnd(split, end, limit, size, !uniform);
    emuSetupMemblk(split, nid % maxNodes, block, end - start);
    nid += 1;
  });
  return nid;
}

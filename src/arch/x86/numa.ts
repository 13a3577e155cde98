// Mirrors arch/x86/mm/numa.c (v6.1): node blocks cleaned up, memblock told, NODE_DATA placed.
import { alignUp } from '../../lib/align.ts';
import { hex, MiB, PAGE_SIZE, pfnDown, type Nid } from '../../lib/units.ts';
import { absentPagesInRange, earlyPfnToNid } from '../../mm/pfn_ranges.ts';
import { PHYS_ADDR_MAX } from '../../mm/memblock.ts';
import { SMP_CACHE_BYTES } from './layout.ts';
import { numaEmulation } from './numa_emulation.ts';
import { ascending, LOCAL_DISTANCE, REMOTE_DISTANCE, type NumaMemblk } from './numa_state.ts';
import { x86AcpiNumaInit } from './srat.ts';
import type { X86State } from './state.ts';

/** numa=off, numa=noacpi, numa=fake=… (numa_setup). */
export function numaSetup(x86: X86State, value: string | null): void {
  if (value === null) return;
  if (value.startsWith('off')) x86.numa.off = true;
  if (value.startsWith('fake=')) x86.numa.emuCmdline = value.slice('fake='.length);
  if (value.startsWith('noacpi')) x86.numa.sratDisabled = true;
}

/** Tries ACPI, then one node for everything (x86_numa_init). */
export function x86NumaInit(x86: X86State): void {
  if (!x86.numa.off && numaInit(x86, () => x86AcpiNumaInit(x86))) return;
  numaInit(x86, () => dummyNumaInit(x86));
}

function numaInit(x86: X86State, init: () => boolean): boolean {
  resetNuma(x86);
  if (!init()) return false;
  x86.ctx.memblock.setBottomUp(false);
  if (!numaCleanupMeminfo(x86, x86.numa.meminfo)) return false;
  numaEmulation(x86);
  return numaRegisterMemblks(x86);
}

function resetNuma(x86: X86State): void {
  const { numa, ctx } = x86;
  numa.apicidToNode.clear();
  numa.nodesParsed.clear();
  numa.nodesPossible.clear();
  numa.nodesOnline.clear();
  numa.meminfo = [];
  const { memblock } = ctx;
  memblock.setNode(0, PHYS_ADDR_MAX, memblock.memory, memblock.maxNumNodes);
  memblock.setNode(0, PHYS_ADDR_MAX, memblock.reserved, memblock.maxNumNodes);
  memblock.clearHotplug(0, PHYS_ADDR_MAX);
  numaResetDistance(x86);
}

/** One node, 0, for all memory (dummy_numa_init). */
function dummyNumaInit(x86: X86State): boolean {
  const { numa, ctx } = x86;
  const end = ctx.maxPfn * PAGE_SIZE;
  ctx.printk.info(numa.off ? 'NUMA turned off' : 'No NUMA configuration found');
  ctx.printk.info(`Faking a node at [mem ${hex(0, 16)}-${hex(end - 1, 16)}]`);
  numa.nodesParsed.add(0);
  numa.meminfo.push({ start: 0, end, nid: 0 });
  return true;
}

const mem = (start: number, end: number): string => `[mem ${hex(start, 8)}-${hex(end - 1, 8)}]`;

/** Trims blocks to RAM, joins those of one node and refuses overlaps of two (numa_cleanup_meminfo). */
export function numaCleanupMeminfo(x86: X86State, blocks: NumaMemblk[]): boolean {
  const { memblock, maxPfn } = x86.ctx;
  const high = maxPfn * PAGE_SIZE;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i] as NumaMemblk;
    const inRam = memblock.overlapsRegion(memblock.memory, block.start, block.end - block.start);
    if (inRam) block.end = Math.min(block.end, high);
    if (!inRam || block.start >= block.end) blocks.splice(i--, 1);
  }
  for (let i = 0; i < blocks.length; i++) {
    for (let j = i + 1; j < blocks.length; j++) {
      const joined = joinBlocks(x86, blocks, blocks[i] as NumaMemblk, blocks[j] as NumaMemblk);
      if (joined === 'conflict') return false;
      if (joined === 'joined') blocks.splice(j--, 1);
    }
  }
  return true;
}

/** Joins `b` into `a` where both are of one node and nothing of another node lies between them. */
function joinBlocks(
  x86: X86State,
  blocks: readonly NumaMemblk[],
  a: NumaMemblk,
  b: NumaMemblk,
): 'apart' | 'joined' | 'conflict' {
  const { printk } = x86.ctx;
  if (a.end > b.start && a.start < b.end) {
    if (a.nid !== b.nid) {
      printk.print(
        `node ${a.nid} ${mem(a.start, a.end)} overlaps with node ${b.nid} ${mem(b.start, b.end)}`,
        3,
      );
      return 'conflict';
    }
    printk.warn(`Warning: node ${a.nid} ${mem(a.start, a.end)} overlaps with itself ${mem(b.start, b.end)}`);
  }
  if (a.nid !== b.nid) return 'apart';
  const start = Math.min(a.start, b.start);
  const end = Math.max(a.end, b.end);
  if (blocks.some((other) => other.nid !== a.nid && start < other.end && end > other.start)) return 'apart';
  printk.info(`NUMA: Node ${a.nid} ${mem(a.start, a.end)} + ${mem(b.start, b.end)} -> ${mem(start, end)}`);
  a.start = start;
  a.end = end;
  return 'joined';
}

/** numa_reset_distance: the table is freed; the next distance set makes a new one. */
export function numaResetDistance(x86: X86State): void {
  const { numa, ctx } = x86;
  const size = numa.distanceCnt * numa.distanceCnt;
  if (size > 0) ctx.memblock.free(numa.distanceAddr, size, 'numa_reset_distance');
  numa.distanceCnt = 0;
  numa.distance = [];
}

/** numa_alloc_distance: a byte for each pair of nodes up to the highest known. */
function numaAllocDistance(x86: X86State): boolean {
  const { numa, ctx } = x86;
  let cnt = 0;
  for (const nid of numa.nodesParsed) cnt = Math.max(cnt, nid);
  for (const { nid } of numa.meminfo) cnt = Math.max(cnt, nid);
  cnt += 1;
  const limit = x86.maxPfnMapped * PAGE_SIZE;
  const addr = ctx.memblock.physAllocRange(cnt * cnt, PAGE_SIZE, 0, limit, 'numa_alloc_distance');
  if (!addr) {
    ctx.printk.warn("Warning: can't allocate distance table!");
    return false;
  }
  numa.distanceAddr = addr;
  numa.distanceCnt = cnt;
  numa.distance = [];
  for (let i = 0; i < cnt * cnt; i++)
    numa.distance.push(Math.floor(i / cnt) === i % cnt ? LOCAL_DISTANCE : REMOTE_DISTANCE);
  ctx.printk.debug(`NUMA: Initialized distance table, cnt=${cnt}`);
  return true;
}

/** numa_set_distance: out-of-range nodes and senseless distances are ignored with a warning. */
export function numaSetDistance(x86: X86State, from: Nid, to: Nid, distance: number): void {
  const { numa, ctx } = x86;
  if (numa.distanceCnt === 0 && !numaAllocDistance(x86)) return;
  const what = `from=${from} to=${to} distance=${distance}`;
  if (from >= numa.distanceCnt || to >= numa.distanceCnt || from < 0 || to < 0) {
    ctx.printk.warn(`Warning: node ids are out of bound, ${what}`);
    return;
  }
  if ((distance & 0xff) !== distance || (from === to && distance !== LOCAL_DISTANCE)) {
    ctx.printk.warn(`Warning: invalid distance parameter, ${what}`);
    return;
  }
  numa.distance[from * numa.distanceCnt + to] = distance;
}

/** Whether the nodes cover all but 1 MiB of RAM (numa_meminfo_cover_memory). */
function numaMeminfoCoverMemory(x86: X86State): boolean {
  const { numa, ctx } = x86;
  let numaRam = 0;
  for (const { start, end, nid } of numa.meminfo) {
    const startPfn = pfnDown(start);
    const endPfn = pfnDown(end);
    numaRam += endPfn - startPfn - absentPagesInRange(ctx.memblock, nid, startPfn, endPfn);
  }
  const e820Ram = ctx.maxPfn - absentPagesInRange(ctx.memblock, null, 0, ctx.maxPfn);
  if (e820Ram - numaRam < MiB / PAGE_SIZE) return true;
  const inMiB = (pages: number): number => Math.floor((pages * PAGE_SIZE) / MiB);
  ctx.printk.print(
    `NUMA: nodes only cover ${inMiB(numaRam)}MB of your ${inMiB(e820Ram)}MB e820 RAM. Not used.`,
    3,
  );
  return false;
}

/** Splits reserved regions at node borders, and takes the hotplug mark off nodes that hold kernel memory. */
function numaClearKernelNodeHotplug(x86: X86State): void {
  const { numa, ctx } = x86;
  for (const { start, end, nid } of numa.meminfo)
    ctx.memblock.setNode(start, end - start, ctx.memblock.reserved, nid);
  const kernelNodes = new Set<Nid>();
  for (const region of ctx.memblock.reserved.regions()) kernelNodes.add(region.nid);
  for (const { start, end, nid } of numa.meminfo)
    if (kernelNodes.has(nid)) ctx.memblock.clearHotplug(start, end - start);
}

function numaRegisterMemblks(x86: X86State): boolean {
  const { numa, ctx } = x86;
  numa.nodesPossible = new Set([...numa.nodesParsed, ...numa.meminfo.map((block) => block.nid)]);
  for (const { start, end, nid } of numa.meminfo)
    ctx.memblock.setNode(start, end - start, ctx.memblock.memory, nid);
  numaClearKernelNodeHotplug(x86);
  if (!numaMeminfoCoverMemory(x86)) return false;
  for (const nid of ascending(numa.nodesPossible))
    if (numa.meminfo.some((block) => block.nid === nid)) allocNodeData(x86, nid);
  ctx.memblock.dumpAll();
  return true;
}

/** Places a node's pg_data_t in the node's own memory if it can (alloc_node_data). */
function allocNodeData(x86: X86State, nid: Nid): void {
  const { numa, ctx } = x86;
  const size = alignUp(ctx.profile.image.sizeofPglistData, PAGE_SIZE);
  const addr = ctx.memblock.physAllocTryNid(size, SMP_CACHE_BYTES, nid, 'alloc_node_data');
  if (!addr) {
    ctx.printk.print(`Cannot find ${size} bytes in any node (initial node: ${nid})`, 3);
    return;
  }
  ctx.printk.info(`NODE_DATA(${nid}) allocated ${mem(addr, addr + size)}`);
  const tnid = earlyPfnToNid(ctx.memblock, pfnDown(addr));
  if (tnid !== nid) ctx.printk.info(`    NODE_DATA(${nid}) on node ${tnid}`);
  numa.nodeData.set(nid, addr);
  numa.nodesOnline.add(nid);
}

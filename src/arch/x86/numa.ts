// Mirrors arch/x86/mm/numa.c (v6.1): node blocks cleaned up, memblock told, NODE_DATA placed.
import { alignUp } from '../../lib/align.ts';
import { hex, MiB, PAGE_SIZE, pfnDown, type Nid } from '../../lib/units.ts';
import { absentPagesInRange, earlyPfnToNid } from '../../mm/pfn_ranges.ts';
import { PHYS_ADDR_MAX } from '../../mm/memblock.ts';
import { SMP_CACHE_BYTES } from './layout.ts';
import { numaEmulation } from './numa_emulation.ts';
import { ascending } from './numa_state.ts';
import { numaResetDistance } from './numa_distance.ts';
import { mem, numaCleanupMeminfo } from './numa_meminfo.ts';
import { x86AcpiNumaInit } from './srat.ts';
import type { X86State } from './state.ts';

/** numa=off, numa=noacpi, numa=fake=… (numa_setup). */
export function numaSetup(x86: X86State, value: string | null): void | 'malformed' {
  if (value === null) return 'malformed';
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

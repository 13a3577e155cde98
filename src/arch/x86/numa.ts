// Mirrors arch/x86/mm/numa.c (v6.1): node blocks cleaned up, memblock told, NODE_DATA placed.
import { alignUp } from '../../lib/align.ts';
import { hex, MiB, NUMA_NO_NODE, PAGE_SIZE, pfnDown, type Nid } from '../../lib/units.ts';
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
  if (x86.ctx.profile.config.numa === false) return;
  if (value === null) return 'malformed';
  if (value.startsWith('off')) x86.numa.off = true;
  if (value.startsWith('fake=')) {
    if (x86.ctx.profile.config.numaEmu === false) x86.ctx.printk.warn("Malformed early option 'numa'");
    else x86.numa.emuCmdline = value.slice('fake='.length);
  }
  if (value.startsWith('noacpi')) x86.numa.sratDisabled = true;
}

/** Nodes; without CONFIG_NUMA there is node 0, whose data (contig_page_data) is part of the image, and nothing is said. */
export function initmemInit(x86: X86State): void {
  if (x86.ctx.profile.config.numa !== false) return x86NumaInit(x86);
  const { numa } = x86;
  for (const nodes of [numa.nodesParsed, numa.nodesPossible, numa.nodesOnline]) nodes.add(0);
  numa.nodeData.set(0, x86.kernelStart);
}

/** Tries ACPI, then one node for everything (x86_numa_init). */
function x86NumaInit(x86: X86State): void {
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
  const noNode = ctx.profile.rules.numaReset === 'no-node' ? NUMA_NO_NODE : memblock.maxNumNodes;
  memblock.setNode(0, PHYS_ADDR_MAX, memblock.memory, noNode);
  memblock.setNode(0, PHYS_ADDR_MAX, memblock.reserved, noNode);
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

/** Whether all but 1 MiB of memory has a node (memblock_validate_numa_coverage). */
function validateNumaCoverage({ ctx }: X86State): boolean {
  const { memblock, printk } = ctx;
  let without = 0;
  for (const { startPfn, endPfn, nid } of memblock.forEachMemPfnRange())
    if (nid < 0 || nid >= memblock.maxNumNodes) without += (endPfn - startPfn) * PAGE_SIZE;
  if (without <= MiB) return true;
  const inMiB = (bytes: number): number => Math.floor(bytes / MiB);
  const all = inMiB(memblock.physMemSize());
  printk.print(`NUMA: no nodes coverage for ${inMiB(without)}MB of ${all}MB RAM`, 3);
  return false;
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
  const byMemblock = ctx.profile.rules.numaCoverage === 'by-memblock';
  if (!(byMemblock ? validateNumaCoverage(x86) : numaMeminfoCoverMemory(x86))) return false;
  for (const nid of ascending(numa.nodesPossible))
    if (numa.meminfo.some((block) => block.nid === nid)) allocNodeData(x86, nid);
  ctx.memblock.dumpAll();
  return true;
}

/** Places a node's pg_data_t in the node's own memory if it can (alloc_node_data). */
export function allocNodeData(x86: X86State, nid: Nid): void {
  const { numa, ctx } = x86;
  const { image, rules } = ctx.profile;
  const unit = rules.nodeDataSize === 'pages' ? PAGE_SIZE : SMP_CACHE_BYTES;
  const size = alignUp(image.sizeofPglistData, unit);
  const addr = ctx.memblock.physAllocTryNid(size, SMP_CACHE_BYTES, nid, 'alloc_node_data');
  if (!addr) {
    ctx.printk.print(`Cannot find ${size} bytes in any node (initial node: ${nid})`, 3);
    return;
  }
  ctx.printk.info(`NODE_DATA(${nid}) allocated ${mem(addr, addr + size)}`);
  const tnid = earlyPfnToNid(ctx, pfnDown(addr));
  if (tnid !== nid) ctx.printk.info(`    NODE_DATA(${nid}) on node ${tnid}`);
  numa.nodeData.set(nid, addr);
  numa.nodesOnline.add(nid);
}

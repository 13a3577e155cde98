// Mirrors arch/x86/mm/numa_emulation.c (v6.1): numa=fake, nodes cut out of the real ones.
import { PAGE_SIZE, type Nid, type PhysAddr } from '../../lib/units.ts';
import { numaResetDistance, numaSetDistance } from './numa_distance.ts';
import { numaCleanupMeminfo } from './numa_meminfo.ts';
import { splitNodes, type Split } from './numa_split.ts';
import { ascending, LOCAL_DISTANCE, REMOTE_DISTANCE } from './numa_state.ts';
import type { X86State } from './state.ts';

/** Replaces the node blocks by fake ones where `numa=fake=` asks for it and it can be done (numa_emulation). */
export function numaEmulation(x86: X86State): void {
  const { numa, ctx } = x86;
  numa.emuNidToPhys.clear();
  if (numa.emuCmdline === null) return;
  const split: Split = {
    x86,
    physical: numa.meminfo.map((block) => ({ ...block })),
    emulated: [],
    emuToPhys: new Map(),
  };
  const rest = splitNodes(split, numa.emuCmdline);
  if (rest === null) return;
  if (!numaCleanupMeminfo(x86, split.emulated)) {
    ctx.printk.warn('NUMA: Warning: constructed meminfo invalid, disabling emulation');
    return;
  }
  commitEmulation(split, rest);
}

/** Makes the fake nodes the nodes: CPUs, distances, and what maps back to the real ones. */
function commitEmulation(split: Split, distances: string): void {
  const { x86, emuToPhys } = split;
  const { numa, ctx } = x86;
  const physCnt = numa.distanceCnt;
  const physDistance = numa.distance;
  let physCopy: PhysAddr = 0;
  if (physCnt > 0) {
    const limit = x86.maxPfnMapped * PAGE_SIZE;
    physCopy =
      ctx.profile.rules.distanceTable === 'alloc'
        ? ctx.memblock.alloc(physCnt * physCnt, PAGE_SIZE, 'numa_emulation')
        : ctx.memblock.takeRange(physCnt * physCnt, PAGE_SIZE, 0, limit, 'numa_emulation');
  }
  numa.meminfo = split.emulated;
  numa.nodesParsed = new Set(split.emulated.map((block) => block.nid));
  const byPhys = new Map<Nid, Nid>();
  for (const nid of ascending(emuToPhys.keys()))
    if (!byPhys.has(emuToPhys.get(nid) as Nid)) byPhys.set(emuToPhys.get(nid) as Nid, nid);
  for (const [apicId, phys] of numa.apicidToNode) numa.apicidToNode.set(apicId, byPhys.get(phys) ?? 0);
  const maxNid = Math.max(...emuToPhys.keys());
  const defaultPhys = emuToPhys.get(Math.min(...emuToPhys.keys())) as Nid;
  for (let nid = 0; nid <= maxNid; nid++) numa.emuNidToPhys.set(nid, emuToPhys.get(nid) ?? defaultPhys);
  numaResetDistance(x86);
  const given = distances === '' ? [] : distances.split(',').map(Number);
  for (let i = 0; i <= maxNid; i++) {
    for (let j = 0; j <= maxNid; j++) {
      const physI = numa.emuNidToPhys.get(i) as Nid;
      const physJ = numa.emuNidToPhys.get(j) as Nid;
      let distance = physI === physJ ? LOCAL_DISTANCE : REMOTE_DISTANCE;
      if (physI < physCnt && physJ < physCnt) distance = physDistance[physI * physCnt + physJ] as number;
      // get_option() answers 2 only where a comma follows: the last number of a list is not taken
      const next = given.length > 1 ? given.shift() : undefined;
      numaSetDistance(x86, i, j, next ?? distance);
    }
  }
  if (physCopy) ctx.memblock.free(physCopy, physCnt * physCnt, 'numa_emulation');
}

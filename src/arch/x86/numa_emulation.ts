// Mirrors arch/x86/mm/numa_emulation.c (v6.1): numa=fake, nodes cut out of the real ones.
import { getOption } from '../../lib/strtoul.ts';
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
  const physCopy = copyOfDistances(x86);
  if (physCopy !== null) commitEmulation(split, rest, physCopy);
}

/** Room for a copy of the distances of the real nodes: 0 where there are none, null where there is no room. */
function copyOfDistances({ numa, ctx, maxPfnMapped }: X86State): PhysAddr | null {
  const size = numa.distanceCnt * numa.distanceCnt;
  if (size === 0) return 0;
  const copy =
    ctx.profile.rules.distanceTable === 'alloc'
      ? ctx.memblock.alloc(size, PAGE_SIZE, 'numa_emulation')
      : ctx.memblock.takeRange(size, PAGE_SIZE, 0, maxPfnMapped * PAGE_SIZE, 'numa_emulation');
  if (copy) return copy;
  ctx.printk.warn("NUMA: Warning: can't allocate copy of distance table, disabling emulation");
  return null;
}

/** The distances that the option lists, one after the other as get_option() takes them. */
class DistanceOptions {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  /** undefined where the text goes on otherwise: a number counts only where a comma follows, so the last of a list does not. */
  next(): number | undefined {
    if (this.#rest === '') return undefined;
    const { value, rest, found } = getOption(this.#rest);
    this.#rest = rest;
    if (!found || !rest.startsWith(',')) return undefined;
    this.#rest = rest.slice(1);
    return value;
  }
}

/** Makes the fake nodes the nodes: CPUs, distances, and what maps back to the real ones. */
function commitEmulation(split: Split, distances: string, physCopy: PhysAddr): void {
  const { x86, emuToPhys } = split;
  const { numa, ctx } = x86;
  const physCnt = numa.distanceCnt;
  const physDistance = numa.distance;
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
  const given = new DistanceOptions(distances);
  for (let i = 0; i <= maxNid; i++) {
    for (let j = 0; j <= maxNid; j++) {
      const physI = numa.emuNidToPhys.get(i) as Nid;
      const physJ = numa.emuNidToPhys.get(j) as Nid;
      let distance = physI === physJ ? LOCAL_DISTANCE : REMOTE_DISTANCE;
      if (physI < physCnt && physJ < physCnt) distance = physDistance[physI * physCnt + physJ] as number;
      numaSetDistance(x86, i, j, given.next() ?? distance);
    }
  }
  if (physCopy) ctx.memblock.free(physCopy, physCnt * physCnt, 'numa_emulation#copy-free');
}

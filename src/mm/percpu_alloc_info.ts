// Mirrors pcpu_build_alloc_info and pcpu_dump_alloc_info of mm/percpu.c (v6.1): how CPUs share the first chunk.
import { alignUp, divRoundUp, rounddownPowOfTwo } from '../lib/align.ts';
import { bugOn } from '../lib/bug.ts';
import { KiB, PAGE_SIZE, type CpuId } from '../lib/units.ts';

const PCPU_MIN_UNIT_SIZE = 32 * KiB;
/** PERCPU_DYNAMIC_EARLY_SIZE to 6.1. */
const DEFAULT_LEAST_DYNAMIC = 12 * KiB;
/** sizeof(struct pcpu_alloc_info) without groups, of one group, and of one cpu_map entry. */
const ALLOC_INFO_SIZE = 64;
const GROUP_INFO_SIZE = 24;
const CPU_MAP_ENTRY_SIZE = 4;

/** What the areas must hold; bytes. */
export interface PcpuSizes {
  readonly static: number;
  readonly reserved: number;
  /** At least this much; the last page is filled up with it. */
  readonly dynamic: number;
  /** What dynamic allocations get at least before the slab allocator is up; 12 KiB without. */
  readonly leastDynamic?: number;
}

/** Units for CPUs that are near each other; null is a unit without CPU. The list is a multiple of what one piece holds. */
export type PcpuGroup = readonly (CpuId | null)[];

/** struct pcpu_alloc_info; sizes in bytes. */
export interface PcpuAllocInfo {
  readonly staticSize: number;
  readonly reservedSize: number;
  readonly dynSize: number;
  readonly unitSize: number;
  readonly atomSize: number;
  readonly allocSize: number;
  readonly groups: readonly PcpuGroup[];
  /** Bytes of the struct itself, whole pages. */
  readonly infoSize: number;
}

/** CPUs that `near` calls neighbours of the lowest CPU left over, group by group. Cost: CPUs × groups. */
function groupCpus(cpuCount: number, near: (a: CpuId, b: CpuId) => boolean): CpuId[][] {
  const groups: CpuId[][] = [];
  for (let cpu = 0; cpu < cpuCount; cpu++) {
    const group = groups.find((g) => near(g[0] as CpuId, cpu));
    if (group) group.push(cpu);
    else groups.push([cpu]);
  }
  return groups;
}

const fits = (allocSize: number, units: number): boolean =>
  allocSize % units === 0 && (allocSize / units) % PAGE_SIZE === 0;

/** Units to a piece: the most that leave no more than a third of all CPUs' worth unused, and cost no further piece. */
function bestUnitsPerAlloc(
  allocSize: number,
  most: number,
  groups: readonly CpuId[][],
  cpus: number,
): number {
  let lastAllocs = Number.POSITIVE_INFINITY;
  let best = 0;
  for (let upa = most; upa > 0; upa--) {
    if (!fits(allocSize, upa)) continue;
    let allocs = 0;
    let wasted = 0;
    for (const group of groups) {
      const pieces = divRoundUp(group.length, upa);
      allocs += pieces;
      wasted += pieces * upa - group.length;
    }
    if (wasted > Math.floor(cpus / 3)) continue;
    if (allocs > lastAllocs) break;
    lastAllocs = allocs;
    best = upa;
  }
  bugOn(best === 0, 'pcpu_build_alloc_info: no number of units to a piece is acceptable');
  return best;
}

/**
 * The layout for CPUs 0 to `cpuCount` - 1 in pieces of multiples of `atomSize`. `near` is null where distance does not
 * matter: one group for all.
 */
export function pcpuBuildAllocInfo(
  sizes: PcpuSizes,
  atomSize: number,
  cpuCount: number,
  near: ((a: CpuId, b: CpuId) => boolean) | null,
): PcpuAllocInfo {
  const dynamic = Math.max(sizes.dynamic, sizes.leastDynamic ?? DEFAULT_LEAST_DYNAMIC);
  const sizeSum = alignUp(sizes.static + sizes.reserved + dynamic, PAGE_SIZE);
  const minUnitSize = Math.max(sizeSum, PCPU_MIN_UNIT_SIZE);
  const allocSize = alignUp(minUnitSize, atomSize);
  let most = Math.floor(allocSize / minUnitSize);
  while (!fits(allocSize, most)) most--;
  const grouped = groupCpus(cpuCount, near ?? (() => true));
  const upa = bestUnitsPerAlloc(allocSize, most, grouped, cpuCount);
  const groups = grouped.map((cpus): PcpuGroup => {
    const spare = alignUp(cpus.length, upa) - cpus.length;
    return [...cpus, ...Array<null>(spare).fill(null)];
  });
  const units = groups.reduce((sum, group) => sum + group.length, 0);
  const bytes = ALLOC_INFO_SIZE + groups.length * GROUP_INFO_SIZE + units * CPU_MAP_ENTRY_SIZE;
  return {
    staticSize: sizes.static,
    reservedSize: sizes.reserved,
    dynSize: sizeSum - sizes.static - sizes.reserved,
    unitSize: allocSize / upa,
    atomSize,
    allocSize,
    groups,
    infoSize: alignUp(bytes, PAGE_SIZE),
  };
}

/** The `pcpu-alloc:` lines: sizes, then the CPUs of each piece with its group, as many to a line as 60 columns hold. */
export function pcpuDumpAllocInfo(info: PcpuAllocInfo, cpuCount: number): string[] {
  const groupWidth = String(info.groups.length).length;
  const cpuWidth = String(cpuCount).length;
  const empty = '-'.repeat(Math.min(cpuWidth, 8));
  const upa = info.allocSize / info.unitSize;
  const width = upa * (cpuWidth + 1) + groupWidth + 3;
  const perLine = rounddownPowOfTwo(Math.max(Math.floor(60 / width), 1));
  const { staticSize, reservedSize, dynSize, unitSize, allocSize, atomSize } = info;
  const pieces = `${allocSize / atomSize}*${atomSize}`;
  const lines = [`pcpu-alloc: s${staticSize} r${reservedSize} d${dynSize} u${unitSize} alloc=${pieces}`];
  let piece = 0;
  info.groups.forEach((group, g) => {
    for (let unit = 0; unit < group.length; unit += upa, piece++) {
      if (piece % perLine === 0) lines.push('pcpu-alloc: ');
      const cpus = group
        .slice(unit, unit + upa)
        .map((cpu) => (cpu === null ? empty : String(cpu).padStart(cpuWidth, '0')));
      lines[lines.length - 1] += `[${String(g).padStart(groupWidth, '0')}] ${cpus.join(' ')} `;
    }
  });
  return lines;
}

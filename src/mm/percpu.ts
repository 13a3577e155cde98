// Mirrors mm/percpu.c (v6.1): the first chunk of per-CPU memory, embedded in the direct mapping or page by page.
import { allocOrPanic } from './alloc_or_panic.ts';
import { alignUp } from '../lib/align.ts';
import { pointerText } from '../kernel/pointer_text.ts';
import { hex, NUMA_NO_NODE, PAGE_SIZE, type CpuId, type PhysAddr } from '../lib/units.ts';
import { longBytes } from '../kernel/word.ts';
import type { BootContext } from './context.ts';
import { MEMBLOCK_ALLOC_ACCESSIBLE } from './memblock.ts';
import {
  pcpuBuildAllocInfo,
  type PcpuAllocInfo,
  type PcpuGroup,
  type PcpuSizes,
} from './percpu_alloc_info.ts';
import { pcpuSetupFirstChunk } from './percpu_chunk.ts';

const SMP_CACHE_BYTES = 64;
const ENOMEM = 12;
const EINVAL = 22;

/** What the allocators ask of the architecture. */
export interface PcpuArch {
  /** __pa(MAX_DMA_ADDRESS): areas start above it where they can. */
  readonly maxDmaAddress: PhysAddr;
  /** PMD_SIZE: embedded areas are pieces of this size. */
  readonly atomSize: number;
  /** VMALLOC_END - VMALLOC_START: embedded areas may not be further apart than three quarters of it. */
  readonly vmallocTotal: number;
  /** Makes page tables for [start, end), counted from VMALLOC_START, as pcpu_populate_pte does for each page. */
  populateVmalloc(start: number, end: number): void;
}

/** 0, or a negative errno as the C returns it. */
type Status = number;

function buildAllocInfo(
  ctx: BootContext,
  sizes: PcpuSizes,
  atomSize: number,
  near: ((a: CpuId, b: CpuId) => boolean) | null,
): { info: PcpuAllocInfo; at: PhysAddr } | null {
  const info = pcpuBuildAllocInfo(sizes, atomSize, ctx.cpus.length, near);
  const at = ctx.memblock.alloc(info.infoSize, PAGE_SIZE, 'pcpu_build_alloc_info');
  return at ? { info, at } : null;
}

/** Memory near a CPU's node (pcpu_fc_alloc). */
function fcAlloc(ctx: BootContext, arch: PcpuArch, cpu: CpuId, size: number, align: number): PhysAddr {
  const node = ctx.cpus[cpu]?.node ?? NUMA_NO_NODE;
  const goal = arch.maxDmaAddress;
  if (ctx.profile.image.i386) return ctx.memblock.allocFrom(size, align, goal, 'pcpu_fc_alloc');
  if (ctx.pgdats.some((pgdat) => pgdat.nodeId === node))
    return ctx.memblock.allocTryNid(size, align, goal, MEMBLOCK_ALLOC_ACCESSIBLE, node, 'pcpu_fc_alloc');
  const at = ctx.memblock.allocFrom(size, align, goal, 'pcpu_fc_alloc#no-node');
  ctx.printk.info(`percpu: cpu ${cpu} has no node ${node} or node-local memory`);
  return at;
}

/** CPUs of one node share a group; each group is one piece of the direct mapping (pcpu_embed_first_chunk). */
export function pcpuEmbedFirstChunk(ctx: BootContext, arch: PcpuArch, sizes: PcpuSizes): Status {
  const { memblock } = ctx;
  const nodeOf = (cpu: CpuId): number => ctx.cpus[cpu]?.node ?? NUMA_NO_NODE;
  const built = buildAllocInfo(ctx, sizes, arch.atomSize, (a, b) => nodeOf(a) === nodeOf(b));
  if (!built) return -ENOMEM;
  const { info } = built;
  const areasSize = alignUp(info.groups.length * longBytes(ctx.profile), PAGE_SIZE);
  const areasAt = memblock.alloc(areasSize, SMP_CACHE_BYTES, 'pcpu_embed_first_chunk#areas');
  const status = areasAt ? embedGroups(ctx, arch, info) : -ENOMEM;
  memblock.free(built.at, info.infoSize, 'pcpu_embed_first_chunk#free-info');
  if (areasAt) memblock.free(areasAt, areasSize, 'pcpu_embed_first_chunk#free-areas');
  return status;
}

function embedGroups(ctx: BootContext, arch: PcpuArch, info: PcpuAllocInfo): Status {
  const areas: PhysAddr[] = [];
  let status = 0;
  for (const group of info.groups) {
    const cpu = group.find((c) => c !== null) as CpuId;
    const area = fcAlloc(ctx, arch, cpu, group.length * info.unitSize, info.atomSize);
    if (!area) {
      status = -ENOMEM;
      break;
    }
    areas.push(area);
  }
  if (status === 0) status = checkDistance(ctx, arch, info, areas);
  if (status !== 0) {
    areas.forEach((area, g) => {
      const size = (info.groups[g] as PcpuGroup).length * info.unitSize;
      ctx.memblock.free(area, size, 'pcpu_embed_first_chunk#give-up');
    });
    return status;
  }
  freeUnused(ctx, info, areas);
  const { staticSize, reservedSize, dynSize, unitSize } = info;
  const pages = (staticSize + reservedSize + dynSize) / PAGE_SIZE;
  ctx.printk.info(
    `${percpuPrefix(ctx)}Embedded ${pages} pages/cpu ${percpuPlace(ctx, areas)}s${staticSize} r${reservedSize} d${dynSize} u${unitSize}`,
  );
  pcpuSetupFirstChunk(ctx, info);
  return 0;
}

const percpuPrefix = (ctx: BootContext): string =>
  ctx.profile.rules.percpuLine === 'capital-address' ? 'PERCPU: ' : 'percpu: ';

/** Where the first unit is, as long as the line told it. */
function percpuPlace(ctx: BootContext, areas: readonly PhysAddr[]): string {
  const { percpuLine } = ctx.profile.rules;
  if (percpuLine === 'sizes') return '';
  const form = percpuLine === 'pointer' ? 'pointer' : 'address';
  return `@${pointerText(Math.min(...areas), form)} `;
}

/** Later chunks repeat the distances of the first in vmalloc space, which must have room for that. */
function checkDistance(
  ctx: BootContext,
  arch: PcpuArch,
  info: PcpuAllocInfo,
  areas: readonly PhysAddr[],
): Status {
  const lowest = Math.min(...areas);
  const highest = Math.max(...areas);
  const units = (info.groups[areas.indexOf(highest)] as PcpuGroup).length;
  const distance = highest - lowest + info.unitSize * units;
  if (distance <= (arch.vmallocTotal / 4) * 3) return 0;
  const space = hex(arch.vmallocTotal);
  ctx.printk.warn(`percpu: max_distance=${hex(distance)} too large for vmalloc space ${space}`);
  return -EINVAL;
}

/** Gives back units without a CPU, and the rest of each other unit. */
function freeUnused(ctx: BootContext, info: PcpuAllocInfo, areas: readonly PhysAddr[]): void {
  const used = info.staticSize + info.reservedSize + info.dynSize;
  info.groups.forEach((group, g) => {
    let at = areas[g] as PhysAddr;
    for (const cpu of group) {
      if (cpu === null) ctx.memblock.free(at, info.unitSize, 'pcpu_embed_first_chunk#unused-unit');
      else ctx.memblock.free(at + used, info.unitSize - used, 'pcpu_embed_first_chunk#unused-part');
      at += info.unitSize;
    }
  });
}

/** Single pages near each CPU, mapped into vmalloc space (pcpu_page_first_chunk). `sizes.dynamic` is not looked at. */
export function pcpuPageFirstChunk(ctx: BootContext, arch: PcpuArch, sizes: PcpuSizes): Status {
  const { memblock, printk } = ctx;
  const built = buildAllocInfo(ctx, { ...sizes, dynamic: 0 }, PAGE_SIZE, null);
  if (!built) return -ENOMEM;
  const { info } = built;
  const cpuCount = ctx.cpus.length;
  const unitPages = info.unitSize / PAGE_SIZE;
  const pagesSize = alignUp(unitPages * cpuCount * longBytes(ctx.profile), PAGE_SIZE);
  const func = 'pcpu_page_first_chunk';
  const pagesAt = allocOrPanic(ctx, pagesSize, SMP_CACHE_BYTES, `${func}#pages`, func);
  const status = allocPages(ctx, arch, unitPages);
  if (status === 0) {
    arch.populateVmalloc(0, cpuCount * info.unitSize);
    printk.info(
      `percpu: ${unitPages} 4K pages/cpu s${info.staticSize} r${info.reservedSize} d${info.dynSize}`,
    );
    pcpuSetupFirstChunk(ctx, info);
  }
  memblock.free(pagesAt, pagesSize, 'pcpu_page_first_chunk#free-pages');
  memblock.free(built.at, info.infoSize, 'pcpu_page_first_chunk#free-info');
  return status;
}

function allocPages(ctx: BootContext, arch: PcpuArch, unitPages: number): Status {
  const pages: PhysAddr[] = [];
  for (let cpu = 0; cpu < ctx.cpus.length; cpu++) {
    for (let i = 0; i < unitPages; i++) {
      const page = fcAlloc(ctx, arch, cpu, PAGE_SIZE, PAGE_SIZE);
      if (!page) {
        ctx.printk.warn(`percpu: failed to allocate 4K page for cpu${cpu}`);
        for (const had of pages.reverse()) ctx.memblock.free(had, PAGE_SIZE, 'pcpu_page_first_chunk#give-up');
        return -ENOMEM;
      }
      pages.push(page);
    }
  }
  return 0;
}

// Mirrors pcpu_setup_first_chunk and pcpu_alloc_first_chunk of mm/percpu.c (v6.1): what the per-CPU allocator keeps
// about the first chunk.
import { allocOrPanic } from './alloc_or_panic.ts';
import { alignUp, divRoundUp } from '../lib/align.ts';
import { PAGE_SIZE } from '../lib/units.ts';
import type { KernelRules } from '../kernel/rules.ts';
import { longBytes } from '../kernel/word.ts';
import type { BootContext } from './context.ts';
import { pcpuDumpAllocInfo, type PcpuAllocInfo } from './percpu_alloc_info.ts';

const SMP_CACHE_BYTES = 64;
/** PCPU_MIN_ALLOC_SIZE: what one bit of an allocation map stands for. */
const PCPU_MIN_ALLOC_SIZE = 4;
const PCPU_SLOT_BASE_SHIFT = 5;
const INT_SIZE = 4;

/** Bytes of a bitmap of `bits` bits, whole longs. */
function bitmapSize(bits: number, long: number): number {
  return divRoundUp(bits, 8 * long) * long;
}

/** Slots by size up to a whole unit, and for chunks that are empty or on their way to be; twice where types have their own. */
function chunkListCount(unitSize: number, lists: KernelRules['percpuChunkLists']): number {
  const highBit = Math.floor(Math.log2(unitSize)) + 1;
  const bySize = Math.max(highBit - PCPU_SLOT_BASE_SHIFT + 2, 1);
  return lists === 'one-set' ? bySize + 4 : 2 * (bySize + 2);
}

/** Tables by group and CPU, the allocation info in the log, lists, and a chunk each for reserved and dynamic areas. */
export function pcpuSetupFirstChunk(ctx: BootContext, info: PcpuAllocInfo): void {
  const cpuCount = ctx.cpus.length;
  const long = longBytes(ctx.profile);
  const alloc = (size: number, site: string): void => {
    const func = 'pcpu_setup_first_chunk';
    allocOrPanic(ctx, size, SMP_CACHE_BYTES, `${func}#${site}`, func);
  };
  alloc(info.groups.length * long, 'group-offsets');
  alloc(info.groups.length * long, 'group-sizes');
  alloc(ctx.nrCpuIds * INT_SIZE, 'unit-map');
  alloc(ctx.nrCpuIds * long, 'unit-offsets');
  for (const line of pcpuDumpAllocInfo(info, cpuCount)) ctx.printk.debug(line);
  alloc(chunkListCount(info.unitSize, ctx.profile.rules.percpuChunkLists) * 2 * long, 'chunk-lists');
  const staticSize = alignUp(info.staticSize, PCPU_MIN_ALLOC_SIZE);
  const dynSize = info.dynSize - (staticSize - info.staticSize);
  if (info.reservedSize > 0) allocFirstChunk(ctx, staticSize, info.reservedSize);
  allocFirstChunk(ctx, staticSize + info.reservedSize, dynSize);
}

/** A chunk for `size` bytes that start `offset` bytes into a unit; its maps cover whole pages. */
function allocFirstChunk(ctx: BootContext, offset: number, size: number): void {
  const long = longBytes(ctx.profile);
  const { sizeofPcpuChunk, sizeofPcpuBlockMd } = ctx.profile.image;
  const pages = alignUp((offset % PAGE_SIZE) + size, PAGE_SIZE) / PAGE_SIZE;
  const bits = (pages * PAGE_SIZE) / PCPU_MIN_ALLOC_SIZE;
  const alloc = (bytes: number, site: string): void => {
    const func = 'pcpu_alloc_first_chunk';
    allocOrPanic(ctx, bytes, SMP_CACHE_BYTES, `${func}#${site}`, func);
  };
  alloc(sizeofPcpuChunk + bitmapSize(pages, long), 'chunk');
  alloc(bitmapSize(bits, long), 'alloc-map');
  alloc(bitmapSize(bits + 1, long), 'bound-map');
  alloc(pages * sizeofPcpuBlockMd, 'md-blocks');
}

// Mirrors dma_contiguous_reserve() of kernel/dma/contiguous.c and cma_declare_contiguous() of mm/cma.c (v7.3).
import { memparse } from '../../kernel/params.ts';
import { alignDown, alignUp } from '../../lib/align.ts';
import { GiB, MiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { pa } from '../../mm/memblock/log.ts';
import type { X86State } from './state.ts';

/** A page block: CMA areas start and end at one. */
const ALIGN = 2 * MiB;
const SITE = 'cma_declare_contiguous';

interface CmaRequest {
  readonly size: number;
  readonly base: PhysAddr;
  /** 0: up to the end of memory. */
  readonly limit: PhysAddr;
}

/** `cma=SIZE[@BASE[-LIMIT]]`; the last one counts. */
function parseCma(text: string): CmaRequest {
  const size = memparse(text);
  if (!size.rest.startsWith('@')) return { size: size.value, base: 0, limit: 0 };
  const base = memparse(size.rest.slice(1));
  if (!base.rest.startsWith('-'))
    return { size: size.value, base: base.value, limit: base.value + size.value };
  return { size: size.value, base: base.value, limit: memparse(base.rest.slice(1)).value };
}

/** Takes the area of `cma=` where the kernel knows it: from 4 GiB upwards if it fits there, else the highest. */
export function dmaContiguousReserve(x86: X86State): void {
  const { params, printk, profile } = x86.ctx;
  const text = params.last('cma');
  if (!profile.image.params.early.includes('cma') || typeof text !== 'string') return;
  const request = parseCma(text);
  if (request.size === 0) return;
  const mib = Math.floor(request.size / MiB);
  const found = declare(x86, request);
  if (found === 0) printk.print(`cma: Failed to reserve ${mib} MiB`, 3);
  else printk.info(`cma: Reserved ${mib} MiB at ${pa(found)}`);
}

/** cma_declare_contiguous(): the address of the area, or 0. */
function declare(x86: X86State, request: CmaRequest): PhysAddr {
  const { memblock } = x86.ctx;
  const fixed = request.base > 0 && request.base + request.size === request.limit;
  if (fixed && request.base % ALIGN !== 0) return 0;
  const size = alignUp(request.size, ALIGN);
  const base = alignUp(request.base, ALIGN);
  const most = memblock.endOfDRAM();
  const asked = alignDown(request.limit || x86.maxPfnMapped * PAGE_SIZE, ALIGN);
  const limit = asked === 0 ? most : Math.min(asked, most);
  if (base + size > limit) return 0;
  const found = fixed ? takeAt(x86, base, size) : take(x86, base, size, limit);
  if (found) x86.ctx.cmaAreas.push({ start: found, end: found + size });
  return found;
}

function takeAt({ ctx: { memblock } }: X86State, base: PhysAddr, size: number): PhysAddr {
  if (memblock.isRegionReserved(base, size)) return 0;
  return memblock.reserve(base, size, 'cma_fixed_reserve') === 0 ? base : 0;
}

/** Bottom up above 4 GiB first, so that memory for narrow devices stays free. */
function take({ ctx: { memblock } }: X86State, base: PhysAddr, size: number, limit: PhysAddr): PhysAddr {
  if (!memblock.bottomUp && limit >= 4 * GiB + size) {
    memblock.bottomUp = true;
    const high = memblock.allocRangeNid(size, ALIGN, 4 * GiB, limit, -1, true, SITE);
    memblock.bottomUp = false;
    if (high) return high;
  }
  return memblock.allocRangeNid(size, ALIGN, base, limit, -1, true, SITE);
}

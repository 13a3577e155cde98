// Mirrors dma_contiguous_reserve() and dma_numa_cma_reserve() of kernel/dma/contiguous.c (v7.3): the areas of cma=,
// numa_cma= and cma_pernuma=, or those that the configuration has.
import { memparse } from '../../kernel/params.ts';
import { alignUp } from '../../lib/align.ts';
import { MiB, PAGE_SIZE, type Nid, type PhysAddr } from '../../lib/units.ts';
import { CMA_MIN_ALIGNMENT_BYTES, declareCma } from '../../mm/cma.ts';
import { ascending } from './numa_state.ts';
import type { X86State } from './state.ts';

interface CmaOption {
  readonly size: number;
  readonly base: PhysAddr;
  /** 0: up to the end of memory. */
  readonly limit: PhysAddr;
}

/** `cma=SIZE[@BASE[-LIMIT]]`; the last one counts. */
function parseCma(text: string): CmaOption {
  const size = memparse(text);
  if (!size.rest.startsWith('@')) return { size: size.value, base: 0, limit: 0 };
  const base = memparse(size.rest.slice(1));
  if (!base.rest.startsWith('-'))
    return { size: size.value, base: base.value, limit: base.value + size.value };
  return { size: size.value, base: base.value, limit: memparse(base.rest.slice(1)).value };
}

/** Takes what is asked for where the kernel knows it: one area for all, and one for each of some nodes. */
export function dmaContiguousReserve(x86: X86State): void {
  if (!x86.ctx.profile.image.params.early.includes('cma')) return;
  const size = reserveDefault(x86);
  if (x86.ctx.profile.image.params.early.includes('numa_cma')) reserveOnNodes(x86, size);
}

/** The area of `cma=`, without it of CONFIG_CMA_SIZE_MBYTES: from 4 GiB upwards if it fits there. Returns its size, 0 for none. */
function reserveDefault(x86: X86State): number {
  const { params, profile } = x86.ctx;
  const text = params.last('cma');
  const usual = (profile.config.cmaSizeMbytes ?? 0) * MiB;
  const { size, base, limit } =
    typeof text === 'string' ? parseCma(text) : { size: usual, base: 0, limit: 0 };
  if (size === 0) return 0;
  const most = x86.maxPfnMapped * PAGE_SIZE;
  const found = declareCma(x86.ctx, {
    ...{ size, base, limit: limit === 0 ? most : Math.min(limit, most) },
    fixed: base > 0 && base + size === limit,
  });
  return found ? alignUp(size, CMA_MIN_ALIGNMENT_BYTES) : 0;
}

/**
 * dma_numa_cma_reserve(): `numa_cma=NODE:SIZE,…` and `cma_pernuma=SIZE`; where neither is given, from 7.2 on (CONFIG_CMA_SIZE_PERNUMA)
 * as much on each of several nodes as there is for all.
 */
function reserveOnNodes(x86: X86State, defaultSize: number): void {
  const { ctx, numa } = x86;
  const { params, profile, printk } = ctx;
  const asked = params.all('numa_cma');
  const everyNode = params.last('cma_pernuma');
  const likeDefault =
    profile.rules.numaCma === 'like-default' &&
    asked.length === 0 &&
    everyNode === undefined &&
    numa.nodesOnline.size > 1;
  const each = likeDefault ? defaultSize : memparse(everyNode ?? '').value;
  const own = new Map<Nid, number>();
  for (const text of asked)
    for (const [, node, size] of (text ?? '').matchAll(/(?:^|,)(\d+):([^,]*)/g))
      own.set(Number(node), memparse(size ?? '').value);
  for (const nid of ascending(new Set([...numa.nodesPossible, ...numa.nodesOnline]))) {
    const size = own.get(nid) || each;
    if (size === 0) continue;
    if (!numa.nodesOnline.has(nid)) printk.warn(`cma: invalid node ${nid} specified`);
    else if (!declareCma(ctx, { size, base: 0, limit: 0, fixed: false }, nid))
      printk.warn(`cma: dma_numa_cma_reserve: reservation failed: err -12, node ${nid}`);
  }
}

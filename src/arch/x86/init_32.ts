// Mirrors arch/x86/mm/init_32.c (v6.1): which memory of a 32-bit kernel is low and which is high, and its one node.
import { hex, MiB, PAGE_SIZE, pfnDown, type Pfn } from '../../lib/units.ts';
import { memparse } from '../../kernel/params.ts';
import { PHYS_ADDR_MAX } from '../../mm/memblock.ts';
import type { BootContext } from '../../mm/context.ts';
import { areas32, maxmemPfn, VMALLOC_OFFSET, VMALLOC_RESERVE } from './areas_32.ts';
import type { X86State } from './state.ts';

const NOTICE = 5;
const ERROR = 3;
/** Less low memory than this is not left for highmem=. */
const LEAST_LOWMEM: Pfn = (64 * MiB) / PAGE_SIZE;
/** MAX_NONPAE_PFN: 4 GiB. */
const MAX_NONPAE_PFN: Pfn = 2 ** 20;

const inMiB = (pages: Pfn): number => Math.floor((pages * PAGE_SIZE) / MiB);

/** highmem= in pages; null where it was not given. */
function highmemParam({ params }: BootContext): Pfn | null {
  const text = params.all('highmem').findLast((value) => value !== null);
  return text === undefined || text === null ? null : pfnDown(memparse(text).value);
}

/** vmalloc= and the hole in front of it, else 128 MiB (parse_vmalloc). */
export function vmallocReserve({ params }: BootContext): number {
  const text = params.all('vmalloc').findLast((value) => value !== null);
  return text === undefined || text === null ? VMALLOC_RESERVE : memparse(text).value + VMALLOC_OFFSET;
}

/** max_low_pfn, and max_pfn where there is more than can be used (find_low_pfn_range). */
export function findLowPfnRange({ ctx }: X86State, pae: boolean): void {
  const maxmem = maxmemPfn(areas32(ctx.profile.config.nrCpus, pae), vmallocReserve(ctx));
  if (ctx.maxPfn <= maxmem) lowmemPfnInit(ctx);
  else highmemPfnInit(ctx, maxmem, pae);
}

/** All memory is low, but for what highmem= takes off. */
function lowmemPfnInit(ctx: BootContext): void {
  const { printk } = ctx;
  let highmem = highmemParam(ctx) ?? 0;
  ctx.maxLowPfn = ctx.maxPfn;
  if (highmem >= ctx.maxPfn) {
    printk.print(
      `highmem size (${inMiB(highmem)}MB) is bigger than pages available (${inMiB(ctx.maxPfn)}MB)!`,
      ERROR,
    );
    highmem = 0;
  }
  if (highmem > 0 && ctx.maxLowPfn - highmem < LEAST_LOWMEM) {
    printk.print(`highmem size (${inMiB(highmem)}MB) results in <64MB lowmem, ignoring it!`, ERROR);
    highmem = 0;
  }
  ctx.maxLowPfn -= highmem;
}

function highmemPfnInit(ctx: BootContext, maxmem: Pfn, pae: boolean): void {
  const { printk } = ctx;
  ctx.maxLowPfn = maxmem;
  const highmem = highmemParam(ctx) ?? ctx.maxPfn - maxmem;
  if (highmem + maxmem < ctx.maxPfn) ctx.maxPfn = maxmem + highmem;
  if (highmem + maxmem > ctx.maxPfn)
    printk.warn(
      `only ${inMiB(ctx.maxPfn - maxmem)}MB highmem pages available, ignoring highmem size of ${inMiB(highmem)}MB!`,
    );
  if (pae || ctx.maxPfn <= MAX_NONPAE_PFN) return;
  ctx.maxPfn = MAX_NONPAE_PFN;
  printk.warn('Warning: only 4GB will be used. Use a HIGHMEM64G enabled kernel!');
}

/** initmem_init without NUMA: everything is node 0's. */
export function initmemInit32({ ctx, numa, maxPfnMapped }: X86State): void {
  const { printk } = ctx;
  printk.print(`${inMiB(ctx.maxPfn - Math.min(ctx.maxLowPfn, ctx.maxPfn))}MB HIGHMEM available.`, NOTICE);
  ctx.memblock.setNode(0, PHYS_ADDR_MAX, ctx.memblock.memory, 0);
  printk.print(`${inMiB(ctx.maxLowPfn)}MB LOWMEM available.`, NOTICE);
  printk.info(`  mapped low ram: 0 - ${hex(maxPfnMapped * PAGE_SIZE, 8).slice(2)}`);
  printk.info(`  low ram: 0 - ${hex(ctx.maxLowPfn * PAGE_SIZE, 8).slice(2)}`);
  numa.nodesParsed.add(0);
  numa.nodesPossible.add(0);
  numa.nodesOnline.add(0);
  numa.nodeData.set(0, 0); // contig_page_data is a part of the image
}

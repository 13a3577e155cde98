// Mirrors free_area_init_core of mm/page_alloc.c (v6.1): what each zone has left for the kernel, which later sizes the hashes.
import { PAGE_SIZE } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { setupUsemap, type Flatmem } from './flatmem.ts';
import { printUnavailableOf } from './memmap_init.ts';
import type { Pgdat } from './mmzone.ts';
import { zoneBatchsize } from './zone_lines.ts';
import { zoneNames } from './zone_size.ts';

/** Bytes of one struct page. */
const STRUCT_PAGE_SIZE = 64;

/** Pages of memmap that a zone is charged with (calc_memmap_size). */
function calcMemmapSize(spanned: number, present: number, flatmem: Flatmem | null): number {
  const holes = !flatmem && spanned > present + Math.floor(present / 16);
  const bytes = flatmem?.structPageBytes ?? STRUCT_PAGE_SIZE;
  return Math.ceil(((holes ? present : spanned) * bytes) / PAGE_SIZE);
}

/** Counts the pages that are left for the kernel, which later size the hashes (free_area_init_core). */
export function freeAreaInitCore(
  ctx: BootContext,
  pgdat: Pgdat,
  dmaReserve: number,
  flatmem: Flatmem | null,
): void {
  pgdat.zones.forEach((zone) => {
    let free = zone.presentPages;
    zone.managedPages = free;
    if (ctx.profile.rules.kernelPages === 'by-memblock') return;
    const memmapPages = calcMemmapSize(zone.spannedPages, free, flatmem);
    const say = (text: string): void => {
      if (ctx.profile.rules.zoneLines) ctx.printk.debug(`  ${zone.name} zone: ${text}`);
    };
    const high = zone.name === 'HighMem';
    if (high) {
      // its memmap is low memory
      if (ctx.nrKernelPages > memmapPages * 2) ctx.nrKernelPages -= memmapPages;
    } else if (free >= memmapPages) {
      free -= memmapPages;
      if (memmapPages > 0) say(`${memmapPages} pages used for memmap`);
    } else ctx.printk.warn(`  ${zone.name} zone: ${memmapPages} memmap pages exceeds freesize ${free}`);
    if (zone.name === zoneNames(ctx)[0] && free > dmaReserve) {
      free -= dmaReserve;
      say(`${dmaReserve} pages reserved`);
    }
    if (zone.presentPages > 0)
      say(`${zone.presentPages} pages, LIFO batch:${zoneBatchsize(free, ctx.profile.rules.zoneBatchBytes)}`);
    if (!high) ctx.nrKernelPages += free;
    ctx.nrAllPages += free;
    zone.managedPages = free;
    if (ctx.profile.rules.unavailableLine === 'by-zone' && zone.presentPages > 0)
      printUnavailableOf(ctx, zone);
    if (flatmem && zone.spannedPages > 0) setupUsemap(ctx, zone, flatmem.pageblockPages);
  });
}

// Mirrors free_initmem, free_initrd_mem, efi_free_boot_services (arch/x86) and gather_bootmem_prealloc (mm/hugetlb.c,
// v6.1): pages that come back to their zones once the kernel is up. Only their number matters, no line is printed.
import { alignUp } from '../../lib/align.ts';
import { MiB, PAGE_SIZE } from '../../lib/units.ts';
import type { HugetlbParams } from '../../mm/hugetlb.ts';
import { countFreed } from '../../mm/memblock_free.ts';
import type { X86State } from './state.ts';

/** The image's init parts, the initrd, EFI boot services, and gigantic pages, which count as managed all the same. */
export function freeInitmem(x86: X86State, hugetlb: HugetlbParams): void {
  const { ctx, kernelStart } = x86;
  const { image } = ctx.profile;
  for (const { start, end } of x86.efiFreeable) if (end >= MiB) countFreed(ctx, Math.max(start, MiB), end); // below 1 MiB the BIOS may still write
  for (const { start, size } of hugetlb.pages) countFreed(ctx, start, start + size);
  if (ctx.ramdisk) countFreed(ctx, ctx.ramdisk.start, alignUp(ctx.ramdisk.end, PAGE_SIZE));
  for (const { start, end } of image.freedParts)
    countFreed(ctx, start - image.textStart + kernelStart, end - image.textStart + kernelStart);
}

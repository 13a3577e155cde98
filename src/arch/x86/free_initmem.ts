// Mirrors free_initmem, free_initrd_mem, efi_free_boot_services (arch/x86) and gather_bootmem_prealloc (mm/hugetlb.c,
// v6.1): pages that come back to their zones once the kernel is up. Only their number matters, no line is printed.
import { alignUp } from '../../lib/align.ts';
import { MiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import type { HugetlbParams } from '../../mm/hugetlb.ts';
import { countFreed } from '../../mm/memblock_free.ts';
import type { X86State } from './state.ts';

/** The image's init parts, the initrd, EFI boot services, and gigantic pages, which count as managed all the same. */
export function freeInitmem(x86: X86State, hugetlb: HugetlbParams): void {
  const { ctx, kernelStart } = x86;
  const { image, rules } = ctx.profile;
  const late = rules.memoryLineAt === 'page_alloc_init_late';
  const efiEarly = late && rules.efiBootServices === 'freed-late';
  const early = prefixesFreedEarly(x86);
  for (const { start, end } of x86.efiFreeable)
    if (end >= MiB) countFreed(ctx, 'efi', Math.max(start, MiB), end, efiEarly); // below 1 MiB the BIOS may still write
  for (const { start, size } of hugetlb.pages) countFreed(ctx, 'hugetlb', start, start + size, late);
  if (ctx.ramdisk) countFreed(ctx, 'initrd', ctx.ramdisk.start, alignUp(ctx.ramdisk.end, PAGE_SIZE));
  const parts = keepsLockPrefixes(x86) ? image.freedParts.slice(1) : image.freedParts;
  for (const part of parts) {
    const start = part.start - image.textStart + kernelStart;
    countFreed(ctx, 'image', start, start + part.end - part.start, start === early?.start);
  }
}

/** The lock prefixes of SMP where they come back before the `Memory:` line that counts them; null where they do not. */
export function prefixesFreedEarly(
  x86: X86State,
): { readonly start: PhysAddr; readonly pages: number } | null {
  const { image, rules } = x86.ctx.profile;
  const late = rules.memoryLineAt === 'page_alloc_init_late';
  const [prefixes] = image.freedParts;
  if (prefixes === undefined || prefixes.start === prefixes.end) return null;
  if (!late || rules.alternativesFreed !== 'before-memory-line' || keepsLockPrefixes(x86)) return null;
  const start = prefixes.start - image.textStart + x86.kernelStart;
  return { start, pages: Math.floor((prefixes.end - prefixes.start) / PAGE_SIZE) };
}

/**
 * A kernel that runs on one CPU but may get others keeps the list of its lock prefixes, to put them back (alternative_instructions,
 * uniproc_patched): the first of the freed parts.
 */
export function keepsLockPrefixes({ ctx, maxCpus }: X86State): boolean {
  const present = ctx.cpus.filter((cpu) => cpu.present).length;
  const patched = (present === 1 || maxCpus <= 1) && !ctx.params.has('noreplace-smp');
  return patched && ctx.cpus.length > 1;
}

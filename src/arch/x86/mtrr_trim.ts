// Mirrors mtrr_trim_uncached_memory of arch/x86/kernel/cpu/mtrr/cleanup.c (v6.1): RAM that no register has as write-back is given up.
import { MiB, PAGE_SIZE } from '../../lib/units.ts';
import { E820_TYPE_RAM, E820_TYPE_RESERVED } from './e820_table.ts';
import type { X86State } from './state.ts';

/** Takes uncached RAM below `endPfn` out of the map; whether there was any. Holes between registers are told in any case. */
export function mtrrTrimUncachedMemory(x86: X86State, endPfn: number): boolean {
  const cached = x86.bootParams.platform?.cached ?? [];
  if (cached.length === 0 || x86.ctx.params.has('disable_mtrr_trim')) return false;
  const end = endPfn * PAGE_SIZE;
  let trimmed = 0;
  let covered = 0;
  const trim = (from: number, to: number): void => {
    trimmed += x86.e820.rangeUpdate(from, to - from, E820_TYPE_RAM, E820_TYPE_RESERVED);
  };
  for (const { start, size } of cached) {
    if (covered < start) trim(covered, start);
    covered = start + size;
  }
  if (covered < end) trim(covered, end);
  if (trimmed === 0) return false;
  const { printk } = x86.ctx;
  printk.warn(
    `WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing ${Math.floor(trimmed / MiB)}MB of RAM.`,
  );
  printk.info('update e820 for mtrr');
  x86.e820.update();
  printk.info('modified physical RAM map:');
  x86.e820.printTable('modified');
  return true;
}

// Mirrors e820__register_nosave_regions of arch/x86/kernel/e820.c (v6.1): what hibernation must leave alone.
import { NosaveRegions } from '../../kernel/nosave.ts';
import { PAGE_SIZE } from '../../lib/units.ts';
import type { BootContext } from '../../mm/context.ts';
import { E820_TYPE_RAM, E820_TYPE_RESERVED_KERN } from './e820_table.ts';
import { SIZEOF_NOSAVE_REGION, SMP_CACHE_BYTES } from './layout.ts';
import type { X86State } from './state.ts';

/** Everything between RAM ranges (e820__register_nosave_regions). */
export function registerNosaveRegions(x86: X86State): void {
  const { ctx } = x86;
  const nosave = new NosaveRegions(ctx.printk, () => allocNosaveRegion(ctx));
  if (ctx.profile.rules.nosaveRegions === 'by-entry') return registerByEntry(x86, nosave);
  let lastAddr = 0;
  for (const { addr, size, type } of x86.e820.entries) {
    if (type !== E820_TYPE_RAM && type !== E820_TYPE_RESERVED_KERN) continue;
    if (lastAddr < addr) nosave.register(Math.floor(lastAddr / PAGE_SIZE), Math.ceil(addr / PAGE_SIZE));
    lastAddr = addr + size;
  }
  nosave.register(Math.floor(lastAddr / PAGE_SIZE), ctx.maxPfn);
}

/** What no entry holds, and each entry that is no RAM, by themselves. */
function registerByEntry({ e820, ctx }: X86State, nosave: NosaveRegions): void {
  let pfn = 0;
  for (const { addr, size, type } of e820.entries) {
    nosave.register(pfn, Math.ceil(addr / PAGE_SIZE));
    pfn = Math.floor((addr + size) / PAGE_SIZE);
    if (type !== E820_TYPE_RAM && type !== E820_TYPE_RESERVED_KERN)
      nosave.register(Math.ceil(addr / PAGE_SIZE), pfn);
    if (pfn >= ctx.maxPfn) break;
  }
}

function allocNosaveRegion(ctx: BootContext): void {
  ctx.memblock.alloc(SIZEOF_NOSAVE_REGION, SMP_CACHE_BYTES, 'register_nosave_region');
}

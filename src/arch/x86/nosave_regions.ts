// Mirrors e820__register_nosave_regions of arch/x86/kernel/e820.c (v6.1): what hibernation must leave alone.
import { NosaveRegions } from '../../kernel/nosave.ts';
import { sizeOf } from '../../kernel/word.ts';
import { u64 } from '../../lib/u64.ts';
import { PAGE_SHIFT, type Pfn } from '../../lib/units.ts';
import { allocOrPanic } from '../../mm/alloc_or_panic.ts';
import type { BootContext } from '../../mm/context.ts';
import { E820_TYPE_RAM, E820_TYPE_RESERVED_KERN } from './e820_table.ts';
import { SIZEOF_NOSAVE_REGION, SMP_CACHE_BYTES } from './layout.ts';
import type { X86State } from './state.ts';

const PAGE_BITS = BigInt(PAGE_SHIFT);
/** Page frame numbers of 64-bit addresses are exact. */
const down = (addr: bigint): Pfn => Number(addr >> PAGE_BITS);
const up = (addr: bigint): Pfn => Number((addr + (1n << PAGE_BITS) - 1n) >> PAGE_BITS);

/** Everything between RAM ranges (e820__register_nosave_regions). */
export function registerNosaveRegions(x86: X86State): void {
  const { ctx } = x86;
  if (ctx.profile.config.hibernation === false) return;
  const nosave = new NosaveRegions(ctx.printk, ctx.profile.rules, () => allocNosaveRegion(ctx));
  if (ctx.profile.rules.nosaveRegions !== 'by-gap') return registerByEntry(x86, nosave);
  let lastAddr = 0n;
  for (const { addr, size, type } of x86.e820.entries64) {
    if (type !== E820_TYPE_RAM && type !== E820_TYPE_RESERVED_KERN) continue;
    if (lastAddr < addr) nosave.register(down(lastAddr), up(addr));
    lastAddr = u64(addr + size);
  }
  nosave.register(down(lastAddr), ctx.maxPfn);
}

/** What no entry holds, and each entry that is no RAM, by themselves. */
function registerByEntry({ e820, ctx }: X86State, nosave: NosaveRegions): void {
  const [first, ...others] = e820.entries64;
  const skip = ctx.profile.rules.nosaveRegions === 'after-first' && first !== undefined;
  let pfn = skip ? down(u64(first.addr + first.size)) : 0;
  for (const { addr, size, type } of skip ? others : e820.entries64) {
    nosave.register(pfn, up(addr));
    pfn = down(u64(addr + size));
    if (type !== E820_TYPE_RAM && type !== E820_TYPE_RESERVED_KERN) nosave.register(up(addr), pfn);
    if (pfn >= ctx.maxPfn) break;
  }
}

function allocNosaveRegion(ctx: BootContext): void {
  const func = 'register_nosave_region';
  allocOrPanic(ctx, sizeOf(ctx.profile, 'nosave_region', SIZEOF_NOSAVE_REGION), SMP_CACHE_BYTES, func, func);
}

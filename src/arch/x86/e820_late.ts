// Mirrors e820__reserve_resources_late of arch/x86/kernel/e820.c (v6.1): no device may be put right after RAM.
import { u64 } from '../../lib/u64.ts';
import { hex, KiB, MiB } from '../../lib/units.ts';
import { E820_TYPE_RAM } from './e820_table.ts';
import { oldRangeText } from './e820_range.ts';
import type { X86State } from './state.ts';

/** How far the buffer after RAM that ends at `pos` reaches: to the next boundary of this size. */
function ramAlignment(pos: bigint): bigint {
  if (pos < MiB) return BigInt(64 * KiB);
  return BigInt(pos < 16 * MiB ? MiB : 64 * MiB);
}

/** Prints the buffer behind each RAM range that does not end on such a boundary. */
export function e820ReserveResourcesLate(x86: X86State): void {
  // it is PCI that asks for it
  if (x86.ctx.profile.config.pci === false || x86.ctx.params.all('pci').includes('off')) return;
  for (const { addr, size, type } of x86.e820.entries64) {
    if (type !== E820_TYPE_RAM) continue;
    const start = u64(addr + size);
    const step = ramAlignment(start);
    // round_up() of the last addresses wraps to 0, and all ones are left
    const end = u64(((start + step - 1n) / step) * step - 1n);
    if (start >= end) continue;
    const { oldRanges, ramBuffer } = x86.e820.texts;
    const range = oldRanges ? oldRangeText(start, end) : `[mem ${hex(start, 8)}-${hex(end, 8)}]`;
    x86.ctx.printk.info(`${ramBuffer} ${range}`);
  }
}

// Mirrors e820__reserve_resources_late of arch/x86/kernel/e820.c (v6.1): no device may be put right after RAM.
import { alignUp } from '../../lib/align.ts';
import { hex, KiB, MiB, type PhysAddr } from '../../lib/units.ts';
import { E820_TYPE_RAM } from './e820_table.ts';
import type { X86State } from './state.ts';

/** How far the buffer after RAM that ends at `pos` reaches: to the next boundary of this size. */
function ramAlignment(pos: PhysAddr): number {
  if (pos < MiB) return 64 * KiB;
  return pos < 16 * MiB ? MiB : 64 * MiB;
}

/** Prints the buffer behind each RAM range that does not end on such a boundary. */
export function e820ReserveResourcesLate(x86: X86State): void {
  for (const { addr, size, type } of x86.e820.entries) {
    if (type !== E820_TYPE_RAM) continue;
    const start = addr + size;
    const end = alignUp(start, ramAlignment(start)) - 1;
    if (start < end) x86.ctx.printk.info(`${x86.e820.texts.ramBuffer} [mem ${hex(start, 8)}-${hex(end, 8)}]`);
  }
}

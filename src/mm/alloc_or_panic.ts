// Allocations of early boot without which the kernel stops: `panic("%s: Failed to allocate %zu bytes\n", __func__, size)`.
import { panic } from '../kernel/panic.ts';
import type { PhysAddr } from '../lib/units.ts';
import type { BootContext } from './context.ts';

/**
 * memblock_alloc(), or the end; `site` is the call site, `func` the C function it stands in.
 * @throws KernelPanic where there is no room
 */
export function allocOrPanic(
  ctx: BootContext,
  size: number,
  align: number,
  site: string,
  func: string,
): PhysAddr {
  const addr = ctx.memblock.alloc(size, align, site);
  if (addr === 0) throw panic(ctx.printk, `${func}: Failed to allocate ${size} bytes`);
  return addr;
}

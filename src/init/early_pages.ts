// What the kernel takes from the page allocator up to deferred init beside what is modelled one by one (hash tables, trace
// buffers, page tables of vmalloc space): slabs, stacks and tables, by what they are for. How many is measured for each image.
import type { CpuId, Nid } from '../lib/units.ts';
import type { BootContext } from '../mm/context.ts';
import type { EarlyBuddy } from '../mm/early_buddy.ts';
import { memoryNodes } from '../mm/zonelist.ts';

export const BOOT_CPU: CpuId = 0;

export function bootNode(ctx: BootContext): Nid {
  return ctx.cpus[BOOT_CPU]?.node ?? 0;
}

/** What every machine takes, and what the boot CPU's lists then keep of the batches in which it comes. */
export function takeOnEveryMachine(ctx: BootContext, buddy: EarlyBuddy): void {
  const { onBootNode, interleaved, further } = ctx.profile.image.earlyPages;
  buddy.takeOn(bootNode(ctx), onBootNode, 0);
  buddy.takeInterleaved(interleaved, 0);
  if (further) buddy.takeOn(bootNode(ctx), waitingPages(further.waiting, buddy.batchOn(bootNode(ctx))), 0);
}

/** The idle task, kernel threads and slabs of a CPU that smp_init has started. */
export function takeForCpu(ctx: BootContext, buddy: EarlyBuddy, cpu: CpuId): void {
  const { perCpu, perCpuOnBootNode } = ctx.profile.image.earlyPages;
  buddy.takeOn(ctx.cpus[cpu]?.node ?? 0, perCpu, 0);
  buddy.takeOn(bootNode(ctx), perCpuOnBootNode, 0);
}

/**
 * What is there by the `Memory:` line of 6.11 and later, when all CPUs are up and deferred init is through. `helpers` threads
 * helped the nodes' own.
 */
export function takeUntilMemoryLine(
  ctx: BootContext,
  buddy: EarlyBuddy,
  machine: { readonly online: number; readonly helpers: number },
): void {
  const { further } = ctx.profile.image.earlyPages;
  if (!further) return;
  const { severalCpus, perNode, perHelper } = further;
  const nodes = memoryNodes(ctx).length;
  const pages = (machine.online > 1 ? severalCpus : 0) + perNode * (nodes - 1) + perHelper * machine.helpers;
  buddy.takeOn(bootNode(ctx), pages, 0);
}

/** Between two batches that were measured in proportion; above the last as with it. */
export function waitingPages(measured: readonly (readonly [number, number])[], batch: number): number {
  let [below, pages] = [0, 0];
  for (const [at, value] of measured) {
    if (batch <= at) return pages + Math.round(((value - pages) * (batch - below)) / (at - below));
    [below, pages] = [at, value];
  }
  return pages;
}

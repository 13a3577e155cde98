// What the kernel takes from the page allocator up to deferred init beside what is modelled one by one (hash tables, trace
// buffers, page tables of vmalloc space): slabs, stacks and tables, by what they are for. How many is measured for each image.
import type { WaitingPages } from '../kernel/profile.ts';
import { KiB, PAGE_SIZE, type CpuId, type Nid } from '../lib/units.ts';
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
  if (further)
    buddy.takeOn(bootNode(ctx), waitingPages(further.waiting, firstBatch(buddy, bootNode(ctx))), 0);
}

/** The idle task, kernel threads and slabs of a CPU that smp_init has started. */
export function takeForCpu(ctx: BootContext, buddy: EarlyBuddy, cpu: CpuId): void {
  const { perCpu, perCpuOnBootNode, further } = ctx.profile.image.earlyPages;
  const node = ctx.cpus[cpu]?.node ?? 0;
  buddy.takeOn(node, perCpu, 0);
  if (further) buddy.takeOn(node, waitingPages(further.waitingPerCpu, firstBatch(buddy, node)), 0);
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

/** Pages by which small allocations came out differently on machines that the numbers were not measured on. */
const SMALL_ALLOCATIONS = 128;
/** The same where what comes with CPUs, nodes and helpers was not measured: 6.12's would be up to so many on 16 CPUs. */
const NOT_MEASURED = 1024;
/** A CPU keeps up to four batches of a zone (zone_highsize), and more while it takes much. */
const BATCHES_KEPT = 4;

/**
 * KiB by which the free memory of the `Memory:` line may be wrong. With several CPUs it varies from boot to boot: who takes which
 * pages, and what each CPU keeps of its batches, is a matter of time. With one it does not vary, but the last pages depend on the
 * order of thousands of small allocations.
 */
export function freeMemorySpread(ctx: BootContext, buddy: EarlyBuddy, online: readonly CpuId[]): number {
  const { further } = ctx.profile.image.earlyPages;
  let pages = (further ? SMALL_ALLOCATIONS : NOT_MEASURED) + buddy.doubtfulPages;
  for (const cpu of online)
    if (cpu !== BOOT_CPU) pages += BATCHES_KEPT * Math.max(0, ...buddy.batchesOn(ctx.cpus[cpu]?.node ?? 0));
  return (pages * PAGE_SIZE) / KiB;
}

const firstBatch = (buddy: EarlyBuddy, node: Nid): number => buddy.batchesOn(node)[0] ?? 0;

/** Between two batches that were measured in proportion; above the last as with it. */
export function waitingPages(measured: readonly WaitingPages[], batch: number): number {
  let below: WaitingPages = { batch: 0, pages: 0 };
  for (const above of measured) {
    const share = (batch - below.batch) / (above.batch - below.batch);
    if (share <= 1) return below.pages + Math.round((above.pages - below.pages) * share);
    below = above;
  }
  return below.pages;
}

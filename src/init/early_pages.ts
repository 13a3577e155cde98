// What the kernel takes from the page allocator up to deferred init beside what is modelled one by one (hash tables, trace
// buffers, page tables of vmalloc space): slabs, stacks and tables, by what they are for. How many is measured for each image.
import type { EarlyTakes, WaitingPages } from '../kernel/profile.ts';
import { ilog2 } from '../lib/align.ts';
import { KiB, PAGE_SIZE, type CpuId, type Nid } from '../lib/units.ts';
import type { BootContext } from '../mm/context.ts';
import type { EarlyBuddy } from '../mm/early_buddy.ts';
import { memoryNodes } from '../mm/zonelist.ts';
import { pagesOf, parseTakes, replayTakes } from './early_takes.ts';

export const BOOT_CPU: CpuId = 0;

export function bootNode(ctx: BootContext): Nid {
  return ctx.cpus[BOOT_CPU]?.node ?? 0;
}

/** What every machine takes up to setup_per_cpu_pageset(); from then on the boot CPU keeps lists. */
export function takeOnEveryMachine(ctx: BootContext, buddy: EarlyBuddy): void {
  const { onBootNode, interleaved, further } = ctx.profile.image.earlyPages;
  if (further) {
    const later = Object.values(further.takes).reduce((sum, text) => sum + pagesOf(parseTakes(text)), 0);
    buddy.takeOn(bootNode(ctx), onBootNode + interleaved - later, 0);
  } else {
    buddy.takeOn(bootNode(ctx), onBootNode, 0);
    for (let left = interleaved; left > 0; left--) buddy.takeOn(buddy.interleave.next(), 1, 0);
  }
  buddy.setupPerCpuPageset();
}

/**
 * What the boot CPU takes one block after the other in that part of the boot, where the image's were recorded. `freePrefixes` is
 * called when the lock prefixes of SMP come back.
 */
export function takeInOrder(
  ctx: BootContext,
  buddy: EarlyBuddy,
  part: keyof EarlyTakes,
  freePrefixes: () => void = () => undefined,
): void {
  const takes = ctx.profile.image.earlyPages.further?.takes[part];
  if (takes === undefined) return;
  const nodes = memoryNodes(ctx).map(({ nodeId }) => nodeId);
  const node = part === 'onBootNode' ? bootNode(ctx) : null;
  replayTakes(buddy, parseTakes(takes), { node, nodes, freePrefixes });
}

/** Pages of a kernel thread's stack. */
const STACK_PAGES = 4;
/** A slab of task_structs: 2^3 pages for three of them. */
const TASK_SLAB_ORDER = 3;
const TASKS_PER_SLAB = 3;

/** The idle task, kernel threads and slabs of a CPU that smp_init has started. The boot CPU takes most of them. */
export function takeForCpu(ctx: BootContext, buddy: EarlyBuddy, cpu: CpuId): void {
  const { perCpu, perCpuOnBootNode, further } = ctx.profile.image.earlyPages;
  const node = ctx.cpus[cpu]?.node ?? 0;
  if (further) {
    takeThreads(ctx, buddy, node, perCpu);
    buddy.takeOn(node, waitingPages(further.waitingPerCpu, firstBatch(buddy, node)), 0);
  } else buddy.takeOn(node, perCpu, 0);
  buddy.takeOn(bootNode(ctx), perCpuOnBootNode, 0);
}

/** `pages` for kernel threads as they come: a slab for the next three, then their stacks. */
function takeThreads(ctx: BootContext, buddy: EarlyBuddy, node: Nid, pages: number): void {
  const stackOrder = ctx.profile.rules.vmallocBlocks === 'largest-first' ? ilog2(STACK_PAGES) : 0;
  let left = pages;
  const take = (blocks: number, order: number): void => {
    for (let i = 0; i < blocks && left >= 2 ** order; i++, left -= 2 ** order) buddy.takeBlock(node, order);
  };
  while (left >= 2 ** TASK_SLAB_ORDER) {
    take(1, TASK_SLAB_ORDER);
    take((TASKS_PER_SLAB * STACK_PAGES) / 2 ** stackOrder, stackOrder);
  }
  take(left, 0);
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
const SMALL_ALLOCATIONS = 64;
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

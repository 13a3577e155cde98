// Mirrors start_kernel and kernel_init_freeable of init/main.c (v6.1) from setup_arch's return on: what they do with
// memory, one step a line in the kernel's order, up to deferred init, and what is left after it.
import { PAGE_SIZE, pfnDown, type CpuId } from '../lib/units.ts';
import { setupCpuEntryAreas } from '../arch/x86/cpu_entry_area.ts';
import { e820ReserveResourcesLate } from '../arch/x86/e820_late.ts';
import { efiFreeableBytes, efiFreeBootServices } from '../arch/x86/efi.ts';
import { freeInitmem, prefixesFreedEarly } from '../arch/x86/free_initmem.ts';
import { KernelTables } from '../arch/x86/kernel_tables.ts';
import { probeMemoryBlockSize } from '../arch/x86/memory_block.ts';
import { pciIommuAlloc, pciIommuInit, type PciSwiotlb } from '../arch/x86/pci_swiotlb.ts';
import { zoneSizesInit } from '../arch/x86/zones.ts';
import { setupPerCpuAreas } from '../arch/x86/setup_percpu.ts';
import type { X86State } from '../arch/x86/state.ts';
import {
  BOOT_CPU,
  bootNode,
  freeMemorySpread,
  takeForCpu,
  takeInOrder,
  takeOnEveryMachine,
  takeUntilMemoryLine,
} from './early_pages.ts';
import { printBroughtUp } from '../kernel/smp_lines.ts';
import { isKnownParam, panicLater, printUnknownBootoptions, setupCommandLine } from '../mm/command_line.ts';
import type { BootContext } from '../mm/context.ts';
import { EarlyBuddy } from '../mm/early_buddy.ts';
import { HugetlbParams } from '../mm/hugetlb.ts';
import { warnOfLatePages } from '../mm/hugetlb_late.ts';
import { stackDepotEarlyInit, vfsCachesInit, vfsCachesInitEarly } from '../mm/large_hash.ts';
import { setupLogBuf } from '../mm/log_buf.ts';
import { manageCmaAreas, memblockDiscard, memblockFreeAll, type FreedPages } from '../mm/memblock_free.ts';
import { memInitPrintInfo, reportMeminit, setHighmemPagesInit } from '../mm/mem_init.ts';
import { ReserveMem } from '../mm/reserve_mem.ts';
import { kmemCacheInit, parseSlubDebug } from '../mm/slub.ts';
import { allocTraceBuffer } from '../mm/trace_buffer.ts';
import { buildAllZonelists, onlineNodeCount } from '../mm/zonelist.ts';

/** What the early part leaves for the one after deferred init, and for who wants to know more than the log. */
export interface StartedKernel {
  readonly hugetlb: HugetlbParams;
  readonly swiotlb: PciSwiotlb;
  /** The page allocator by number of pages; `buddy.grown` has the calls of deferred_grow_zone. */
  readonly buddy: EarlyBuddy;
  /** What memblock_free_all handed over. */
  readonly freed: FreedPages;
  /** KiB by which the `Memory:` line may be wrong where it is printed after deferred init. */
  readonly freeMemorySpread: number;
  /** CPUs that smp_init starts, the boot CPU first, ascending; all of them come up on simulated CPUs. */
  readonly onlineCpus: readonly CpuId[];
}

/** Who wants to look at memblock at the moments at which a capture did. */
export interface StartKernelHooks {
  /** Entry of memblock_free_all. */
  readonly onFreeAll?: () => void;
}

/** From setup_arch to the moment at which page_alloc_init_late starts its threads. */
export function startKernelAfterSetupArch(x86: X86State, hooks: StartKernelHooks = {}): StartedKernel {
  const { ctx } = x86;
  const tables = new KernelTables(ctx, x86.kaslr);
  const step = <T>(name: string, run: () => T): T => {
    ctx.printk.step = name;
    return run();
  };
  const hugetlb = x86.hugetlb ?? new HugetlbParams(ctx);
  if (ctx.profile.rules.zonesAt === 'mm_core_init_early') zoneSizesInit(x86, () => hugetlb.bootmemAlloc());
  step('setup_command_line', () => setupCommandLine(ctx)); // two copies
  step('setup_per_cpu_areas', () => setupPerCpuAreas(ctx, tables)); // the first chunk, and CPU masks
  const { rules } = ctx.profile;
  const zonelists = (): void => step('build_all_zonelists', () => buildAllZonelists(ctx)); // which node stands in for which
  if (rules.zonelistsAt === 'start_kernel') zonelists();
  const { wantsStackDepot } = step('parse_args', () => parseArgs(ctx, hugetlb)); // gigantic pages
  step('setup_log_buf', () => setupLogBuf(ctx, false)); // many CPUs
  step('vfs_caches_init_early', () => vfsCachesInitEarly(ctx)); // dentry and inode tables on one node
  step('trap_init', () =>
    x86.tables32 ? x86.tables32.initCpuEntryAreas() : setupCpuEntryAreas(ctx, tables),
  ); // page tables
  let swiotlb: PciSwiotlb | null = null;
  const bounceBuffer = (): PciSwiotlb => step('pci_iommu_alloc', () => pciIommuAlloc(ctx)); // memblock's last large customer
  if (rules.swiotlbAt === 'arch_mm_preinit') swiotlb = bounceBuffer();
  // without 1 GiB pages setup_arch has left hugetlb's parameters alone
  if (rules.hugetlbAt === 'setup_arch' && x86.hugetlb === null) hugetlb.bootmemAlloc();
  if (rules.zonelistsAt === 'mm_core_init') zonelists();
  if (rules.autoInitLine) step('report_meminit', () => reportMeminit(ctx));
  step('stack_depot_early_init', () => stackDepotEarlyInit(ctx, wantsStackDepot));
  swiotlb ??= bounceBuffer();
  ctx.printk.step = 'memblock_free_all';
  hooks.onFreeAll?.();
  const { buddy, freed } = step('mem_init', () => memInit(ctx, tables));
  step('kmem_cache_init', () => kmemCacheInit(ctx));
  step('early_trace_init', () => allocTraceBuffer(ctx, buddy, BOOT_CPU));
  step('sched_init', () => takeOnEveryMachine(ctx, buddy)); // and all else that comes before init has a process
  step('console_init', () => panicLater(ctx)); // too many options for init
  if (rules.efiBootServices === 'freed-late') step('efi_free_boot_services', () => efiFreeBootServices(x86));
  const freePrefixes = (): void => {
    const prefixes = prefixesFreedEarly(x86);
    if (prefixes) buddy.freeImage(pfnDown(prefixes.start), prefixes.pages);
  };
  step('vfs_caches_init', () => {
    takeInOrder(ctx, buddy, 'untilTables', freePrefixes);
    vfsCachesInit(ctx, (pages, order) => buddy.takeInterleaved(pages, order));
    takeInOrder(ctx, buddy, 'untilProcesses');
  });
  step('rest_init', () => takeInOrder(ctx, buddy, 'onBootNode')); // the first kernel threads
  const onlineCpus = step('smp_init', () => smpInit(x86, buddy));
  warnOfLatePages(ctx, hugetlb.wantedPmdPages); // hugetlb_init: behind what is modelled
  return {
    hugetlb,
    swiotlb,
    buddy,
    onlineCpus,
    freed,
    freeMemorySpread: freeMemorySpread(ctx, buddy, onlineCpus),
  };
}

/** From deferred init's end, for which `helpers` threads helped the nodes' own, to the last line about memory. */
export function startKernelAfterDeferredInit(x86: X86State, started: StartedKernel, helpers: number): void {
  const { ctx } = x86;
  const step = (name: string, run: () => void): void => {
    ctx.printk.step = name;
    run();
  };
  if (ctx.profile.rules.memoryLineAt === 'page_alloc_init_late')
    step('page_alloc_init_late', () => memoryLineLate(x86, started, helpers)); // counts what is free now
  step('memblock_discard', () => memblockDiscard(ctx)); // grown tables go to the page allocator
  step('cma_init_reserved_areas', () => manageCmaAreas(ctx));
  if (!ctx.profile.image.i386) step('memory_dev_init', () => probeMemoryBlockSize(ctx)); // no memory hotplug
  step('e820__reserve_resources_late', () => e820ReserveResourcesLate(x86));
  step('pci_iommu_init', () => pciIommuInit(ctx, started.swiotlb));
  step('free_initmem', () => freeInitmem(x86, started.hugetlb)); // counted as managed; the last of it before init runs
}

/** The parameters that act when the command line is parsed as a whole, in its order. */
function parseArgs(ctx: BootContext, hugetlb: HugetlbParams): { wantsStackDepot: boolean } {
  const { params, printk } = ctx;
  printk.print(`Kernel command line: ${params.cmdline}`, 5);
  const hugetlbNow = ctx.profile.rules.hugetlbAt === 'parse_args';
  const reserveMem = new ReserveMem(ctx);
  let wantsStackDepot = false;
  for (const { name, value } of params.list) {
    if (hugetlbNow) hugetlb.parse(name, value);
    if (name === 'reserve_mem' && isKnownParam(ctx.profile.image.params, { name, value }))
      reserveMem.parse(value);
    if (name !== 'slub_debug') continue;
    const debug = parseSlubDebug(value);
    wantsStackDepot ||= debug.storeUser;
    if (debug.poison && (ctx.profile.config.initOnAlloc || ctx.profile.config.initOnFree))
      printk.info('mem auto-init: SLAB_POISON will take precedence over init_on_alloc/init_on_free');
  }
  printUnknownBootoptions(ctx);
  return { wantsStackDepot };
}

/** All memory to the page allocator, page tables for vmalloc space, and the `Memory:` line. */
function memInit(ctx: BootContext, tables: KernelTables): { buddy: EarlyBuddy; freed: FreedPages } {
  setHighmemPagesInit(ctx);
  const freed = memblockFreeAll(ctx);
  const buddy = new EarlyBuddy(ctx);
  const vmallocTables = ctx.profile.image.i386 ? 0 : tables.missingVmallocTables();
  buddy.takeOn(bootNode(ctx), vmallocTables, 0);
  if (ctx.profile.rules.memoryLineAt === 'mem_init') memInitPrintInfo(ctx, freed, vmallocTables);
  return { buddy, freed };
}

/** The `Memory:` line after deferred initialisation: what the kernel has taken by then is counted, and the figure an estimate. */
function memoryLineLate(x86: X86State, started: StartedKernel, helpers: number): void {
  const { buddy, freed, hugetlb, onlineCpus } = started;
  const { ctx } = x86;
  const { rules } = ctx.profile;
  const pages = (bytes: number): number => Math.floor(bytes / PAGE_SIZE);
  const huge = hugetlb.pages.reduce((sum, { size }) => sum + pages(size), 0);
  const services = rules.efiBootServices === 'freed-late' ? pages(efiFreeableBytes(x86)) : 0;
  const total = freed.total + huge + services + (prefixesFreedEarly(x86)?.pages ?? 0);
  takeUntilMemoryLine(ctx, buddy, { online: onlineCpus.length, helpers });
  memInitPrintInfo(ctx, { total, free: total }, buddy.takenPages + huge, started.freeMemorySpread);
}

/** The CPUs that smp_init starts, in order, as many as maxcpus= lets, and what the page allocator gives for each. */
function smpInit(x86: X86State, buddy: EarlyBuddy): CpuId[] {
  const { ctx } = x86;
  if (ctx.params.has('nosmt')) ctx.warn('command line: nosmt is not modelled: all CPUs of a core come up');
  const online: CpuId[] = [BOOT_CPU];
  ctx.cpus.forEach(({ present }, cpu) => {
    if (cpu === BOOT_CPU || !present || online.length >= x86.maxCpus) return;
    allocTraceBuffer(ctx, buddy, cpu);
    takeForCpu(ctx, buddy, cpu);
    online.push(cpu);
  });
  return online;
}

/** smp_init's last line: how many CPUs came up, which the kind of CPU decides that runs the boot. */
export function smpBroughtUp({ ctx }: X86State, online: number): void {
  ctx.printk.step = 'smp_init';
  printBroughtUp(ctx.printk, onlineNodeCount(ctx), online, ctx.profile.rules.broughtUpLine);
}

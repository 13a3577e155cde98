// Mirrors arch/x86/kernel/setup_percpu.c (v6.1), setup_node_to_cpumask_map and setup_cpu_local_masks.
import { cpumasksOffStack } from '../../kernel/config.ts';
import { panic } from '../../kernel/panic.ts';
import { allocOrPanic } from '../../mm/alloc_or_panic.ts';
import { divRoundUp } from '../../lib/align.ts';
import { KiB } from '../../lib/units.ts';
import type { BootContext } from '../../mm/context.ts';
import { pcpuEmbedFirstChunk, pcpuPageFirstChunk, type PcpuArch } from '../../mm/percpu.ts';
import { VMALLOC_AREA, vmallocSize, type KernelTables } from './kernel_tables.ts';
import { MAX_DMA_ADDRESS, PMD_SIZE, SMP_CACHE_BYTES } from './layout.ts';

/** Areas for all possible CPUs, then the CPU masks of nodes and of bring-up. */
export function setupPerCpuAreas(ctx: BootContext, tables: KernelTables): void {
  const { profile, printk } = ctx;
  const { nrCpus } = profile.config;
  const all = profile.rules.cpumaskBits === 'all-without-offstack' && !cpumasksOffStack(profile.config);
  printk.info(
    `setup_percpu: NR_CPUS:${nrCpus} nr_cpumask_bits:${all ? nrCpus : ctx.nrCpuIds} ` +
      `nr_cpu_ids:${ctx.nrCpuIds} nr_node_ids:${ctx.nrNodeIds}`,
  );
  const { percpuStatic, percpuReserved, percpuDynamic } = profile.image;
  const sizes = {
    static: percpuStatic,
    reserved: percpuReserved,
    dynamic: percpuDynamic,
    leastDynamic: profile.rules.percpuEarlyK * KiB,
  };
  const arch: PcpuArch = {
    maxDmaAddress: MAX_DMA_ADDRESS,
    atomSize: PMD_SIZE,
    vmallocTotal: vmallocSize(ctx.features.la57) - 1,
    populateVmalloc: (start, end) => tables.populate(VMALLOC_AREA, start, end),
  };
  const chosen = chosenAllocator(ctx);
  const status = chosen === 'page' ? null : pcpuEmbedFirstChunk(ctx, arch, sizes);
  if (status !== null && status < 0) {
    printk.warn(`setup_percpu: ${chosen} allocator failed (${status}), falling back to page size`);
  }
  const paged = status === 0 ? 0 : pcpuPageFirstChunk(ctx, arch, sizes);
  if (paged !== 0) throw panic(printk, `cannot initialize percpu area (err=${paged})`);
  allocCpumasks(ctx);
}

/** The last percpu_alloc= that says something the kernel knows. */
function chosenAllocator(ctx: BootContext): 'auto' | 'embed' | 'page' {
  const known = ctx.params.all('percpu_alloc').filter((value) => value === 'embed' || value === 'page');
  return known.at(-1) ?? 'auto';
}

/** Masks that are not on the stack; without CPUMASK_OFFSTACK they are part of the image. Without NUMA nodes have none. */
function allocCpumasks(ctx: BootContext): void {
  const { config, rules } = ctx.profile;
  if (!cpumasksOffStack(config)) return;
  const size = divRoundUp(ctx.nrCpuIds, 64) * 8;
  // beside one for each node: cpu_initialized_mask, cpu_callin_mask, cpu_callout_mask, cpu_sibling_setup_mask, or fewer
  const nodeMasks = config.numa === false ? 0 : ctx.nrNodeIds;
  for (let i = 0; i < nodeMasks + rules.cpuLocalMasks; i++)
    allocOrPanic(ctx, size, SMP_CACHE_BYTES, 'alloc_bootmem_cpumask_var', 'alloc_bootmem_cpumask_var');
}

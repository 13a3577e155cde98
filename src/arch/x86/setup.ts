// Mirrors setup_arch of arch/x86/kernel/setup.c (v6.1): the memory part, one step a line, in the kernel's order.
import { allocOrPanic } from '../../mm/alloc_or_panic.ts';
import { PAGE_SIZE } from '../../lib/units.ts';
import { HugetlbParams } from '../../mm/hugetlb.ts';
import { setupLogBuf } from '../../mm/log_buf.ts';
import { freeAreaInitMemorylessNode } from '../../mm/mm_init.ts';
import { acpiBootInit, acpiBootTableInit } from './acpi_boot.ts';
import { initCpuToNode, ioApicInitMappings, newApicState, prefillPossibleMap } from './apic.ts';
import {
  e820AddKernelRange,
  e820EndPfn,
  e820FinishEarlyParams,
  e820MemblockSetup,
  e820MemorySetup,
  trimBiosRange,
} from './e820.ts';
import { e820SetupPciGap } from './e820_gap.ts';
import { parseEarlyParam } from './early_params.ts';
import { efiInit, efiMemblockX86ReserveRange, efiReserveBootServices } from './efi.ts';
import { initMemMapping } from './init_mem_mapping.ts';
import {
  ISA_END_ADDRESS,
  MAX_DMA32_PFN,
  maxArchPfn,
  SIZEOF_FIRMWARE_MAP_ENTRY,
  SIZEOF_RESOURCE,
  SMP_CACHE_BYTES,
} from './layout.ts';
import { findSmpConfig, getSmpConfig } from './mpparse.ts';
import { dmaContiguousReserve } from './cma_reserve.ts';
import { reserveCrashkernelGeneric } from './crash_reserve.ts';
import { registerNosaveRegions } from './nosave_regions.ts';
import { allocNodeData, initmemInit } from './numa.ts';
import {
  earlyAllocPgtBuf,
  earlyReserveMemory,
  reserveBiosRegions,
  reserveBrk,
  reserveCrashkernel,
  reserveInitrd,
  reserveRealMode,
} from './setup_reserve.ts';
import type { X86State } from './state.ts';
import { zoneSizesInit } from './zones.ts';

/** Everything that x86 does with memory before the generic kernel takes over (setup_arch). */
export function setupArch(x86: X86State): void {
  const { ctx } = x86;
  const { memblock, printk } = ctx;
  const step = (name: string, run: () => void): void => {
    printk.step = name;
    run();
  };
  printk.step = 'setup_arch';
  printk.info(`Command line: ${ctx.params.cmdline}`);
  step('early_reserve_memory', () => earlyReserveMemory(x86)); // image, BIOS areas, initrd: before memblock knows any RAM
  step('e820__memory_setup', () => e820MemorySetup(x86)); // the firmware's map, sanitised and printed
  step('parse_early_param', () => parseEarlyParam(x86)); // mem=, memmap=, numa=, nr_cpus=, memblock=debug
  step('efi_memblock_x86_reserve_range', () => efiMemblockX86ReserveRange(x86));
  if (memblock.movableNode) memblock.setBottomUp(true); // keep near the image until SRAT tells what can be removed
  step('e820__finish_early_params', () => e820FinishEarlyParams(x86)); // prints the user's map
  step('efi_init', () => efiInit(x86));
  step('dmi_setup', () => dmiSetup(x86));
  step('e820_add_kernel_range', () => e820AddKernelRange(x86));
  step('trim_bios_range', () => trimBiosRange(x86)); // page 0, and 640 KiB to 1 MiB
  step('e820__end_of_ram_pfn', () => findMaxPfn(x86)); // max_pfn, and max_low_pfn below 4 GiB
  step('find_smp_config', () => findSmpConfig(x86)); // the MP table's pages
  const pgtBuf = earlyAllocPgtBuf(x86);
  step('reserve_brk', () => reserveBrk(x86));
  memblock.setCurrentLimit(ISA_END_ADDRESS);
  step('e820__memblock_setup', () => e820MemblockSetup(x86)); // RAM goes to memblock
  if (ctx.profile.rules.firstMegabyte === 'parts')
    step('reserve_bios_regions', () => reserveBiosRegions(x86));
  step('efi_reserve_boot_services', () => efiReserveBootServices(x86));
  step('reserve_real_mode', () => reserveRealMode(x86)); // the trampoline, then all of the first 1 MiB
  step('init_mem_mapping', () => initMemMapping(x86, pgtBuf)); // page tables of the direct mapping
  memblock.setCurrentLimit(x86.maxPfnMapped * PAGE_SIZE);
  step('setup_log_buf', () => setupLogBuf(ctx, true)); // log_buf_len=
  step('reserve_initrd', () => reserveInitrd(x86)); // moved where it is not mapped
  step('acpi_boot_table_init', () => acpiBootTableInit(x86)); // each table reserved
  step('initmem_init', () => initmemInit(x86)); // nodes from SRAT, one node without
  if (ctx.profile.rules.hugetlbAt === 'setup_arch' && ctx.features.gbPages)
    step('hugetlb_bootmem_alloc', () => (x86.hugetlb = new HugetlbParams(ctx)).bootmemAlloc());
  step('dma_contiguous_reserve', () => dmaContiguousReserve(x86)); // cma=
  step('reserve_crashkernel', () =>
    ctx.profile.rules.crashkernel === 'x86' ? reserveCrashkernel(x86) : reserveCrashkernelGeneric(x86),
  );
  if (ctx.profile.rules.zonesAt === 'setup_arch') zoneSizesInit(x86); // the memmap's own memory, zones
  const apic = newApicState(x86);
  step('acpi_boot_init', () => acpiBootInit(x86, apic)); // CPUs, IO-APICs, HPET
  step('get_smp_config', () => getSmpConfig(x86, apic)); // the MP table, where the MADT told nothing
  step('prefill_possible_map', () => prefillPossibleMap(x86, apic));
  step('init_cpu_to_node', () => initCpuToNodeAndNodes(x86));
  step('io_apic_init_mappings', () => ioApicInitMappings(x86, apic));
  step('e820__reserve_resources', () => e820ReserveResources(x86));
  step('e820__register_nosave_regions', () => registerNosaveRegions(x86));
  step('e820__setup_pci_gap', () => e820SetupPciGap(x86));
}

/** CPUs to nodes; to 5.17 a node of CPUs alone gets its data here. */
function initCpuToNodeAndNodes(x86: X86State): void {
  const had = new Set(x86.numa.nodesOnline);
  initCpuToNode(x86);
  if (x86.ctx.profile.rules.memorylessNodes === 'with-nodes') return;
  for (const { node } of x86.ctx.cpus) {
    if (had.has(node)) continue;
    had.add(node);
    allocNodeData(x86, node);
    x86.ctx.pgdats.push(freeAreaInitMemorylessNode(x86.ctx, node));
    x86.ctx.pgdats.sort((a, b) => a.nodeId - b.nodeId);
  }
}

/** The DMI identification costs brk a page: its strings are copied there (dmi_setup). */
function dmiSetup(x86: X86State): void {
  const { dmi } = x86.bootParams;
  if (dmi === null) return;
  x86.ctx.printk.info(`DMI: ${dmi}`);
  x86.brkEnd += PAGE_SIZE;
}

function findMaxPfn(x86: X86State): void {
  const { ctx } = x86;
  ctx.maxPfn = e820EndPfn(x86, maxArchPfn(ctx.features.la57));
  ctx.maxPossiblePfn = ctx.maxPfn;
  ctx.maxLowPfn = ctx.maxPfn > MAX_DMA32_PFN ? e820EndPfn(x86, MAX_DMA32_PFN) : ctx.maxPfn;
}

/** One resource for each map entry, and one record for sysfs for each entry of the firmware's own map. */
function e820ReserveResources(x86: X86State): void {
  const { memblock } = x86.ctx;
  const func = 'e820__reserve_resources';
  allocOrPanic(x86.ctx, SIZEOF_RESOURCE * x86.e820.entries64.length, SMP_CACHE_BYTES, func, func);
  for (let i = 0; i < x86.e820Firmware.entries64.length; i++)
    memblock.alloc(SIZEOF_FIRMWARE_MAP_ENTRY, SMP_CACHE_BYTES, 'firmware_map_add_early');
}

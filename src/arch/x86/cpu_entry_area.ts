// Mirrors arch/x86/mm/cpu_entry_area.c (v6.1): the fixed addresses that each CPU enters the kernel through.
import { GiB, PAGE_SIZE } from '../../lib/units.ts';
import type { BootContext } from '../../mm/context.ts';
import { CPU_ENTRY_AREA, type KernelTables } from './kernel_tables.ts';

/** Pages of struct cpu_entry_area in order (asm/cpu_entry_area.h): what is mapped on every CPU … */
const GDT_PAGES = 1;
const ENTRY_STACK_PAGES = 1;
const TSS_PAGES = 5;
/** … exception stacks of two pages, each after a guard page; the last two are mapped only in an SEV-ES guest … */
const STACK_PAGES = 2;
const STACKS_MAPPED = 4;
const STACKS = 6;
/** … and the debug store with its buffers, mapped on Intel's CPUs only. */
const DEBUG_STORE_PAGES = 1 + 32;

const FIRST_STACK = GDT_PAGES + ENTRY_STACK_PAGES + TSS_PAGES;
const DEBUG_STORE = FIRST_STACK + STACKS * (1 + STACK_PAGES) + 1;
const AREA_PAGES = DEBUG_STORE + DEBUG_STORE_PAGES;
/** The read-only IDT stands in the first page; it is mapped after the CPUs' areas, whose first table covers it. */
const IDT_PAGES = 1;

/** Areas of 1 GiB for random places: what one PUD table maps, CPU_ENTRY_AREA_MAP_SIZE. */
const RANDOM_SLOTS = 512;
const SLOT_SIZE = GiB;

/**
 * Page tables for the areas of all possible CPUs (setup_cpu_entry_areas, called by trap_init). Under KASLR each is at a random place
 * among 512 GiB (init_cea_offsets, 6.2): each then needs a PMD and a PTE table. Two in one GiB share the first, one across a boundary
 * of 2 MiB needs two of the second, both seldom: 1 in 512 for each pair, 1 in 9 for each CPU.
 */
export function setupCpuEntryAreas(ctx: BootContext, tables: KernelTables): void {
  const lastStackEnd = FIRST_STACK + STACKS_MAPPED * (1 + STACK_PAGES);
  const end = ctx.features.vendor === 'Intel' ? AREA_PAGES : lastStackEnd;
  const random = tables.kaslr && ctx.profile.rules.entryAreas === 'random';
  for (let cpu = 0; cpu < ctx.cpus.length; cpu++) {
    const slot = random ? (cpu % RANDOM_SLOTS) * (SLOT_SIZE / PAGE_SIZE) : 0;
    const area = slot + IDT_PAGES + (random ? Math.floor(cpu / RANDOM_SLOTS) : cpu) * AREA_PAGES;
    tables.populate(CPU_ENTRY_AREA, area * PAGE_SIZE, (area + FIRST_STACK) * PAGE_SIZE);
    for (let stack = 0; stack < STACKS_MAPPED; stack++) {
      const first = area + FIRST_STACK + stack * (1 + STACK_PAGES) + 1;
      tables.populate(CPU_ENTRY_AREA, first * PAGE_SIZE, (first + STACK_PAGES) * PAGE_SIZE);
    }
    if (end === AREA_PAGES)
      tables.populate(CPU_ENTRY_AREA, (area + DEBUG_STORE) * PAGE_SIZE, (area + AREA_PAGES) * PAGE_SIZE);
  }
}

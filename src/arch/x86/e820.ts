// Mirrors arch/x86/kernel/e820.c (v6.1): the firmware's map taken over, mem= and memmap=, hand-over to memblock.
import { panic } from '../../kernel/panic.ts';
import { InputError } from '../../lib/input-error.ts';
import { hex, MiB, KiB, PAGE_SIZE, TiB, type Pfn } from '../../lib/units.ts';
import { u64 } from '../../lib/u64.ts';
import type { BootE820Entry, BootParams } from './boot/params.ts';
import {
  E820_TYPE_ACPI,
  E820_TYPE_RAM,
  E820_TYPE_RESERVED,
  E820_TYPE_RESERVED_KERN,
  E820_TYPE_SOFT_RESERVED,
  e820Prefix,
  type E820Table,
} from './e820_table.ts';
import type { BootContext } from '../../mm/context.ts';
import { maxArchPfn32 } from './areas_32.ts';
import { BIOS_BEGIN, ISA_END_ADDRESS, maxArchPfn } from './layout.ts';
import type { E820Change } from './e820_range.ts';
import type { X86State } from './state.ts';
import { absentPagesInRange } from '../../mm/pfn_ranges.ts';

/** What the model's memblock holds, and the most that an x86 CPU addresses. */
const MAX_PHYS_ADDR = 2n ** 52n;
/** Conventional memory that is assumed below 640 KiB where only a size above 1 MiB is known (LOWMEMSIZE). */
const LOWMEM_SIZE = 0x9f000;

/** Appends the firmware's entries; false where one wraps past 2^64 or there are fewer than `least` (append_e820_table). */
function appendE820Table(table: E820Table, entries: readonly BootE820Entry[], least: number): boolean {
  if (entries.length < least) return false;
  for (const { addr, size, type } of entries) {
    if (addr > u64(addr + size - 1n) && size !== 0n) return false;
    table.rangeAdd(addr, size, type);
  }
  return true;
}

/** Takes the firmware's map, or makes one up from the older BIOS calls, and prints it (e820__memory_setup). */
export function e820MemorySetup(x86: X86State): void {
  const { e820, bootParams, ctx } = x86;
  const who = memorySetupDefault(e820, bootParams, ctx.profile.rules.e820Least);
  x86.e820Firmware = e820.copy();
  // named first: V8 puts a function literal that is assigned to a property where only full collections go, and all of its boot stays with it
  const onChange = (change: E820Change): number => x86.e820Changes.push({ step: ctx.printk.step, ...change });
  e820.onChange = onChange;
  const { e820Lines } = ctx.profile.rules;
  ctx.printk.info(`${e820Prefix(e820Lines)}BIOS-provided physical RAM map:`);
  e820.printTable(who);
}

function memorySetupDefault(e820: E820Table, bootParams: BootParams, least: number): string {
  let who = 'BIOS-e820';
  if (!appendE820Table(e820, bootParams.e820, least)) {
    let memSizeK = bootParams.altMemK;
    who = 'BIOS-e801';
    if (bootParams.altMemK < bootParams.extMemK) {
      memSizeK = bootParams.extMemK;
      who = 'BIOS-88';
    }
    e820.clear();
    e820.rangeAdd(0, LOWMEM_SIZE, E820_TYPE_RAM);
    e820.rangeAdd(MiB, memSizeK * KiB, E820_TYPE_RAM);
  }
  e820.update();
  return who;
}

/**
 * Prints the map that mem= and memmap= made (e820__finish_early_params).
 * @throws KernelPanic where fewer than two entries are left, or one reaches 2^64
 */
export function e820FinishEarlyParams(x86: X86State): void {
  if (!x86.userMemmap) return;
  if (!x86.e820.update()) throw panic(x86.ctx.printk, 'Invalid user supplied memory map');
  const { e820Lines } = x86.ctx.profile.rules;
  x86.ctx.printk.info(`${e820Prefix(e820Lines)}user-defined physical RAM map:`);
  x86.e820.printTable('user');
}

/** Makes sure that the kernel itself lies in RAM (e820_add_kernel_range). */
export function e820AddKernelRange(x86: X86State): void {
  const { e820, kernelStart, ctx } = x86;
  const image = ctx.profile.image;
  const size = image.imageEnd - image.textStart;
  if (e820.mappedAll(kernelStart, kernelStart + size, E820_TYPE_RAM)) return;
  ctx.printk.warn('.text .data .bss are not marked as E820_TYPE_RAM!');
  e820.rangeRemove(kernelStart, size, null);
  e820.rangeAdd(kernelStart, size, E820_TYPE_RAM);
}

/** Page 0 belongs to the BIOS, and 640 KiB to 1 MiB is never RAM (trim_bios_range). */
export function trimBiosRange(x86: X86State): void {
  x86.e820.rangeUpdate(0, PAGE_SIZE, E820_TYPE_RAM, E820_TYPE_RESERVED);
  x86.e820.rangeRemove(BIOS_BEGIN, ISA_END_ADDRESS - BIOS_BEGIN, E820_TYPE_RAM);
  x86.e820.update();
}

/** MAX_ARCH_PFN: the page frames that this kernel could have. */
export function archPfnLimit({ profile, features }: BootContext): Pfn {
  const { i386 } = profile.image;
  return i386 ? maxArchPfn32(i386.pae) : maxArchPfn(features.la57);
}

/** The page frame after the last RAM below `limit`, and the message that says so (e820_end_pfn). */
export function e820EndPfn(x86: X86State, limit: Pfn): Pfn {
  const maxArch = archPfnLimit(x86.ctx);
  const acpiCounts = x86.ctx.profile.rules.lastPfn === 'ram-and-acpi';
  let lastPfn = 0;
  for (const { addr, size, type } of x86.e820.entries) {
    if (type !== E820_TYPE_RAM && !(acpiCounts && type === E820_TYPE_ACPI)) continue;
    const startPfn = Math.floor(addr / PAGE_SIZE);
    const endPfn = Math.floor((addr + size) / PAGE_SIZE);
    if (startPfn >= limit) continue;
    if (endPfn > limit) {
      lastPfn = limit;
      break;
    }
    lastPfn = Math.max(lastPfn, endPfn);
  }
  lastPfn = Math.min(lastPfn, maxArch);
  const prefix = e820Prefix(x86.ctx.profile.rules.e820Lines);
  x86.ctx.printk.info(`${prefix}last_pfn = ${hex(lastPfn)} max_arch_pfn = ${hex(maxArch)}`);
  return lastPfn;
}

/** Hands RAM to memblock and throws away partial pages (e820__memblock_setup). */
export function e820MemblockSetup(x86: X86State): void {
  const { memblock } = x86.ctx;
  memblock.allowResize();
  const narrow = x86.ctx.profile.image.i386?.pae === false;
  for (const entry of x86.e820.entries64) {
    const { type } = entry;
    const isRam = type === E820_TYPE_RAM || type === E820_TYPE_RESERVED_KERN;
    if (!isRam && type !== E820_TYPE_SOFT_RESERVED) continue;
    if (narrow && entry.addr + entry.size >= 2n ** 32n) continue; // does not fit a resource_size_t
    const addr = Number(entry.addr < MAX_PHYS_ADDR ? entry.addr : MAX_PHYS_ADDR);
    const end = entry.addr + entry.size;
    const size = Number(end < MAX_PHYS_ADDR ? end : MAX_PHYS_ADDR) - addr;
    if (end > MAX_PHYS_ADDR)
      x86.ctx.warn(
        'firmware map: memory from 2^52 on, where no CPU reaches, is not in the modelled memblock',
      );
    if (size <= 0) continue;
    if (isRam) memblock.add(addr, size, 'e820__memblock_setup');
    else memblock.reserve(addr, size, 'e820__memblock_setup');
  }
  memblock.trimMemory(PAGE_SIZE);
  if (x86.ctx.profile.rules.khoScratchFirstMegabyte) memblock.setKhoScratch(0, ISA_END_ADDRESS, true);
  memblock.dumpAll();
  if (memblock.memory.totalSize === 0)
    throw new InputError('map', 'firmware map: no usable RAM (type 1) is left: expected at least one range');
  refuseBeyondModel(x86);
}

/** Every section of memory is gone through: no machine has had more than half of this, and `memmap=` can claim 4 PiB. */
const MAX_RAM = 128 * TiB;

function refuseBeyondModel({ ctx: { maxPfn, memblock } }: X86State): void {
  const ram = (maxPfn - absentPagesInRange(memblock, null, 0, maxPfn)) * PAGE_SIZE;
  if (ram > MAX_RAM)
    throw new InputError(
      'map',
      `memory map: ${Math.ceil(ram / TiB)} TiB of usable RAM: expected at most ${MAX_RAM / TiB} TiB, the most that is modelled`,
    );
}

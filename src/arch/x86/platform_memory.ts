// Mirrors what arch/x86 does about memory that loader, firmware and devices hold beside the map (v6.1): setup_data
// (e820__reserve_setup_data, memblock_x86_reserve_range_setup_data), EFI's tables (efi_arch_mem_reserve), graphics memory (early-quirks).
import { hex } from '../../lib/units.ts';
import { E820_TYPE_RAM, E820_TYPE_RESERVED, E820_TYPE_RESERVED_KERN } from './e820_table.ts';
import type { X86State } from './state.ts';

/** Keeps setup_data from being handed out, before memblock knows any memory. */
export function reserveSetupData(x86: X86State): void {
  for (const { start, size } of x86.bootParams.platform?.setupData ?? [])
    x86.ctx.memblock.reserve(start, size, 'memblock_x86_reserve_range_setup_data');
}

/** Marks setup_data in the map, and prints the map that this makes. */
export function e820ReserveSetupData(x86: X86State): void {
  const setupData = x86.bootParams.platform?.setupData ?? [];
  if (setupData.length === 0) return;
  const { printk, profile } = x86.ctx;
  const { kexecSetupData } = profile.rules;
  // the map for kexec is changed alike, with the same line
  const kexec = x86.e820.copy();
  for (const { start, size } of setupData) {
    x86.e820.rangeUpdate(start, size, E820_TYPE_RAM, E820_TYPE_RESERVED_KERN);
    if (kexecSetupData === 'marked') kexec.rangeUpdate(start, size, E820_TYPE_RAM, E820_TYPE_RESERVED_KERN);
  }
  x86.e820.update();
  printk.info('extended physical RAM map:');
  x86.e820.printTable('reserve setup_data');
}

/** Pages of EFI's tables leave the map: the first ones before nodes are known, the others with ACPI. */
export function reserveFirmwareTables(x86: X86State, withAcpi: boolean): void {
  for (const range of x86.bootParams.platform?.firmwareReserved ?? []) {
    if (range.withAcpi !== withAcpi) continue;
    x86.e820.rangeUpdate(range.start, range.size, E820_TYPE_RAM, E820_TYPE_RESERVED);
    x86.e820.update();
  }
}

/** Intel graphics' stolen memory is no place for devices (early_quirks). */
export function reserveStolenMemory(x86: X86State): void {
  for (const { start, size } of x86.bootParams.platform?.stolen ?? []) {
    x86.ctx.printk.info(
      `Reserving Intel graphics memory at [mem ${hex(start, 8)}-${hex(start + size - 1, 8)}]`,
    );
    x86.e820.rangeAdd(start, size, E820_TYPE_RESERVED);
    x86.e820.update();
  }
}

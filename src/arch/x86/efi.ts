// Mirrors the memory side of arch/x86/platform/efi (v6.1): what an EFI boot reserves early.
import { PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { E820_TYPE_RAM } from './e820_table.ts';
import type { X86State } from './state.ts';

/** EFI memory types (UEFI specification 2.10, section 7.2). */
const EFI_BOOT_SERVICES_CODE = 3;
const EFI_BOOT_SERVICES_DATA = 4;

/** Reserves the map that the loader handed over (efi_memblock_x86_reserve_range). */
export function efiMemblockX86ReserveRange(x86: X86State): void {
  const { efi } = x86.bootParams;
  if (!efi || efi.memmapSize === 0) return;
  x86.ctx.memblock.reserve(efi.memmapAddr, efi.memmapSize, 'efi_memblock_x86_reserve_range');
}

/** The line that names the configuration tables, and the reservation of the memory attributes table (efi_init). */
export function efiInit(x86: X86State): void {
  const { efi } = x86.bootParams;
  if (!efi) return;
  const { printk, memblock } = x86.ctx;
  const minor = efi.revision & 0xffff;
  printk.info(`efi: EFI v${efi.revision >>> 16}.${String(minor).padStart(2, '0')} by ${efi.vendor}`);
  const tables = efi.configTables.map(({ name, address }) => `${name}=0x${address.toString(16)} `);
  printk.info(`efi: ${tables.join('')}`);
  const memattr = efi.configTables.find((table) => table.name === 'MEMATTR');
  if (memattr && efi.memattrSize > 0) memblock.reserve(memattr.address, efi.memattrSize, 'efi_memattr_init');
}

/** Boot services memory stays untouched until the firmware has been left for good (efi_reserve_boot_services). */
export function efiReserveBootServices(x86: X86State): void {
  const { memblock } = x86.ctx;
  for (const { type, physAddr, numPages } of x86.bootParams.efi?.memmap ?? []) {
    if (type !== EFI_BOOT_SERVICES_CODE && type !== EFI_BOOT_SERVICES_DATA) continue;
    const start = Number(physAddr);
    const size = Number(numPages) * PAGE_SIZE;
    if (memblock.isRegionReserved(start, size)) continue;
    memblock.reserve(start, size, 'efi_reserve_boot_services');
    if (canFreeRegion(x86, start, size)) x86.efiFreeable.push({ start, end: start + size });
  }
}

/** Whether a region may be given back later: usable RAM, and no part of the kernel (can_free_region). */
function canFreeRegion(x86: X86State, start: PhysAddr, size: number): boolean {
  const { image } = x86.ctx.profile;
  const kernelEnd = x86.kernelStart + image.imageEnd - image.textStart;
  if (start + size > x86.kernelStart && start <= kernelEnd) return false;
  return x86.e820.mappedAll(start, start + size, E820_TYPE_RAM);
}

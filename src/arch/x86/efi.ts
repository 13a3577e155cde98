// Mirrors the memory side of arch/x86/platform/efi (v6.1): what an EFI boot reserves early.
import { hex, KiB, MiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { E820_TYPE_RAM, E820_TYPE_RESERVED } from './e820_table.ts';
import type { X86State } from './state.ts';

/** EFI memory types (UEFI specification 2.10, section 7.2). */
const EFI_BOOT_SERVICES_CODE = 3;
const EFI_BOOT_SERVICES_DATA = 4;
const EFI_MEMORY_MAPPED_IO = 11;
/** Smaller ranges of mapped I/O stay in the map. */
const EFI_MMIO_LEAST = 256 * KiB;

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
  if (!noRuntime(x86) && x86.ctx.profile.rules.efiMmio === 'removed') efiRemoveE820Mmio(x86);
}

/** Takes large ranges of mapped I/O out of the map: devices' windows may lie there (efi_remove_e820_mmio). */
function efiRemoveE820Mmio(x86: X86State): void {
  (x86.bootParams.efi?.memmap ?? []).forEach(({ type, physAddr, numPages }, i) => {
    if (type !== EFI_MEMORY_MAPPED_IO) return;
    const start = Number(physAddr);
    const size = Number(numPages) * PAGE_SIZE;
    const large = size >= EFI_MMIO_LEAST;
    const range = `MMIO range=[${hex(start, 8)}-${hex(start + size - 1, 8)}]`;
    const amount = large ? `${Math.floor(size / MiB)}MB` : `${size / KiB}KB`;
    const what = large ? 'Remove' : 'Not removing';
    x86.ctx.printk.info(`efi: ${what} mem${String(i).padStart(2, '0')}: ${range} (${amount}) from e820 map`);
    if (large) x86.e820.rangeRemove(start, size, E820_TYPE_RESERVED);
  });
}

/** Boot services come back right after the kernel entered virtual mode, the map from its end (efi_free_boot_services). */
export function efiFreeBootServices(x86: X86State): void {
  for (const { start, end } of [...x86.efiFreeable].reverse()) {
    const from = Math.max(start, MiB); // below 1 MiB the BIOS may still write
    if (end >= MiB) x86.ctx.memblock.freeLate(from, end - from, 'efi_free_boot_services');
  }
}

/** Boot services memory stays untouched until the firmware has been left for good (efi_reserve_boot_services). */
export function efiReserveBootServices(x86: X86State): void {
  const { memblock } = x86.ctx;
  if (noRuntime(x86)) return; // the map was let go
  for (const { type, physAddr, numPages } of x86.bootParams.efi?.memmap ?? []) {
    if (type !== EFI_BOOT_SERVICES_CODE && type !== EFI_BOOT_SERVICES_DATA) continue;
    const start = Number(physAddr);
    const size = Number(numPages) * PAGE_SIZE;
    if (memblock.isRegionReserved(start, size)) continue;
    memblock.reserve(start, size, 'efi_reserve_boot_services');
    if (canFreeRegion(x86, start, size)) x86.efiFreeable.push({ start, end: start + size });
  }
}

/** efi=noruntime or noefi: efi_init lets go of the firmware's map once it has read the configuration tables. */
function noRuntime({ ctx: { params } }: X86State): boolean {
  return (
    params.has('noefi') || params.all('efi').some((value) => (value ?? '').split(',').includes('noruntime'))
  );
}

/** Whether a region may be given back later: usable RAM, and no part of the kernel (can_free_region). */
function canFreeRegion(x86: X86State, start: PhysAddr, size: number): boolean {
  const { image } = x86.ctx.profile;
  const kernelEnd = x86.kernelStart + image.imageEnd - image.textStart;
  if (start + size > x86.kernelStart && start <= kernelEnd) return false;
  return x86.e820.mappedAll(start, start + size, E820_TYPE_RAM);
}

/** Bytes of boot services memory above 1 MiB that come back. */
export function efiFreeableBytes(x86: X86State): number {
  return x86.efiFreeable.reduce((sum, { start, end }) => sum + Math.max(end - Math.max(start, MiB), 0), 0);
}

// Mirrors arch/x86/kernel/acpi/boot.c and drivers/acpi/tables.c (v6.1): tables reserved, MADT read, HPET's resource.
import { allocOrPanic } from '../../mm/alloc_or_panic.ts';
import { hex } from '../../lib/units.ts';
import { findTable, subtables, u32, u64, u8 } from './acpi_tables.ts';
import { acpiRegisterLapic, type ApicState } from './apic.ts';
import { sizeOf } from '../../kernel/word.ts';
import { HPET_RESOURCE_NAME_SIZE, SIZEOF_RESOURCE, SMP_CACHE_BYTES } from './layout.ts';
import type { X86State } from './state.ts';

/** Subtable types of the MADT (ACPI specification 6.5, section 5.2.12). */
const MADT_LOCAL_APIC = 0;
const MADT_IO_APIC = 1;
const MADT_LOCAL_X2APIC = 9;
const MADT_HEADER_SIZE = 44;
const MADT_ENABLED = 1;
const MADT_ONLINE_CAPABLE = 2;
/** Flags of the FADT at offset 112; revision and minor revision at 8 and 131. */
const FADT_MINOR_REVISION = 131;
/** Entries that Linux lists of a root table at most (ACPI_MAX_TABLES). */
const ACPI_MAX_TABLES = 128;

/** Reserves every table that the root table names (acpi_boot_table_init, acpi_reserve_initial_tables). */
export function acpiBootTableInit(x86: X86State): void {
  const { ctx, bootParams } = x86;
  const { acpi } = bootParams;
  if (x86.acpiDisabled || acpi === null || ctx.profile.rules.acpiTables === 'kept') return;
  const tables = acpi.tables.filter((table) => table.signature !== acpi.rootSignature);
  for (const { signature, address, bytes } of tables.slice(0, ACPI_MAX_TABLES)) {
    const last = address + bytes.length - 1;
    ctx.printk.info(`ACPI: Reserving ${signature} table memory at [mem ${hex(address)}-${hex(last)}]`);
    ctx.memblock.reserve(address, bytes.length, 'acpi_reserve_initial_tables');
  }
}

/** CPUs and IO-APICs from the MADT, the HPET from its table (acpi_boot_init). */
export function acpiBootInit(x86: X86State, apic: ApicState): void {
  const { acpi } = x86.bootParams;
  if (x86.acpiDisabled || acpi === null) return;
  const madt = findTable(acpi, 'APIC');
  if (madt) parseMadt(x86, apic, madt, onlineCapableSupported(findTable(acpi, 'FACP')));
  const hpet = findTable(acpi, 'HPET');
  if (hpet) acpiParseHpet(x86, hpet);
}

/** FADT 6.3 and later: a CPU that is not enabled counts only where it is marked online capable. */
function onlineCapableSupported(fadt: Uint8Array | null): boolean {
  if (!fadt || fadt.length <= FADT_MINOR_REVISION) return false;
  const major = u8(fadt, 8);
  return major > 6 || (major === 6 && (u8(fadt, FADT_MINOR_REVISION) & 0xf) >= 3);
}

function parseMadt(x86: X86State, apic: ApicState, madt: Uint8Array, onlineCapable: boolean): void {
  for (const { type, bytes } of subtables(madt, MADT_HEADER_SIZE)) {
    let id: number;
    let flags: number;
    if (type === MADT_LOCAL_APIC && bytes.length >= 8) {
      id = u8(bytes, 3);
      flags = u32(bytes, 4);
      if (id === 0xff) continue;
    } else if (type === MADT_LOCAL_X2APIC && bytes.length >= 16) {
      id = u32(bytes, 4);
      flags = u32(bytes, 8);
      if (id === 0xffffffff) continue;
    } else {
      if (type === MADT_IO_APIC && !x86.ctx.params.has('noapic')) apic.ioApics += 1;
      continue;
    }
    const enabled = (flags & MADT_ENABLED) !== 0;
    if (!enabled && onlineCapable && !(flags & MADT_ONLINE_CAPABLE)) continue;
    acpiRegisterLapic(x86, apic, id, enabled);
  }
}

/** The HPET's firmware resource, with room for its name (acpi_parse_hpet). */
function acpiParseHpet(x86: X86State, hpet: Uint8Array): void {
  const addressSpaceMemory = 0;
  if (u8(hpet, 40) !== addressSpaceMemory) {
    x86.ctx.printk.warn('ACPI: HPET timers must be located in memory.');
    return;
  }
  const address = u64(hpet, 44, 'HPET address');
  if (address === 0) return;
  x86.ctx.printk.info(`ACPI: HPET id: ${hex(u32(hpet, 36))} base: ${hex(address)}`);
  const size = sizeOf(x86.ctx.profile, 'resource', SIZEOF_RESOURCE) + HPET_RESOURCE_NAME_SIZE;
  allocOrPanic(x86.ctx, size, SMP_CACHE_BYTES, 'acpi_parse_hpet', 'acpi_parse_hpet');
}

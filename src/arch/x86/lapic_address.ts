// Mirrors how arch/x86/kernel/acpi/boot.c and mpparse.c (v6.1) learn where local APICs stand: the MADT's header, its address
// override, or the MP table's header.
import type { PhysAddr } from '../../lib/units.ts';
import { findTable, subtables, u32, u64 } from './acpi_tables.ts';
import type { BootParams } from './boot/params.ts';

/** Offset of the address in the MADT and in the MP configuration table. */
const ADDRESS_AT = 36;
const MADT_HEADER_SIZE = 44;
/** Local APIC Address Override (ACPI specification 6.5, 5.2.12.8). */
const MADT_ADDRESS_OVERRIDE = 5;

/** Where the tables say that each CPU's local APIC is; null where there are none that the kernel reads, or too short ones. */
export function lapicAddress(params: BootParams, acpiDisabled: boolean): PhysAddr | null {
  const madt = params.acpi && !acpiDisabled ? findTable(params.acpi, 'APIC') : null;
  if (madt && madt.length >= MADT_HEADER_SIZE) {
    let address = u32(madt, ADDRESS_AT);
    for (const { type, bytes } of subtables(madt, MADT_HEADER_SIZE))
      if (type === MADT_ADDRESS_OVERRIDE && bytes.length >= 12)
        address = u64(bytes, 4, 'local APIC address override');
    return address;
  }
  const mpc = params.mp?.mpc;
  return mpc && mpc.bytes.length >= ADDRESS_AT + 4 ? u32(mpc.bytes, ADDRESS_AT) : null;
}

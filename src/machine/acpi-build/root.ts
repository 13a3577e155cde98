// RSDP and the root table that it names: RSDT with 32-bit, XSDT with 64-bit pointers (ACPI 6.5, 5.2.5 to 5.2.8).
import type { PhysAddr } from '../../lib/units.ts';
import { ByteWriter, fixChecksum } from './bytes.ts';
import { ACPI_HEADER_SIZE, acpiTable, type AcpiMaker } from './header.ts';

const RSDP_V1_SIZE = 20;
const RSDP_SIZE = 36;

/** `revision` 0: 20 bytes, RSDT; 2: 36 bytes, XSDT. */
export function buildRsdp(oemId: string, revision: number, root: PhysAddr): Uint8Array {
  const w = new ByteWriter().ascii('RSD PTR ', 8).u8(0).ascii(oemId, 6, 0x20).u8(revision);
  if (revision < 2) w.u32(root);
  else w.u32(0).u32(RSDP_SIZE).u64(root).u8(0).zeros(3);
  const bytes = w.finish();
  fixChecksum(bytes, 8, RSDP_V1_SIZE);
  if (revision >= 2) fixChecksum(bytes, 32);
  return bytes;
}

/**
 * The root table of an RSDP of this revision; `tables` in the order in which Linux will list them. Null pointers fill it up to
 * `length` bytes: firmware leaves such gaps, and Linux skips them.
 */
export function buildRoot(
  revision: number,
  tables: readonly PhysAddr[],
  maker: AcpiMaker,
  length = 0,
): Uint8Array {
  const w = new ByteWriter();
  const entry = (address: PhysAddr) => (revision < 2 ? w.u32(address) : w.u64(address));
  for (const address of tables) entry(address);
  while (ACPI_HEADER_SIZE + w.offset < length) entry(0);
  return acpiTable(revision < 2 ? 'RSDT' : 'XSDT', 1, maker, w.finish());
}

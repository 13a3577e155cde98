// The 36-byte header that every ACPI table but FACS and RSDP starts with (ACPI 6.5, 5.2.6).
import { ByteWriter, fixChecksum } from './bytes.ts';

export const ACPI_HEADER_SIZE = 36;
const CHECKSUM_OFFSET = 9;

/** Who made a table, as the kernel prints it after the address. */
export interface AcpiMaker {
  readonly oemId: string;
  readonly oemTableId: string;
  readonly oemRevision: number;
  readonly creatorId: string;
  readonly creatorRevision: number;
}

/** The maker of tables that are built here: `oemId` from the description, the rest ours. */
export function builtBy(oemId: string): AcpiMaker {
  return { oemId, oemTableId: 'ERLYBOOT', oemRevision: 1, creatorId: 'ERLY', creatorRevision: 1 };
}

/** Header and body with length and checksum set. */
export function acpiTable(
  signature: string,
  revision: number,
  maker: AcpiMaker,
  body: Uint8Array,
): Uint8Array {
  const header = new ByteWriter()
    .ascii(signature, 4)
    .u32(ACPI_HEADER_SIZE + body.length)
    .u8(revision)
    .u8(0)
    .ascii(maker.oemId, 6, 0x20)
    .ascii(maker.oemTableId, 8, 0x20)
    .u32(maker.oemRevision)
    .ascii(maker.creatorId, 4, 0x20)
    .u32(maker.creatorRevision)
    .finish();
  const bytes = new Uint8Array(ACPI_HEADER_SIZE + body.length);
  bytes.set(header);
  bytes.set(body, ACPI_HEADER_SIZE);
  fixChecksum(bytes, CHECKSUM_OFFSET);
  return bytes;
}

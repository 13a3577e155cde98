// The `acpi` part of a description: tables given raw, or the choice of what is built.
import { buildStub } from '../acpi-build/fixed.ts';
import { builtBy } from '../acpi-build/header.ts';
import type { AcpiBuild, AcpiRaw, Placed } from '../spec.ts';
import type { AcpiDescription, MachineDescription, TableDescription } from './description.ts';
import { MAX_TABLE_SIZE, MAX_TABLES_SIZE } from './limits.ts';
import { bytes, bytesOf, DescriptionError, type DescriptionFiles, type Path } from './values.ts';

/** Where SeaBIOS of QEMU 7.2 puts it on a machine with one socket. */
const DEFAULT_RSDP = 0xf59c0;
export const DEFAULT_OEM_ID = 'ERLYBT';
const DEFAULT_MCFG = 0xe0000000;
const ACPI_HEADER_SIZE = 36;

/** null for a machine without ACPI. */
export function acpiOf(d: MachineDescription, files: DescriptionFiles): AcpiRaw | AcpiBuild | null {
  if (d.acpi === false) return null;
  const acpi = d.acpi ?? {};
  const rsdpAddress = acpi.rsdp === undefined ? DEFAULT_RSDP : bytes(acpi.rsdp, ['acpi', 'rsdp']);
  const oemId = (acpi.oemId ?? DEFAULT_OEM_ID).padEnd(6);
  if (acpi.tables !== undefined) return rawOf(d, acpi, acpi.tables, rsdpAddress, oemId, files);
  return {
    kind: 'build',
    rsdpAddress,
    at: acpi.at === undefined ? null : bytes(acpi.at, ['acpi', 'at']),
    oemId,
    hpet: acpi.hpet ?? true,
    mcfg: acpi.mcfg === false ? null : bytes(acpi.mcfg ?? DEFAULT_MCFG, ['acpi', 'mcfg']),
    waet: acpi.waet ?? false,
    srat: acpi.srat ?? true,
  };
}

function rawOf(
  d: MachineDescription,
  acpi: AcpiDescription,
  tables: readonly TableDescription[],
  rsdpAddress: number,
  oemId: string,
  files: DescriptionFiles,
): AcpiRaw {
  if (d.nodes !== undefined)
    throw new DescriptionError(
      ['nodes'],
      'expected no nodes beside acpi.tables: the SRAT among them says them',
    );
  const { root } = acpi;
  if (!root) throw new DescriptionError(['acpi'], 'expected root.address beside tables');
  const maker = {
    ...builtBy(oemId),
    ...(root.oemTableId !== undefined && { oemTableId: root.oemTableId }),
    ...(root.oemRevision !== undefined && { oemRevision: root.oemRevision }),
    ...(root.creatorId !== undefined && { creatorId: root.creatorId }),
    ...(root.creatorRevision !== undefined && { creatorRevision: root.creatorRevision }),
  };
  const placed = placedTables(tables, oemId, files);
  return {
    kind: 'raw',
    rsdpAddress,
    revision: acpi.revision ?? 0,
    oemId,
    root: {
      address: bytes(root.address, ['acpi', 'root', 'address']),
      length: root.length === undefined ? null : bytes(root.length, ['acpi', 'root', 'length']),
      maker,
    },
    tables: placed,
  };
}

function placedTables(
  tables: readonly TableDescription[],
  oemId: string,
  files: DescriptionFiles,
): readonly Placed[] {
  let total = 0;
  return tables.map((table, i) => {
    const placed = tableOf(table, i, oemId, files);
    total += placed.bytes.length;
    if (total > MAX_TABLES_SIZE)
      throw new DescriptionError(
        ['acpi', 'tables', i],
        `${total} bytes of tables: expected at most ${MAX_TABLES_SIZE} in all`,
      );
    return placed;
  });
}

function tableOf(table: TableDescription, i: number, oemId: string, files: DescriptionFiles): Placed {
  const path = ['acpi', 'tables', i];
  const content = bytesOf(table, files, path);
  const given = content === null ? stubOf(table, path, oemId) : filledUp(content, table, path);
  const signature = String.fromCharCode(...given.subarray(0, 4));
  if (table.signature !== undefined && signature !== table.signature)
    throw new DescriptionError(
      [...path, 'signature'],
      `${table.signature}: the bytes start with ${JSON.stringify(signature)}`,
    );
  return { address: bytes(table.address, [...path, 'address']), bytes: given, what: `ACPI ${signature}` };
}

/** `content`, with zeros behind it up to the length where one stands. */
function filledUp(content: Uint8Array, { length }: TableDescription, path: Path): Uint8Array {
  if (length === undefined) return content;
  const size = bytes(length, [...path, 'length']);
  if (size < content.length || size > MAX_TABLE_SIZE)
    throw new DescriptionError(
      [...path, 'length'],
      `${size}: expected ${content.length}, the bytes that are given, to ${MAX_TABLE_SIZE}`,
    );
  const filled = new Uint8Array(size);
  filled.set(content);
  return filled;
}

function stubOf(table: TableDescription, path: Path, oemId: string): Uint8Array {
  const { signature, length, revision = 1 } = table;
  if (signature === undefined || length === undefined)
    throw new DescriptionError(path, 'expected file, base64, or signature and length');
  const size = bytes(length, [...path, 'length']);
  if (size < (signature === 'FACS' ? 32 : ACPI_HEADER_SIZE) || size > MAX_TABLE_SIZE)
    throw new DescriptionError(
      [...path, 'length'],
      `${size}: expected the length of a table, header included`,
    );
  return buildStub(signature, revision, size, builtBy(oemId));
}

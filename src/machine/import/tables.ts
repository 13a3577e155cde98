// ACPI tables of an import: the captured bytes where the folder has them, else made up to the length that the log prints.
import { ACPI_HEADER_SIZE, type AcpiMaker } from '../acpi-build/header.ts';
import { signatureOf } from '../acpi-build/build.ts';
import { buildHpet, buildStub, HPET_SIZE } from '../acpi-build/fixed.ts';
import { buildMadt, cpusThatFit } from '../acpi-build/madt.ts';
import { buildSlit } from '../acpi-build/srat.ts';
import { buildSratOf, type SratEntry } from '../acpi-build/srat-entries.ts';
import type { AcpiRaw, CpuSpec, Placed } from '../spec.ts';
import { MAX_TABLE_SIZE, MAX_TABLES, MAX_TABLES_SIZE } from '../spec/limits.ts';
import { MiB } from '../../lib/units.ts';
import type { AcpiLine, AcpiLines, HpetLine } from './acpi-lines.ts';

/** A file of the folder acpi/. */
export interface TableFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FACS_MIN_SIZE = 32;
/** Tables that are made up out of entries, and the most that 1024 nodes and 8192 CPUs need of one (a SLIT of 1024 x 1024 bytes). */
const LISTS = ['APIC', 'SRAT', 'SLIT'];
const MAX_LIST_SIZE = 2 * MiB;

/**
 * The tables at the addresses of the log. `files` are matched by the signature in their bytes, then by length, then in the
 * order of their names (SSDT1, SSDT2, …). What is missing or does not fit goes to `warnings`.
 * null where the log lists no RSDP and root table.
 */
export function rawAcpi(
  lines: AcpiLines,
  files: readonly TableFile[],
  cpus: readonly CpuSpec[],
  srat: readonly SratEntry[],
  warnings: string[],
): AcpiRaw | null {
  const { rsdp, root } = lines;
  if (rsdp === null || root === null) return null;
  const unused = [...files].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const tables: Placed[] = [];
  let total = 0;
  for (const line of lines.tables) {
    if (tables.length === MAX_TABLES || total + line.length > MAX_TABLES_SIZE) {
      warnings.push(`line ${line.line}: this and later ACPI tables are left out: more than any machine has`);
      break;
    }
    const file = takeFile(unused, line);
    const bytes = file ?? madeUp(line, { cpus, srat, hpet: lines.hpet }, warnings);
    total += bytes?.length ?? 0;
    const facs = file === null && lines.facsTwice && line.signature === 'FACP' ? facsOf(lines) : null;
    if (facs !== null && bytes) nameFacs(bytes, facs);
    if (bytes) tables.push({ address: line.address, bytes, what: `ACPI ${line.signature}` });
  }
  for (const file of unused) {
    const signature = signatureOf(file.bytes);
    if (!['RSDT', 'XSDT', 'RSD '].includes(signature))
      warnings.push(`acpi/${file.name}: left out, the log lists no further ${signature} table`);
  }
  return {
    kind: 'raw',
    rsdpAddress: rsdp.address,
    revision: rsdp.revision,
    oemId: rsdp.oemId,
    root: { address: root.address, length: root.length, maker: root.maker },
    tables,
  };
}

/** Offset and size of X_FIRMWARE_CTRL in a FADT. */
const X_FACS = { at: 132, size: 8 };

const facsOf = (lines: AcpiLines): number | null =>
  lines.tables.find(({ signature }) => signature === 'FACS')?.address ?? null;

/** The FACS in the 64-bit field of a FADT that was made up; the other field is filled where the tables are linked. */
function nameFacs(fadt: Uint8Array, facs: number): void {
  if (fadt.length < X_FACS.at + X_FACS.size) return;
  const view = new DataView(fadt.buffer, fadt.byteOffset, fadt.byteLength);
  if (view.getBigUint64(X_FACS.at, true) === 0n) view.setBigUint64(X_FACS.at, BigInt(facs), true);
}

function takeFile(unused: TableFile[], line: AcpiLine): Uint8Array | null {
  const same = unused.filter((file) => signatureOf(file.bytes) === line.signature);
  const file = same.find((f) => f.bytes.length === line.length) ?? same[0];
  if (!file) return null;
  unused.splice(unused.indexOf(file), 1);
  return file.bytes;
}

/** What the log tells of what tables hold. */
interface Told {
  readonly cpus: readonly CpuSpec[];
  readonly srat: readonly SratEntry[];
  readonly hpet: HpetLine | null;
}

function madeUp(line: AcpiLine, { cpus, srat, hpet }: Told, warnings: string[]): Uint8Array | null {
  const { signature, revision, length, maker } = line;
  if (length > (LISTS.includes(signature) ? MAX_LIST_SIZE : MAX_TABLE_SIZE)) {
    warnings.push(`line ${line.line}: ACPI ${signature} of ${length} bytes: larger than any table, left out`);
    return null;
  }
  if (length < (signature === 'FACS' ? FACS_MIN_SIZE : ACPI_HEADER_SIZE)) {
    warnings.push(`line ${line.line}: ACPI ${signature} of ${length} bytes: too short for a table, left out`);
    return null;
  }
  if (signature === 'APIC') {
    const fitting = cpusThatFit(cpus, length).length;
    if (fitting < cpus.length)
      warnings.push(
        `line ${line.line}: the MADT has ${length} bytes: room for ${fitting} of ${cpus.length} CPUs, the others are left out`,
      );
    return buildMadt(cpus, maker, { revision, length });
  }
  if (signature === 'SRAT' && srat.length > 0) {
    const { bytes, fits } = buildSratOf(srat, maker, revision, length);
    if (!fits)
      warnings.push(`line ${line.line}: the SRAT has ${length} bytes: some of its lines have no room in it`);
    return bytes;
  }
  if (signature === 'HPET' && hpet !== null && length >= HPET_SIZE)
    return buildHpet(maker, { ...hpet, revision, length });
  if (signature === 'SLIT') return slitOf(length, maker) ?? buildStub(signature, revision, length, maker);
  return buildStub(signature, revision, length, maker);
}

const SLIT_HEADER_SIZE = ACPI_HEADER_SIZE + 8;
const LOCAL_DISTANCE = 10;
const REMOTE_DISTANCE = 20;

/** As many localities as the length has room for, each as far from the others as Linux takes for granted; null where it has none. */
function slitOf(length: number, maker: AcpiMaker): Uint8Array | null {
  const count = Math.floor(Math.sqrt(length - SLIT_HEADER_SIZE));
  if (!(count >= 1) || count * count + SLIT_HEADER_SIZE !== length) return null;
  const rows = Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (_, column) => (row === column ? LOCAL_DISTANCE : REMOTE_DISTANCE)),
  );
  return buildSlit(rows, maker);
}

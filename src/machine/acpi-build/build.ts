// All ACPI bytes of a machine, each at its address: tables built from CPUs and nodes, or given raw and linked together.
import { alignUp } from '../../lib/align.ts';
import { InputError } from '../../lib/input-error.ts';
import { GiB, hex, MiB, type PhysAddr } from '../../lib/units.ts';
import type { AcpiBuild, AcpiRaw, MachineSpec, MapEntry, Placed } from '../spec.ts';
import { buildDsdt, buildFacs, buildFadt, buildHpet, buildMcfg, buildWaet, patchFadt } from './fixed.ts';
import { builtBy } from './header.ts';
import { buildMadt } from './madt.ts';
import { buildRoot, buildRsdp } from './root.ts';
import { buildSlit, buildSrat } from './srat.ts';

const TABLE_ALIGN = 64;

/** RSDP, root table and every table of `spec`; empty for a machine without ACPI. */
export function acpiBlobs(spec: MachineSpec): Placed[] {
  if (spec.acpi === null) return [];
  return spec.acpi.kind === 'raw' ? rawBlobs(spec.acpi) : builtBlobs(spec, spec.acpi);
}

function rawBlobs(acpi: AcpiRaw): Placed[] {
  const signatures = acpi.tables.map((table) => signatureOf(table.bytes));
  const addressOf = (signature: string): PhysAddr | null =>
    acpi.tables[signatures.indexOf(signature)]?.address ?? null;
  const facs = addressOf('FACS');
  const dsdt = addressOf('DSDT');
  const listed = acpi.tables.filter((_, i) => signatures[i] !== 'FACS' && signatures[i] !== 'DSDT');
  const blobs = acpi.tables.map((table, i) =>
    signatures[i] === 'FACP' && needsPatch(table.bytes, facs, dsdt)
      ? { ...table, bytes: patchFadt(table.bytes, facs, dsdt) }
      : table,
  );
  const addresses = listed.map((table) => table.address);
  return [...rootBlobs(acpi, acpi.root, addresses), ...blobs];
}

/** A FADT that was captured already points where it should; one that was made up points nowhere. */
function needsPatch(fadt: Uint8Array, facs: PhysAddr | null, dsdt: PhysAddr | null): boolean {
  if (fadt.length < 44) return false;
  const view = new DataView(fadt.buffer, fadt.byteOffset, fadt.byteLength);
  const points = (at: number) => view.getUint32(at, true) !== 0;
  const pointsX = (at: number) => at + 8 <= fadt.length && view.getBigUint64(at, true) !== 0n;
  return (dsdt !== null && !points(40) && !pointsX(140)) || (facs !== null && !points(36) && !pointsX(132));
}

export function signatureOf(table: Uint8Array): string {
  return String.fromCharCode(...table.subarray(0, 4));
}

function rootBlobs(
  rsdp: { readonly rsdpAddress: PhysAddr; readonly revision: number; readonly oemId: string },
  root: AcpiRaw['root'],
  tables: readonly PhysAddr[],
): Placed[] {
  const maker = root.maker ?? builtBy(rsdp.oemId);
  const rootBytes = buildRoot(rsdp.revision, tables, maker, root.length ?? 0);
  const rsdpBytes = buildRsdp(rsdp.oemId, rsdp.revision, root.address);
  return [
    { address: rsdp.rsdpAddress, bytes: rsdpBytes, what: 'ACPI RSDP' },
    { address: root.address, bytes: rootBytes, what: `ACPI ${signatureOf(rootBytes)}` },
  ];
}

function builtBlobs(spec: MachineSpec, acpi: AcpiBuild): Placed[] {
  const maker = builtBy(acpi.oemId);
  const listed: { what: string; bytes: Uint8Array }[] = [];
  const add = (what: string, bytes: Uint8Array) => listed.push({ what: `ACPI ${what}`, bytes });
  add('MADT', buildMadt(spec.cpus, maker));
  if (acpi.hpet) add('HPET', buildHpet(maker));
  if (acpi.srat && spec.nodes.length > 0) {
    add('SRAT', buildSrat(spec.nodes, spec.cpus, maker));
    if (spec.distances !== null) add('SLIT', buildSlit(spec.distances, maker));
  }
  if (acpi.mcfg !== null) add('MCFG', buildMcfg(acpi.mcfg, maker));
  if (acpi.waet) add('WAET', buildWaet(maker));

  // FACS, DSDT, FADT, the listed ones, the root: packed from one address on, like SeaBIOS and OVMF do
  const facsBytes = buildFacs();
  const dsdtBytes = buildDsdt(maker);
  const fadtSize = buildFadt(0, 0, maker).length;
  const sizes = [facsBytes, dsdtBytes, { length: fadtSize }, ...listed.map((t) => t.bytes)].map(
    (b) => b.length,
  );
  const rootSize = 36 + 8 * (listed.length + 1);
  const total = [...sizes, rootSize].reduce((sum, size) => sum + alignUp(size, TABLE_ALIGN), 0);
  let next = acpi.at ?? findRoom(spec.map, total);
  const place = (size: number): PhysAddr => {
    const address = next;
    next += alignUp(size, TABLE_ALIGN);
    return address;
  };
  const facs = { address: place(facsBytes.length), bytes: facsBytes, what: 'ACPI FACS' };
  const dsdt = { address: place(dsdtBytes.length), bytes: dsdtBytes, what: 'ACPI DSDT' };
  const fadtBytes = buildFadt(facs.address, dsdt.address, maker);
  const fadt = { address: place(fadtSize), bytes: fadtBytes, what: 'ACPI FADT' };
  const placed = listed.map((table) => ({ ...table, address: place(table.bytes.length) }));
  const addresses = [fadt, ...placed].map((table) => table.address);
  return [
    ...rootBlobs(
      { ...acpi, revision: 2 },
      { address: place(rootSize), length: null, maker: null },
      addresses,
    ),
    fadt,
    dsdt,
    facs,
    ...placed,
  ];
}

const TYPE_RAM = 1;
const TYPE_RESERVED = 2;
const TYPE_ACPI = 3;

/**
 * An address below 4 GiB with room for `size` bytes: the first ACPI data entry that is large enough, else a reserved entry
 * right behind RAM, where SeaBIOS keeps its tables.
 * @throws InputError 'acpi' where the map has neither
 */
export function findRoom(map: readonly MapEntry[], size: number): PhysAddr {
  const below4G = map.filter((e) => e.addr >= BigInt(MiB) && e.addr + e.size <= BigInt(4 * GiB));
  const fits = below4G.filter((e) => e.size >= BigInt(size));
  const behindRam = (entry: MapEntry) =>
    below4G.some((e) => e.type === TYPE_RAM && e.addr + e.size === entry.addr);
  const entry =
    fits.find((e) => e.type === TYPE_ACPI) ?? fits.find((e) => e.type === TYPE_RESERVED && behindRam(e));
  if (!entry) {
    throw new InputError(
      'acpi',
      `no room for ${hex(size)} bytes of ACPI tables: expected an "ACPI data" entry of the map below 4 GiB, ` +
        `a reserved one right behind RAM, or acpi.at`,
    );
  }
  return Number(entry.addr);
}

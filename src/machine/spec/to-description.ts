// The way back: a MachineSpec as the description that loads to the same machine. `import -o` and `machines NAME` print it.
import type { AcpiRaw, KernelPlace, MachineSpec, MapEntry } from '../spec.ts';
import type {
  AcpiDescription,
  CpusDescription,
  MachineDescription,
  MapEntryDescription,
  MapTypeName,
} from './description.ts';
import { signatureOf } from '../acpi-build/build.ts';
import { formatSize } from './size.ts';
import { DEFAULT_OEM_ID } from './acpi.ts';

const TYPE_NAMES: Readonly<Record<number, MapTypeName>> = {
  1: 'usable',
  2: 'reserved',
  3: 'ACPI data',
  4: 'ACPI NVS',
  5: 'unusable',
  7: 'persistent',
  0xefffffff: 'soft reserved',
};

function hexOf(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Everything that differs from the defaults, in the order in which the documentation explains it. */
export function toDescription(spec: MachineSpec): MachineDescription {
  const { acpi, mp, initrd, efi } = spec;
  return {
    name: spec.name,
    ...(spec.about !== '' && { about: spec.about }),
    ...(spec.synthetic && { synthetic: true }),
    ...(spec.kernel !== null && { kernel: spec.kernel }),
    ...(spec.kernelAt !== null && { kernelAt: kernelAtOf(spec.kernelAt) }),
    ...(spec.cmdline !== '' && { cmdline: spec.cmdline }),
    ...(spec.dmi !== null && { dmi: spec.dmi }),
    map: spec.map.map(mapEntryOf),
    cpus: cpusOf(spec),
    ...(acpi?.kind !== 'raw' && spec.nodes.length > 0 && { nodes: nodesOf(spec) }),
    ...(acpi?.kind !== 'raw' && spec.distances !== null && { distances: spec.distances }),
    cpu: { ...spec.cpu },
    ...(initrd !== null && { initrd: { image: hexOf(initrd.image), size: hexOf(initrd.size) } }),
    ...(efi !== null && {
      efi: {
        revision: efi.revision,
        vendor: efi.vendor,
        configTables: efi.configTables.map((t) => ({ name: t.name, address: hexOf(t.address) })),
        memmapAddr: hexOf(efi.memmapAddr),
        memmapSize: efi.memmapSize,
        memattrSize: efi.memattrSize,
        kernelAddr: hexOf(efi.kernelAddr),
        memmap: efi.memmap.map((d) => ({
          type: d.type,
          start: hexOf(d.physAddr),
          pages: Number(d.numPages),
          attribute: hexOf(d.attribute),
        })),
      },
    }),
    ...(mp !== null && {
      mpTable: { pointer: hexOf(mp.pointerAddress), table: hexOf(mp.tableAddress), base64: base64(mp.table) },
    }),
    ...(Object.keys(spec.timing).length > 0 && { timing: spec.timing }),
    acpi: acpi === null ? false : acpi.kind === 'raw' ? rawOf(acpi) : builtOf(acpi),
  };
}

function kernelAtOf(place: KernelPlace): NonNullable<MachineDescription['kernelAt']> {
  if (place === 'unknown') return place;
  return 'text' in place ? hexOf(place.text) : { brk: hexOf(place.brk) };
}

function mapEntryOf(entry: MapEntry): MapEntryDescription {
  const type = TYPE_NAMES[entry.type] ?? entry.type;
  const end = entry.addr + entry.size - 1n;
  // an end says more than a size, except where the entry is empty or wraps
  if (entry.size === 0n || end >= 1n << 64n)
    return { start: hexOf(entry.addr), size: hexOf(entry.size), type };
  return { start: hexOf(entry.addr), end: hexOf(end), type };
}

function cpusOf(spec: MachineSpec): CpusDescription {
  return spec.cpus.map(({ apicId, enabled }) => (enabled ? apicId : { apicId, enabled }));
}

function nodesOf(spec: MachineSpec): MachineDescription['nodes'] {
  return spec.nodes.map((node) => ({
    pxm: node.pxm,
    cpus: listOf(node.cpus),
    memory: node.memory.map((range) => ({
      start: hexOf(range.start),
      size: formatSize(range.size),
      ...(range.hotplug && { hotplug: true }),
      ...(range.nonvolatile && { nonvolatile: true }),
    })),
  }));
}

/** `0-3,8`, runs in the order given. */
function listOf(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === cpu) run[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function rawOf(acpi: AcpiRaw): AcpiDescription {
  const { maker } = acpi.root;
  return {
    rsdp: hexOf(acpi.rsdpAddress),
    revision: acpi.revision >= 2 ? 2 : 0,
    oemId: acpi.oemId,
    root: {
      address: hexOf(acpi.root.address),
      ...(acpi.root.length !== null && { length: acpi.root.length }),
      ...(maker !== null && {
        oemTableId: maker.oemTableId,
        oemRevision: maker.oemRevision,
        creatorId: maker.creatorId,
        creatorRevision: maker.creatorRevision,
      }),
    },
    tables: acpi.tables.map((table) => ({
      signature: signatureOf(table.bytes),
      address: hexOf(table.address),
      ...contentOf(table.bytes),
    })),
  };
}

function builtOf(acpi: Exclude<MachineSpec['acpi'], AcpiRaw | null>): AcpiDescription {
  return {
    rsdp: hexOf(acpi.rsdpAddress),
    ...(acpi.at !== null && { at: hexOf(acpi.at) }),
    ...(acpi.oemId !== DEFAULT_OEM_ID && { oemId: acpi.oemId }),
    hpet: acpi.hpet,
    mcfg: acpi.mcfg === null ? false : hexOf(acpi.mcfg),
    waet: acpi.waet,
    srat: acpi.srat,
  };
}

/** Zeros at the end are worth a key of their own from this many on. */
const MIN_ZEROS = 64;

/** Tables that are known by their length alone have nothing but zeros behind their header. */
function contentOf(bytes: Uint8Array): { base64: string; length?: number } {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (bytes.length - end < MIN_ZEROS) return { base64: base64(bytes) };
  return { base64: base64(bytes.subarray(0, end)), length: bytes.length };
}

/** A multiple of three bytes, whose text ends without padding, and few enough to be a call's arguments. */
const BASE64_PART = 3 * 4096;

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += BASE64_PART)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_PART))));
  return parts.join('');
}

// A machine description as a MachineSpec: sizes as numbers, CPUs and nodes spelled out, tables as bytes.
import type { EfiInfo } from '../../arch/x86/boot/params.ts';
import type { CpuFeatures, MachineSpec, MapEntry, MpSpec, Origin } from '../spec.ts';
import { buildMpTable, MP_POINTER_SIZE } from '../acpi-build/mptable.ts';
import { acpiOf } from './acpi.ts';
import { MODERN_CPU } from './cpuid.ts';
import { cpusOf } from './cpus.ts';
import type {
  CpuDescription,
  EfiDescription,
  MachineDescription,
  MapEntryDescription,
  MapTypeName,
  MpTableDescription,
} from './description.ts';
import { cachedPlatform } from './mtrr-cached.ts';
import { mtrrOf } from './mtrr-ranges.ts';
import { unheardOf } from './unheard.ts';
import { kernelPlaceOf } from './kernel-place.ts';
import { checkNodes, checkRanges, nodeOf } from './nodes.ts';
import { platformOf } from './platform.ts';
import { parseSize, type Size } from './size.ts';
import { bytes, bytesOf, raise, wideRange, type Contradiction, type DescriptionFiles } from './values.ts';

const MAP_TYPES: Readonly<Record<MapTypeName, number>> = {
  usable: 1,
  reserved: 2,
  'ACPI data': 3,
  'ACPI NVS': 4,
  unusable: 5,
  persistent: 7,
  'soft reserved': 0xefffffff,
};

/**
 * `description` in full. It has the shape that the schema demands; `files` holds what it names.
 * @throws DescriptionError where values cannot be read, and where they contradict each other unless `contradiction` takes that
 */
export function normalise(
  description: MachineDescription,
  origin: Origin,
  files: DescriptionFiles = new Map(),
  contradiction: Contradiction = raise,
): MachineSpec {
  const d = description;
  const { cpus, topology } = cpusOf(d.cpus ?? 1);
  const nodes = (d.nodes ?? []).map((node, i) => nodeOf(node, i, cpus.length));
  checkNodes(nodes, d.distances, contradiction);
  checkRanges(nodes);
  const acpi = acpiOf(d, files);
  const mp = d.mpTable ? mpOf(d.mpTable, files) : null;
  const mtrr = mtrrOf(d);
  return {
    name: d.name,
    about: d.about ?? '',
    synthetic: d.synthetic ?? false,
    origin,
    map: mapOf(d.map),
    cpus,
    topology,
    nodes,
    distances: d.distances ?? null,
    acpi,
    mp,
    initrd: d.initrd
      ? { image: bytes(d.initrd.image, ['initrd', 'image']), size: bytes(d.initrd.size, ['initrd', 'size']) }
      : null,
    cmdline: d.cmdline ?? '',
    kernel: d.kernel ?? null,
    kernelFacts: d.kernelFacts,
    kernelAt: d.kernelAt === undefined ? null : kernelPlaceOf(d.kernelAt),
    cpu: cpuOf(d.cpu ?? {}),
    cpuid: null,
    efi: d.efi ? efiOf(d.efi) : null,
    dmi: d.dmi ?? null,
    platform: cachedPlatform(d.platform && platformOf(d.platform), mtrr),
    mtrr,
    timing: d.timing ?? {},
    warnings: unheardOf(d, { acpi, mp, cpus, nodes }).map((text) => `${d.name}: ${text}`),
  };
}

/** The entries of a firmware map. @throws DescriptionError */
export function mapOf(entries: readonly MapEntryDescription[]): MapEntry[] {
  return entries.map((entry, i) => {
    const { start, size } = wideRange(entry, ['map', i]);
    return { addr: start, size, type: typeof entry.type === 'number' ? entry.type : MAP_TYPES[entry.type] };
  });
}

function mpOf(mp: MpTableDescription, files: DescriptionFiles): MpSpec {
  const pointerAddress = bytes(mp.pointer, ['mpTable', 'pointer']);
  const tableAddress =
    mp.table === undefined ? pointerAddress + MP_POINTER_SIZE : bytes(mp.table, ['mpTable', 'table']);
  const given = bytesOf(mp, files, ['mpTable']);
  const ids = Array.from({ length: mp.cpus ?? 1 }, (_, i) => i);
  return { pointerAddress, tableAddress, table: given ?? buildMpTable(ids) };
}

function cpuOf(cpu: CpuDescription): CpuFeatures {
  const la57 = cpu.la57 ?? MODERN_CPU.la57;
  return {
    vendor: cpu.vendor ?? MODERN_CPU.vendor,
    la57,
    pdpe1gb: cpu.pdpe1gb ?? MODERN_CPU.pdpe1gb,
    physBits: cpu.physBits ?? (la57 ? MODERN_CPU.physBits : 46),
    x2apic: cpu.x2apic ?? MODERN_CPU.x2apic,
    hypervisor: cpu.hypervisor ?? null,
  };
}

function efiOf(efi: EfiDescription): EfiInfo {
  const size = (value: Size | undefined, key: string) =>
    value === undefined ? 0 : bytes(value, ['efi', key]);
  const [major = 0, minor = 0] = String(efi.revision).split('.').map(Number);
  return {
    revision: typeof efi.revision === 'number' ? efi.revision : major * 0x10000 + minor,
    vendor: efi.vendor,
    configTables: (efi.configTables ?? []).map(({ name, address }) => ({
      name,
      address: size(address, 'configTables'),
    })),
    memmapAddr: size(efi.memmapAddr, 'memmapAddr'),
    memmapSize: size(efi.memmapSize, 'memmapSize'),
    memattrSize: size(efi.memattrSize, 'memattrSize'),
    kernelAddr: size(efi.kernelAddr, 'kernelAddr'),
    memmap: (efi.memmap ?? []).map(({ type, start, pages, attribute }) => ({
      type,
      physAddr: parseSize(start) ?? 0n,
      numPages: BigInt(pages),
      attribute: parseSize(attribute ?? 0) ?? 0n,
    })),
  };
}

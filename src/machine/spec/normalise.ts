// A machine description as a MachineSpec: sizes as numbers, CPUs and nodes spelled out, tables as bytes.
import type { EfiInfo } from '../../arch/x86/boot/params.ts';
import type { CpuFeatures, MachineSpec, MapEntry, MpSpec, NodeSpec, Origin } from '../spec.ts';
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
  NodeDescription,
} from './description.ts';
import { kernelPlaceOf } from './kernel-place.ts';
import { MAX_NODE_RANGES } from './limits.ts';
import { parseSize, type Size } from './size.ts';
import { bytes, bytesOf, DescriptionError, wideRange, type DescriptionFiles, type Path } from './values.ts';

/** What the model's numbers hold; no x86 CPU addresses more than 2^52. */
const MAX_NODE_END = BigInt(Number.MAX_SAFE_INTEGER);

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
 * @throws DescriptionError where values contradict each other
 */
export function normalise(
  description: MachineDescription,
  origin: Origin,
  files: DescriptionFiles = new Map(),
): MachineSpec {
  const d = description;
  const { cpus, topology } = cpusOf(d.cpus ?? 1);
  const nodes = (d.nodes ?? []).map((node, i) => nodeOf(node, i, cpus.length));
  checkNodes(nodes, d.distances);
  checkRanges(nodes);
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
    acpi: acpiOf(d, files),
    mp: d.mpTable ? mpOf(d.mpTable, files) : null,
    initrd: d.initrd
      ? { image: bytes(d.initrd.image, ['initrd', 'image']), size: bytes(d.initrd.size, ['initrd', 'size']) }
      : null,
    cmdline: d.cmdline ?? '',
    kernel: d.kernel ?? null,
    kernelAt: d.kernelAt === undefined ? null : kernelPlaceOf(d.kernelAt),
    cpu: cpuOf(d.cpu ?? {}),
    cpuid: null,
    efi: d.efi ? efiOf(d.efi) : null,
    dmi: d.dmi ?? null,
    timing: d.timing ?? {},
    warnings: [],
  };
}

/** The entries of a firmware map. @throws DescriptionError */
export function mapOf(entries: readonly MapEntryDescription[]): MapEntry[] {
  return entries.map((entry, i) => {
    const { start, size } = wideRange(entry, ['map', i]);
    return { addr: start, size, type: typeof entry.type === 'number' ? entry.type : MAP_TYPES[entry.type] };
  });
}

function nodeOf(node: NodeDescription, position: number, cpuCount: number): NodeSpec {
  const path = ['nodes', position] as const;
  const cpus = cpuList(String(node.cpus ?? ''), cpuCount, [...path, 'cpus']);
  const memory = (node.memory ?? []).map((range, i) => {
    const at = [...path, 'memory', i];
    const { start, size } = wideRange(range, at);
    if (start + size > MAX_NODE_END) throw new DescriptionError(at, 'expected memory that ends below 2^53');
    return {
      start: Number(start),
      size: Number(size),
      hotplug: range.hotplug ?? false,
      nonvolatile: range.nonvolatile ?? false,
    };
  });
  return { pxm: node.pxm ?? position, cpus, memory };
}

/** `0-3,8` as numbers below `count`. */
function cpuList(text: string, count: number, path: Path): number[] {
  const cpus: number[] = [];
  for (const part of text.split(',').filter((p) => p !== '')) {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (last >= count || first > last)
      throw new DescriptionError(path, `${JSON.stringify(text)}: expected CPUs 0 to ${count - 1}`);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}

function checkNodes(nodes: readonly NodeSpec[], distances: MachineDescription['distances']): void {
  const owner = new Map<number, number>();
  const domains = new Set<number>();
  nodes.forEach((node, i) => {
    if (domains.has(node.pxm))
      throw new DescriptionError(['nodes', i, 'pxm'], `${node.pxm}: another node has it`);
    domains.add(node.pxm);
    for (const cpu of node.cpus) {
      const other = owner.get(cpu);
      if (other !== undefined)
        throw new DescriptionError(['nodes', i, 'cpus'], `CPU ${cpu} belongs to node ${other} as well`);
      owner.set(cpu, i);
    }
  });
  if (distances === undefined) return;
  const square = distances.length === nodes.length && distances.every((row) => row.length === nodes.length);
  if (!square)
    throw new DescriptionError(['distances'], `expected ${nodes.length} rows of ${nodes.length} distances`);
}

function checkRanges(nodes: readonly NodeSpec[]): void {
  const ranges = nodes.reduce((sum, node) => sum + node.memory.length, 0);
  if (ranges > MAX_NODE_RANGES)
    throw new DescriptionError(
      ['nodes'],
      `${ranges} memory ranges: expected at most ${MAX_NODE_RANGES}: Linux takes 2048`,
    );
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

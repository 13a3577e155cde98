// An EFI machine without its firmware: the system table, configuration tables and memory map that the description tells of, as
// bytes, and the struct boot_params that a loader makes of them (Documentation/arch/x86/zero-page.rst; UEFI 2.10, 4.3 to 4.6, 7.2).
import type { EfiInfo } from '../arch/x86/boot/params.ts';
import { alignUp } from '../lib/align.ts';
import { concatBytes } from '../lib/bytes.ts';
import { InputError } from '../lib/input-error.ts';
import type { Range } from '../lib/ranges.ts';
import type { MachineSpec, MapEntry, Placed } from '../machine/spec.ts';
import type { BzImage } from './bzimage.ts';
import { roomInBiosArea } from './smbios.ts';

/** Configuration tables by the names that the kernel prints (drivers/firmware/efi/efi.c, common_tables). */
const GUIDS: ReadonlyMap<string, string> = new Map([
  ['ACPI 2.0', '8868e871-e4f1-11d3-bc22-0080c73c8881'],
  ['ACPI', 'eb9d2d30-2d88-11d3-9a16-0090273fc14d'],
  ['SMBIOS', 'eb9d2d31-2d88-11d3-9a16-0090273fc14d'],
  ['SMBIOS 3.0', 'f2fd1544-9794-4a2c-992e-e5bbcf20e394'],
  ['MEMATTR', 'dcfa911d-26eb-469f-a220-38b7dc461220'],
  ['ESRT', 'b122a263-3661-4f68-9929-78f8b0d62180'],
  ['RNG', '1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b'],
  ['TPMEventLog', 'b7799cb0-eca2-4943-9667-1fae07b747fa'],
  ['INITRD', '5568e427-68fc-4f3d-ac74-ca555231cc68'],
  ['MOKvar', 'c451ed2b-9694-45d3-baba-ed9f8988a389'],
]);
const SYSTEM_TABLE_BYTES = 120;
/** "IBI SYST". */
const SYSTEM_TABLE_SIGNATURE = 0x5453595320494249n;
const CONFIG_TABLE_BYTES = 24;
const DESCRIPTOR_BYTES = 48;
const MEMATTR_HEADER = 16;
const PAGE = 4096;

// Places in struct boot_params.
const ACPI_RSDP_ADDR = 0x70;
const EFI_INFO = 0x1c0;
const E820_ENTRIES = 0x1e8;
const SETUP_HEADER = 0x1f1;
const HEADER_JUMP = 0x201;
const TYPE_OF_LOADER = 0x210;
const E820_TABLE = 0x2d0;
const E820_ENTRY_BYTES = 20;
const E820_MAX = 128;
/** "EL64". */
const LOADER_SIGNATURE = 0x34364c45;
const UNKNOWN_LOADER = 0xff;

/** What an EFI machine's loader puts into memory beside kernel and initrd. */
export interface EfiGuest {
  readonly blobs: readonly Placed[];
  /** struct boot_params, 4096 bytes; command line and initrd are filled in by the loader. */
  readonly params: Uint8Array;
  /** As the model has to see it: the map where it really stands, and the kernel's own address. */
  readonly efi: EfiInfo;
}

/**
 * The tables of `efi`, in the BIOS area clear of `taken` where the description does not say where they are.
 * @throws InputError 'map' where the map is longer than struct boot_params holds or a table is not known
 */
export function efiGuest(
  spec: MachineSpec,
  efi: EfiInfo,
  image: BzImage,
  imageAt: number,
  taken: readonly Range[],
): EfiGuest {
  if (spec.map.length > E820_MAX)
    throw new InputError(
      'map',
      `${spec.origin.path}: ${spec.map.length} map entries on a machine with EFI firmware: expected at most ${E820_MAX}`,
    );
  const vendor = utf16(efi.vendor);
  const configBytes = efi.configTables.length * CONFIG_TABLE_BYTES;
  const ownMap = efi.memmap.length > 0 && efi.memmapSize === 0;
  const vendorAt = alignUp(SYSTEM_TABLE_BYTES + configBytes, 8);
  const mapAt = alignUp(vendorAt + vendor.length, 8);
  const bytes = mapAt + (ownMap ? efi.memmap.length * DESCRIPTOR_BYTES : 0);
  const at = roomInBiosArea(bytes, taken, 'EFI tables');
  const placed: EfiInfo = {
    ...efi,
    kernelAddr: imageAt,
    ...(ownMap ? { memmapAddr: at + mapAt, memmapSize: efi.memmap.length * DESCRIPTOR_BYTES } : {}),
  };
  const tables = new Uint8Array(mapAt);
  const view = new DataView(tables.buffer);
  systemTable(view, efi, at + vendorAt, at + SYSTEM_TABLE_BYTES);
  for (const [i, { name, address }] of efi.configTables.entries()) {
    const entry = SYSTEM_TABLE_BYTES + i * CONFIG_TABLE_BYTES;
    tables.set(guid(name, spec.origin.path), entry);
    view.setBigUint64(entry + 16, BigInt(address), true);
  }
  tables.set(vendor, vendorAt);
  return {
    blobs: [
      { address: at, bytes: tables, what: 'EFI system table' },
      ...memoryMap(placed, spec.origin.path),
      ...memoryAttributes(efi),
    ],
    params: bootParams(spec, placed, image, at),
    efi: placed,
  };
}

function systemTable(view: DataView, efi: EfiInfo, vendorAt: number, tablesAt: number): void {
  view.setBigUint64(0, SYSTEM_TABLE_SIGNATURE, true);
  view.setUint32(8, efi.revision, true);
  view.setUint32(12, SYSTEM_TABLE_BYTES, true);
  view.setBigUint64(24, BigInt(vendorAt), true);
  view.setBigUint64(104, BigInt(efi.configTables.length), true);
  view.setBigUint64(112, BigInt(tablesAt), true);
}

/** A GUID as it lies in memory: three little-endian numbers, eight bytes. */
function guid(name: string, path: string): Uint8Array {
  const text = GUIDS.get(name);
  if (text === undefined)
    throw new InputError(
      'usage',
      `${path}: EFI configuration table "${name}": judge knows ${[...GUIDS.keys()].join(', ')}`,
    );
  const hex = text.replaceAll('-', '');
  const bytes = Array.from({ length: 16 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (i) => bytes[i] as number);
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

/** The descriptors; where the described map is larger than they are, the rest is empty, and the kernel takes it out. */
function memoryMap(efi: EfiInfo, path: string): Placed[] {
  if (efi.memmap.length === 0) return [];
  const count = efi.memmapSize / DESCRIPTOR_BYTES;
  if (!Number.isInteger(count) || count < efi.memmap.length)
    throw new InputError(
      'usage',
      `${path}: efi.memmapSize ${efi.memmapSize} for ${efi.memmap.length} descriptors: expected a multiple of ${DESCRIPTOR_BYTES}, ` +
        'at least so many for each',
    );
  const bytes = new Uint8Array(efi.memmapSize);
  const view = new DataView(bytes.buffer);
  for (const [i, { type, physAddr, numPages, attribute }] of efi.memmap.entries()) {
    const at = i * DESCRIPTOR_BYTES;
    view.setUint32(at, type, true);
    view.setBigUint64(at + 8, physAddr, true);
    view.setBigUint64(at + 24, numPages, true);
    view.setBigUint64(at + 32, attribute, true);
  }
  return [{ address: efi.memmapAddr, bytes, what: 'EFI memory map' }];
}

/** A memory attributes table of the described size whose entries are empty: what it says is for runtime services. */
function memoryAttributes(efi: EfiInfo): Placed[] {
  const table = efi.configTables.find(({ name }) => name === 'MEMATTR');
  if (table === undefined || efi.memattrSize < MEMATTR_HEADER) return [];
  const bytes = new Uint8Array(efi.memattrSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, Math.floor((efi.memattrSize - MEMATTR_HEADER) / DESCRIPTOR_BYTES), true);
  view.setUint32(8, DESCRIPTOR_BYTES, true);
  return [{ address: table.address, bytes, what: 'EFI memory attributes' }];
}

function bootParams(spec: MachineSpec, efi: EfiInfo, image: BzImage, systemTableAt: number): Uint8Array {
  const params = new Uint8Array(PAGE);
  const view = new DataView(params.buffer);
  const headerEnd = HEADER_JUMP + 1 + (image.bytes[HEADER_JUMP] as number);
  params.set(image.bytes.subarray(SETUP_HEADER, headerEnd), SETUP_HEADER);
  view.setUint8(TYPE_OF_LOADER, UNKNOWN_LOADER);
  view.setBigUint64(ACPI_RSDP_ADDR, BigInt(spec.acpi?.rsdpAddress ?? 0), true);
  const map = BigInt(efi.memmapAddr);
  const low = (value: bigint): number => Number(value & 0xffffffffn);
  const words = [
    ...[LOADER_SIGNATURE, systemTableAt, DESCRIPTOR_BYTES, 1],
    ...[low(map), efi.memmap.length === 0 ? 0 : efi.memmapSize, 0, low(map >> 32n)],
  ];
  for (const [i, word] of words.entries()) view.setUint32(EFI_INFO + 4 * i, word, true);
  view.setUint8(E820_ENTRIES, spec.map.length);
  params.set(e820Table(spec.map), E820_TABLE);
  return params;
}

function e820Table(map: readonly MapEntry[]): Uint8Array {
  return concatBytes(
    map.map(({ addr, size, type }) => {
      const bytes = new Uint8Array(E820_ENTRY_BYTES);
      const view = new DataView(bytes.buffer);
      view.setBigUint64(0, BigInt.asUintN(64, addr), true);
      view.setBigUint64(8, BigInt.asUintN(64, size), true);
      view.setUint32(16, type, true);
      return bytes;
    }),
  );
}

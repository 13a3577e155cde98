// The machine description as fw_cfg files: what firmware/int15.inc and firmware/payload/data.inc read.
import { concatBytes } from '../lib/bytes.ts';
import type { EfiInfo, PlatformMemory } from '../arch/x86/boot/params.ts';
import type { BoardConfig, BoardFaults } from './config.ts';
import type { FwCfgFile } from './fw-cfg.ts';

const PREFIX = 'opt/earlyboot/';
const E820_BYTES = 24;
/** ACPI 3.0: the entry counts. */
const ATTRIBUTE_ENABLED = 1;
const NEVER = 0xffffffff;
const EFI_NAME_BYTES = 24;
const PAYLOAD_FAULTS = ['loop', 'halt', 'triple-fault'] as const;

/** The files for `config`; `buffer` is where the payload shall build its block. */
export function boardFiles(
  config: BoardConfig,
  buffer: { readonly address: number; readonly bytes: number },
): FwCfgFile[] {
  const files: FwCfgFile[] = [
    file('e820', e820Bytes(config.e820)),
    file('cmdline', new TextEncoder().encode(config.cmdline)),
    file('buffer', words([buffer.address, buffer.bytes])),
  ];
  if (config.rsdpAddr !== null) files.push(file('rsdp', longs([config.rsdpAddr])));
  if (config.bda) {
    files.push(file('bda', words([config.bda.baseMemKiB | ((config.bda.ebdaAddr >>> 4) << 16)])));
  }
  if (config.ramdisk) files.push(file('ramdisk', longs([config.ramdisk.image, config.ramdisk.size])));
  if (config.cpuid) {
    const leaves = config.cpuid.flatMap((c) => [c.leaf, c.subleaf, c.eax, c.ebx, c.ecx, c.edx]);
    files.push(file('cpuid', words(leaves)));
  }
  if (config.efi) files.push(file('efi', efiBytes(config.efi)));
  if (config.platform) files.push(file('platform', platformBytes(config.platform)));
  if (config.dmi) files.push(file('dmi', new TextEncoder().encode(config.dmi)));
  if (config.payload) files.push(file('payload', config.payload));
  if (config.faults) files.push(file('faults', faultBytes(config.faults)));
  return files;
}

function file(name: string, bytes: Uint8Array): FwCfgFile {
  return { name: PREFIX + name, bytes };
}

function e820Bytes(entries: BoardConfig['e820']): Uint8Array {
  const bytes = new Uint8Array(E820_BYTES * entries.length);
  const view = new DataView(bytes.buffer);
  for (const [i, entry] of entries.entries()) {
    const at = i * E820_BYTES;
    view.setBigUint64(at, BigInt.asUintN(64, entry.addr), true);
    view.setBigUint64(at + 8, BigInt.asUintN(64, entry.size), true);
    view.setUint32(at + 16, entry.type, true);
    view.setUint32(at + 20, entry.attributes ?? ATTRIBUTE_ENABLED, true);
  }
  return bytes;
}

/** Four 32-bit words: first entry without SMAP, first entry with carry, endless chain, the payload's fault. */
function faultBytes(faults: BoardFaults): Uint8Array {
  const payload = faults.payload === undefined ? 0 : PAYLOAD_FAULTS.indexOf(faults.payload) + 1;
  return words([faults.wrongSmapAt ?? NEVER, faults.carryAt ?? NEVER, faults.endlessEbx ? 1 : 0, payload]);
}

/** The layout that parseEfi of src/arch/x86/boot/efi.ts reads: counts and facts, tables, memory map, vendor. */
function efiBytes(efi: EfiInfo): Uint8Array {
  const vendor = new TextEncoder().encode(efi.vendor);
  return concatBytes([
    words([efi.revision, vendor.length, efi.configTables.length, efi.memmap.length]),
    longs([efi.memmapAddr, efi.memmapSize, efi.memattrSize, efi.kernelAddr]),
    ...efi.configTables.flatMap((table) => [
      padded(new TextEncoder().encode(table.name), EFI_NAME_BYTES),
      longs([table.address]),
    ]),
    ...efi.memmap.map((d) => longs([d.type, d.physAddr, d.numPages, d.attribute])),
    vendor,
  ]);
}

/** The layout that parsePlatform of src/arch/x86/boot/platform.ts reads. */
function platformBytes(platform: PlatformMemory): Uint8Array {
  const { cached, setupData, firmwareReserved, stolen, lowReservedPages } = platform;
  const early = firmwareReserved.filter(({ withAcpi }) => !withAcpi);
  const late = firmwareReserved.filter(({ withAcpi }) => withAcpi);
  const lists = [cached, setupData, early, late, stolen];
  return concatBytes([
    words([...lists.map((list) => list.length), lowReservedPages ?? NEVER]),
    longs([platform.kernelAt ?? 0]),
    ...lists.flat().map(({ start, size }) => longs([start, size])),
  ]);
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  return out;
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return bytes;
}

function longs(values: readonly (number | bigint)[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setBigUint64(8 * i, BigInt(value), true);
  return bytes;
}

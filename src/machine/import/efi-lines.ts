// What an EFI boot prints: the system table's revision and vendor, the configuration tables, with efi=debug the memory map.
import type { EfiInfo, EfiMemoryDescriptor } from '../../arch/x86/boot/params.ts';
import { MAX_EFI_DESCRIPTORS, MAX_EFI_TABLES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf, refuseMore } from './numbers.ts';

/** Type names as efi_md_typeattr_format prints them (the beginnings that all versions share), by number. */
const TYPE_NAMES = [
  'Reserved',
  'Loader Code',
  'Loader Data',
  'Boot Code',
  'Boot Data',
  'Runtime Code',
  'Runtime Data',
  'Conventional',
  'Unusable',
  'ACPI Reclaim',
  'ACPI Mem NVS',
  'MMIO',
  'MMIO Port',
  'PAL Code',
  'Persistent',
  'Unaccepted',
];
/** Other spellings, before 4.20. */
const OLD_NAMES: ReadonlyMap<string, number> = new Map([
  ['ACPI Memory NVS', 10],
  ['Memory Mapped I/O', 11],
  ['MEM Mapped I/O', 11],
  ['I/O Port Space', 12],
]);
const ATTRIBUTE_BITS: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    RUN: 1n << 63n,
    MR: 1n << 16n,
    RO: 1n << 17n,
    SP: 1n << 18n,
    NV: 1n << 15n,
    XP: 1n << 14n,
    RP: 1n << 13n,
    WP: 1n << 12n,
    UCE: 1n << 4n,
    WB: 1n << 3n,
    WT: 1n << 2n,
    WC: 1n << 1n,
    UC: 1n,
  }),
);
const PAGE_BITS = 12n;

/** null for a machine that did not boot by EFI. */
export function efiFromLines(lines: readonly LogText[], path: string): EfiInfo | null {
  let revision = 0;
  let vendor = '';
  const configTables: { name: string; address: number }[] = [];
  const memmap: EfiMemoryDescriptor[] = [];
  for (const { text, line } of lines) {
    if (!text.startsWith('efi:')) continue;
    const where = placeOf(path, line);
    const system = /^efi: EFI v(\d{1,5})\.(\d{1,5}) by (.*)$/.exec(text);
    if (system) {
      // two halves of a word (UEFI specification 2.10, section 4.2): what does not fit is no EFI's
      const [major, minor] = [Number(system[1]), Number(system[2])];
      if (major <= 0xffff && minor <= 0xffff) revision = major * 0x10000 + minor;
      vendor = (system[3] ?? '').trimEnd();
      continue;
    }
    const tables = tablesOf(text, where);
    if (tables) configTables.push(...tables);
    else {
      const descriptor = descriptorOf(text);
      if (descriptor && !memmap.some((known) => known.physAddr === descriptor.physAddr))
        memmap.push(descriptor);
    }
    refuseMore(memmap.length, MAX_EFI_DESCRIPTORS, 'lines of the EFI memory map', where);
    refuseMore(configTables.length, MAX_EFI_TABLES, 'EFI configuration tables', where);
  }
  if (revision === 0) return null;
  return {
    revision,
    vendor,
    configTables,
    memmapAddr: 0,
    memmapSize: 0,
    memmap,
    memattrSize: 0,
    kernelAddr: 0,
  };
}

/** `ACPI=0x7ff000  ACPI 2.0=0x7ff014  SMBIOS=0x7fe000`: names may hold blanks, so the signs between name and address part them. */
function tablesOf(text: string, where: string): EfiInfo['configTables'] | null {
  const [first = '', ...parts] = text.slice('efi:'.length).split('=');
  if (parts.length === 0) return null;
  const tables: { name: string; address: number }[] = [];
  let name = first.trim();
  for (const part of parts) {
    const address = /^0x([0-9a-f]{1,16})(?=\s|$)/.exec(part);
    if (address === null || !/^[A-Za-z0-9. ]+$/.test(name)) return null;
    tables.push({ name, address: addressOf(address[1] ?? '', where) });
    name = part.slice(address[0].length).trim();
  }
  return name === '' ? tables : null;
}

const MMIO = 11;

/** A mapped-I/O descriptor, as the kernel tells that it takes it out of the map; with efi=debug it is told again. */
function mmioDescriptor(physAddr: bigint, last: bigint): EfiMemoryDescriptor {
  return { type: MMIO, physAddr, numPages: (last + 1n - physAddr) >> PAGE_BITS, attribute: 0n };
}

function descriptorOf(text: string): EfiMemoryDescriptor | null {
  const mmio =
    /^efi: (?:Remove|Not removing) mem\d+: MMIO range=\[0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]/.exec(text);
  if (mmio) return mmioDescriptor(BigInt(`0x${mmio[1]}`), BigInt(`0x${mmio[2]}`));
  const match =
    /^efi: mem\d+: \[([^|\]]+)\|([^\]]*)\] range=\[0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})[\])]/.exec(text);
  if (!match) return null;
  const [, typeName = '', flags = '', start = '', end = ''] = match;
  const name = typeName.trim();
  const type =
    OLD_NAMES.get(name) ?? TYPE_NAMES.findIndex((known) => name === known || name === `${known} Memory`);
  if (type === -1) return null;
  const physAddr = BigInt(`0x${start}`);
  const last = BigInt(`0x${end}`);
  if (last < physAddr) return null;
  let attribute = 0n;
  for (const flag of flags.split('|')) attribute |= ATTRIBUTE_BITS.get(flag.trim()) ?? 0n;
  return { type, physAddr, numPages: (last + 1n - physAddr) >> PAGE_BITS, attribute };
}

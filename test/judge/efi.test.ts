// EFI machines for the judge: what a kernel finds in memory, read back as the UEFI specification has it, and what the model makes of it.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { readBzImage } from '../../src/judge/bzimage.ts';
import { prepareGuest, type Guest } from '../../src/judge/prepare.ts';
import type { MachineDescription } from '../../src/machine/spec/description.ts';
import { fakeBzImage } from './helpers/bzimage.ts';
import { machine } from './helpers/machine.ts';

const image = readBzImage(fakeBzImage(), 'vmlinuz');
const EFI = {
  revision: '2.70',
  vendor: 'EDK II',
  configTables: [
    { name: 'SMBIOS', address: 0xe8000 },
    { name: 'ACPI 2.0', address: 0x2000f000 },
    { name: 'MEMATTR', address: 0x1ff00000 },
  ],
  memattrSize: 16 + 2 * 48,
  memmap: [
    { type: 7, start: 0x100000, pages: 0x1fd80, attribute: 0xf },
    { type: 4, start: 0x1fe80000, pages: 0x80, attribute: 0xf },
  ],
};

function prepare(more: Partial<MachineDescription> = {}): Guest {
  const spec = machine({ acpi: { at: 0x20000000, rsdp: 0x2000f000 }, efi: EFI, ...more });
  return prepareGuest(spec, { image, initrd: new Uint8Array(3000), accel: 'tcg' });
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test("struct boot_params: the map in its order, the image's header, the system table", (t) => {
  const guest = prepare();
  const file = guest.files.find(({ name }) => name === 'opt/earlyboot/params');
  const params = view(file?.bytes ?? new Uint8Array());
  t.is(params.byteLength, 4096);
  t.is(params.getUint8(0x1e8), 3);
  t.is(params.getBigUint64(0x2d0 + 20, true), 0x100000n);
  t.is(params.getBigUint64(0x2d0 + 28, true), 0x1ff00000n);
  t.is(params.getUint32(0x2d0 + 36, true), 1);
  t.is(params.getUint32(0x2d0 + 56, true), 3); // ACPI data
  t.is(params.getUint8(0x1f1), 2); // setup_sects: the header is there
  t.is(params.getUint8(0x210), 0xff);
  t.is(params.getBigUint64(0x70, true), 0x2000f000n);
  t.is(String.fromCharCode(...[0, 1, 2, 3].map((i) => params.getUint8(0x1c0 + i))), 'EL64');
  const table = guest.tables.find(({ what }) => what === 'EFI system table');
  t.is(table?.address, params.getUint32(0x1c4, true));
  t.deepEqual(
    [0x1c8, 0x1cc, 0x1d4].map((at) => params.getUint32(at, true)),
    [48, 1, 96],
  );
  // the model reserves the map where the kernel will find it
  t.is(guest.spec.efi?.memmapAddr, params.getUint32(0x1d0, true));
  t.is(guest.spec.efi?.memmapSize, 96);
  t.is(guest.spec.efi?.kernelAddr, 0x1000000);
});

test('system table, configuration tables, memory map and attributes stand where they say', (t) => {
  const guest = prepare();
  const find = (what: string) => guest.tables.find((table) => table.what === what);
  const table = find('EFI system table');
  const bytes = view(table?.bytes ?? new Uint8Array());
  t.is(bytes.getBigUint64(0, true), 0x5453595320494249n);
  t.is(bytes.getUint32(8, true), 0x20046);
  const offset = (at: number): number => Number(bytes.getBigUint64(at, true)) - (table?.address ?? 0);
  t.is(String.fromCharCode(...[0, 2, 4].map((i) => bytes.getUint16(offset(24) + i, true))), 'EDK');
  t.is(bytes.getBigUint64(104, true), 3n);
  // 8868e871-e4f1-11d3-bc22-0080c73c8881: the first three numbers little-endian
  const second = offset(112) + 24;
  t.is(bytes.getUint32(second, true), 0x8868e871);
  t.is(bytes.getUint16(second + 4, true), 0xe4f1);
  t.is(bytes.getUint8(second + 8), 0xbc);
  t.is(bytes.getBigUint64(second + 16, true), 0x2000f000n);
  const map = view(find('EFI memory map')?.bytes ?? new Uint8Array());
  t.is(map.getUint32(48, true), 4);
  t.is(map.getBigUint64(48 + 8, true), 0x1fe80000n);
  t.is(map.getBigUint64(48 + 24, true), 0x80n);
  t.is(find('EFI memory map')?.address, guest.spec.efi?.memmapAddr);
  const attributes = find('EFI memory attributes');
  t.is(attributes?.address, 0x1ff00000);
  t.is(view(attributes?.bytes ?? new Uint8Array()).getUint32(4, true), 2);
});

test('a DMI line needs an SMBIOS table of the firmware, and stands where that one says', (t) => {
  const dmi = 'A B, BIOS 1 01/01/2020';
  t.is(prepare({ dmi }).tables.find(({ what }) => what === 'SMBIOS entry point')?.address, 0xe8000);
  const without = prepare({ dmi, efi: { ...EFI, configTables: [] } });
  t.is(without.spec.dmi, null);
  t.true(without.notes.some((note) => note.startsWith('no DMI line')));
});

test('a map that is larger than its descriptors is filled with empty ones; no other sizes', (t) => {
  const map = (memmapSize: number): Guest => prepare({ efi: { ...EFI, memmapAddr: 0x1fe00000, memmapSize } });
  const size = (guest: Guest): number | undefined =>
    guest.tables.find(({ what }) => what === 'EFI memory map')?.bytes.length;
  t.is(size(map(96)), 96);
  t.is(size(map(144)), 144);
  for (const bytes of [48, 95, 97])
    t.throws(() => map(bytes), {
      message: /efi\.memmapSize \d+ for 2 descriptors: expected a multiple of 48/,
    });
});

test('what cannot be: a longer map than boot_params holds, a table without a GUID', (t) => {
  const usable = (i: number) => ({ start: 0x30000000 + i * 0x2000, size: 4096, type: 'reserved' as const });
  const map = [
    { start: '1M', end: 0x1fffffff, type: 'usable' as const },
    { start: 0x20000000, size: '64K', type: 'ACPI data' as const },
  ];
  t.notThrows(() => prepare({ map: [...map, ...Array.from({ length: 126 }, (_, i) => usable(i))] }));
  t.throws(() => prepare({ map: [...map, ...Array.from({ length: 127 }, (_, i) => usable(i))] }), {
    message: /129 map entries on a machine with EFI firmware: expected at most 128/,
  });
  t.throws(() => prepare({ efi: { ...EFI, configTables: [{ name: 'XYZ', address: 1 }] } }), {
    message: /EFI configuration table "XYZ": judge knows ACPI 2\.0, /,
  });
});

test('efi=noruntime: the kernel lets go of the map, and boot services memory is not kept', async (t) => {
  const { spec } = prepare();
  t.regex(spec.cmdline, / efi=noruntime$/);
  const kept = async (cmdline: string): Promise<boolean> => {
    const { log } = await bootMachine(spec, { ...DEFAULT_BOOT, kernel: '6.1', cmdline });
    t.true(log.some((line) => line.includes('efi_memblock_x86_reserve_range')));
    return log.some((line) => line.includes('efi_reserve_boot_services'));
  };
  t.false(await kept(spec.cmdline));
  t.false(await kept('memblock=debug efi=debug,noruntime'));
  t.false(await kept('memblock=debug noefi'));
  t.true(await kept('memblock=debug efi=debug'));
});

// What a log tells of things whose bytes it does not have: an HPET's table, an initrd's last page, the firmware's names.
import test from 'ava';
import { byteSum } from '../../../src/machine/acpi-build/bytes.ts';
import { acpiFromLines } from '../../../src/machine/import/acpi-lines.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { machineFromLines } from '../../../src/machine/import/machine-lines.ts';
import { rawAcpi } from '../../../src/machine/import/tables.ts';

const lines = (...texts: string[]) => texts.map((text, at) => ({ text, line: at + 1 }));
const TABLES = [
  'ACPI: RSDP 0x00000000000F5A50 000014 (v00 BOCHS )',
  'ACPI: RSDT 0x000000007FFE2A1F 000038 (v01 BOCHS  BXPC     00000001 BXPC 00000001)',
];
const hpetLine = (length: string) =>
  `ACPI: HPET 0x000000007FFE28F0 ${length} (v01 BOCHS  BXPC     00000001 BXPC 00000001)`;
const TOLD = 'ACPI: HPET id: 0x10228201 base: 0xfed00000';

/** The made-up table's bytes. */
function hpet(...texts: string[]): Uint8Array | undefined {
  const acpi = rawAcpi(acpiFromLines(lines(...TABLES, ...texts)), [], [], [], []);
  return acpi?.tables.find(({ what }) => what === 'ACPI HPET')?.bytes;
}

test('an HPET has the id and the address that the kernel read, in the length of its line', (t) => {
  for (const length of ['000038', '00003C']) {
    const bytes = hpet(hpetLine(length), TOLD) ?? new Uint8Array(56);
    t.is(bytes.length, Number.parseInt(length, 16));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    t.is(view.getUint32(36, true), 0x10228201);
    t.is(bytes[40], 0); // in memory
    t.is(view.getBigUint64(44, true), 0xfed00000n);
    t.is(byteSum(bytes), 0);
  }
});

test('without that line, with an address that no machine has, or in a table too short for it: zeros', (t) => {
  const zeros = (bytes: Uint8Array | undefined): boolean =>
    bytes?.slice(36).every((byte) => byte === 0) ?? false;
  t.true(zeros(hpet(hpetLine('000038'))));
  t.true(zeros(hpet(hpetLine('000038'), 'ACPI: HPET id: 0x1 base: 0x10000000000000')));
  t.true(zeros(hpet(hpetLine('000037'), TOLD)));
  t.is(acpiFromLines(lines('ACPI: HPET id: 0x1 base: 0xfffffffffffff')).hpet?.address, 2 ** 52 - 1);
});

const RAMDISK = 'RAMDISK: [mem 0x7fee4000-0x7ffdffff]';
const bytesOf = (...texts: string[]) => machineFromLines(lines(RAMDISK, ...texts), 'log').initrdBytes;

test('a moved initrd tells its size to the byte, within its last page', (t) => {
  const to = 'to [mem 0x12b04000-0x12bff15c]';
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee4000-0x7ffdf15c] ${to}`), 0xfb15d);
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee4000-0x7ffdffff] ${to}`), 0xfc000);
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee4000-0x7ffdf000] ${to}`), 0xfb001);
  // a page less, a byte more, another initrd, none
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee4000-0x7ffdefff] ${to}`), null);
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee4000-0x7ffe0000] ${to}`), null);
  t.is(bytesOf(`Move RAMDISK from [mem 0x7fee5000-0x7ffdffff] ${to}`), null);
  t.is(bytesOf(), null);
});

test('a size that was told is no assumption, and one that the user gives goes before it', (t) => {
  const text = [
    'Linux version 6.1.0 (a@b) #1',
    'Command line: quiet',
    'BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff] usable',
    RAMDISK,
    'Move RAMDISK from [mem 0x7fee4000-0x7ffdf15c] to [mem 0x12b04000-0x12bff15c]',
  ].join('\n');
  const extras = { name: 'm', origin: { kind: 'log', path: 'm.log' } } as const;
  const machine = machineFromLog(text, extras);
  t.is(machine.initrd?.size, 0xfb15d);
  t.false((machine.assumed ?? []).some(({ fact }) => fact === 'machine.initrd'));
  t.is(machineFromLog(text, { ...extras, initrdSize: 0xfb200 }).initrd?.size, 0xfb200);
});

test('a DMI line that is longer than a description holds is none', (t) => {
  const dmiOf = (length: number) => machineFromLines(lines(`DMI: ${'x'.repeat(length)}`), 'log').dmi;
  t.is(dmiOf(4096)?.length, 4096);
  t.is(dmiOf(4097), null);
});

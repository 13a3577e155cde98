// Logs that nobody's kernel printed: lines of a megabyte, numbers that no machine has, more lines than any kernel prints.
// How long it takes is not looked at: that a pattern looks at a line once is seen from its form.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { cpuFromCpuinfo } from '../../../src/machine/import/cpuinfo.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { MOST_ROUNDS, PREFIXES, stripPrefixes } from '../../../src/machine/import/prefixes.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { looksLikeKernelLog, trimEndOf } from '../../../src/machine/import/text.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { sourcesBelow } from '../../helpers/sources.ts';

const MiB = 2 ** 20;
const MAP = 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n';

const machine = (text: string): MachineSpec =>
  machineFromLog(text, { name: 'm', origin: { kind: 'log', path: 'm.log' } });

function refused(t: ExecutionContext, text: string, message: RegExp): void {
  const error = t.throws(() => machine(text), { instanceOf: InputError });
  t.regex(error.message, message);
  t.false(error.message.includes('\n'));
  t.true(error.message.length < 400, error.message);
}

/** The source of each regular expression that a file writes down. */
function patterns(code: string): string[] {
  const literal =
    /(?<=[=(,:[?]\s*|^\s*)\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[])*)\/[a-z]*/gm;
  return [...code.matchAll(literal)].map((match) => match[1] ?? '');
}

/** A quantifier without an upper bound, in the source of a pattern; classes and escapes are no quantifiers. */
function isUnbounded(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x');
  return /[*+]|\{\d*,\}/.test(bare);
}

test('prefixes are tied to the beginning and bounded: eight rounds look at some thousand characters at most', (t) => {
  for (const { source } of PREFIXES) {
    t.true(source.startsWith('^'), source);
    t.false(isUnbounded(source), source);
  }
  t.is(MOST_ROUNDS, 8);
  const line = '<6>'.repeat(MiB / 3);
  t.is(stripPrefixes(line).length, line.length - 3 * MOST_ROUNDS);
});

test('the rule about patterns sees what it is there for', (t) => {
  for (const source of ['^\\s*x', 'a+$', '(?:ab)*', 'a{3,}', '[a-z]+']) t.true(isUnbounded(source), source);
  for (const source of ['^\\* \\+', '[*+]', 'a{1,8}', 'a{3}', 'a?']) t.false(isUnbounded(source), source);
  t.deepEqual(patterns('const A = /a\\/b+/g;\nif (/x[/]y/.test(z) || 4 / 2 > 1 / 3) {}'), [
    'a\\/b+',
    'x[/]y',
  ]);
});

test('no pattern of an import is lazy, repeats what repeats, or trims an end: those look at a line again and again', (t) => {
  const wrong = sourcesBelow('src/machine/import').flatMap(({ path, text }) =>
    patterns(text)
      .filter((source) => {
        const bare = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x');
        const repeatsRepeats = /\([^()]*[*+][^()]*\)[*+]/.test(bare);
        const trims = /[*+]\$$/.test(bare) && !source.startsWith('^');
        return /[*+]\?/.test(bare) || repeatsRepeats || trims;
      })
      .map((source) => `${path}: /${source}/`),
  );
  t.deepEqual(wrong, []);
});

const LINES: readonly [string, string][] = [
  ['newlines', '\n'.repeat(MiB)],
  ['carriage returns before a text', `${'\r'.repeat(MiB)}x`],
  ['log levels', '<6>'.repeat(MiB / 3)],
  ['brackets with blanks', `[${' '.repeat(MiB)}`],
  ['a DMI line of blanks', `DMI: x${' '.repeat(MiB)}y`],
  ['EFI tables that do not end', `efi: ${'a=0xaaaaaaaaaaaa '.repeat(MiB / 17)}!`],
  ['an EFI vendor of blanks', `efi: EFI v2.70 by ${' '.repeat(MiB)}x`],
  ['an ACPI line of blanks', `ACPI: SSDT 0x0000000012345678 000100 (v01 ${') '.repeat(MiB / 2)}x`],
  ['one word', 'a'.repeat(MiB)],
  ['NUL bytes', '\0'.repeat(MiB)],
  ['tags that do not end', '<br '.repeat(MiB / 4)],
  ['breaks', '<br>'.repeat(MiB / 4)],
  ['entities', '-&gt; &#0;&#x110000;&amp'.repeat(MiB / 24)],
  ['quotations', '> '.repeat(MiB / 2)],
  ['colours', '\x1b[31m'.repeat(MiB / 5)],
  ['JSON that does not end', `{"MESSAGE":${'['.repeat(MiB)}`],
  ['messages', '{"msg":'.repeat(MiB / 7)],
  ['a message of blanks', `"msg":${' '.repeat(MiB)}"x"`],
  ['names before a colon', 'kernel '.repeat(MiB / 7)],
  ['letters of a date', 'Ä'.repeat(MiB)],
  ['a command line', `Command line: ${'x '.repeat(MiB / 2)}`],
];
for (const [what, line] of LINES) {
  test(`a megabyte of ${what} does no harm`, (t) => {
    looksLikeKernelLog(line);
    const spec = machine(`${MAP}${line}\n`);
    t.is(spec.map.length, 1);
    t.is(spec.efi?.configTables.length ?? 0, 0);
  });
}

test('two hundred thousand short lines: joined, split and counted once each', (t) => {
  const wrapped = `[    0.000000] Linux version 6.1.0 (x@y) ${'x'.repeat(30)}\n${'y\n'.repeat(200_000)}`;
  t.is(machine(`${wrapped}[    0.000000] ${MAP}`).map.length, 1);
  const boots = `Linux version 6.1.0\n${MAP}`.repeat(50_000);
  const spec = machine(boots);
  t.is(spec.map.length, 1);
  t.regex(spec.warnings[0] ?? '', /^m\.log: 50,000 boots: … 49989 \(line 99977, 6\.1\.0, cut off\), /);
  t.true((spec.warnings[0] ?? '').length < 700);
});

test('what stands at the end of such lines is cut off', (t) => {
  t.is(machine(`${MAP}DMI: x y${' '.repeat(1000)}\n`).dmi, 'x y');
  t.is(machine(`${MAP}DMI: ${' '.repeat(1000)}\n`).dmi, null);
  // 7.3 has a colon there, where kernels before print "DMI not present or invalid."
  t.is(machine(`${MAP}DMI: not present or invalid.\n`).dmi, null);
  t.is(trimEndOf('a\r\r', '\r'), 'a');
  t.is(trimEndOf('\r\r', '\r'), '');
  t.is(machine(`${MAP}efi: EFI v2.70 by EDK II  \n`).efi?.vendor, 'EDK II');
});

test('EFI tables: names may hold blanks, text that is none leaves the line alone', (t) => {
  const tables = (line: string) => machine(`${MAP}efi: EFI v2.70 by X\n${line}\n`).efi?.configTables;
  t.deepEqual(tables('efi: ACPI=0x7ff000  ACPI 2.0=0x7ff014 SMBIOS=0xfe '), [
    { name: 'ACPI', address: 0x7ff000 },
    { name: 'ACPI 2.0', address: 0x7ff014 },
    { name: 'SMBIOS', address: 0xfe },
  ]);
  for (const line of ['efi: ACPI=7ff000', 'efi: =0x1', 'efi: A=0x1 B', 'efi: A=0xg', 'efi: A_B=0x1'])
    t.deepEqual(tables(line), [], line);
});

test('names that every object has are no types, vendors or flags', (t) => {
  for (const name of ['constructor', '__proto__', 'toString'])
    refused(
      t,
      `${MAP}BIOS-e820: [mem 0x0000000040000000-0x000000004fffffff] ${name}\n`,
      new RegExp(`^m\\.log:2: memory type "${name}": expected usable, `),
    );
  const efi = 'efi: EFI v2.70 by X\nefi: mem00: [constructor|__proto__|toString] range=[0x0-0xfff] (0MB)\n';
  // what is left is the map's own memory, and what boot services are taken to hold on a machine that is no guest
  t.deepEqual(
    machine(`${MAP}${efi}`).efi?.memmap.map(({ type, attribute }) => [type, attribute]),
    [
      [7, 0n],
      [4, 0n],
    ],
  );
});

test('numbers that no machine has are named with file and line', (t) => {
  const type = (n: string) => `${MAP}BIOS-e820: [mem 0x0000000040000000-0x000000004fffffff] type ${n}\n`;
  t.is(machine(type('4294967295')).map[1]?.type, 0xffffffff);
  refused(t, type('4294967296'), /^m\.log:2: 4294967296: expected a number below 2\^32/);
  refused(t, type('9'.repeat(1000)), /^m\.log:2: 99999999999999999999: expected a number below 2\^32/);
  const disk = (end: string) => `${MAP}RAMDISK: [mem 0x36000000-0x${end}]\n`;
  t.deepEqual(machine(disk('36000fff')).initrd, { image: 0x36000000, size: 4096 });
  refused(t, disk('35ffffff'), /^m\.log:2: \[0x36000000-0x35ffffff\]: expected an end/);
  refused(t, disk('10000000000000'), /^m\.log:2: 0x10000000000000: expected an address below 2\^52/);
  refused(t, `${MAP}SRAT: PXM 4294967296 -> APIC 0x00 -> Node 0\n`, /^m\.log:2: 4294967296: /);
  refused(t, `${MAP}SRAT: PXM 0 -> APIC 0x100000000 -> Node 0\n`, /^m\.log:2: 100000000: /);
});

test('more lines than any kernel prints', (t) => {
  const lines = (count: number, of: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => of(i)).join('');
  const entry = (i: number) =>
    `BIOS-e820: [mem 0x${(i * 4096).toString(16)}-0x${(i * 4096 + 4095).toString(16)}] reserved\n`;
  t.is(machine(lines(4096, entry)).map.length, 4096);
  refused(t, lines(4097, entry), /^m\.log:4097: expected at most 4096 BIOS-e820 lines/);
  const cpu = (i: number) => `SRAT: PXM 0 -> APIC 0x${i.toString(16)} -> Node 0\n`;
  t.is(machine(MAP + lines(8192, cpu)).cpus.length, 8192);
  refused(t, MAP + lines(8193, cpu), /^m\.log:8194: expected at most 8192 CPUs/);
  const table = (i: number) =>
    `ACPI: SSDT 0x${(i * 64).toString(16).toUpperCase().padStart(16, '0')} 000024\n`;
  const acpi = `${MAP}ACPI: RSDP 0x00000000000F59C0 000014 (v00 BOCHS )\nACPI: RSDT 0x0000000000FF0000 000030\n`;
  const spec = machine(acpi + lines(100_000, table));
  t.is(spec.acpi?.kind === 'raw' && spec.acpi.tables.length, 1024);
  t.deepEqual(
    spec.warnings.filter((text) => text.includes('left out')),
    ['line 1028: this and later ACPI tables are left out: more than any machine has'],
  );
});

test('cpuinfo: fields by name, physical bits as far as there are any', (t) => {
  const cpu = cpuFromCpuinfo(
    `vendor_id\t: X\nflags\t\t: fpu la57 ${' '.repeat(MiB)}\naddress sizes\t: 999 bits physical\n`,
  );
  t.like(cpu, { vendor: 'X', la57: true, physBits: 52 });
  t.is(cpuFromCpuinfo(`constructor: x\n`), null);
});

test('a folder whose acpi is a file, and a machine.json with a name of every object', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-test-'));
  writeFileSync(join(folder, 'dmesg.txt'), MAP);
  writeFileSync(join(folder, 'machine.json'), '{"name": "x", "initramfs_bytes": "constructor"}');
  t.is((await machineFromFolder(folder)).initrd, null);
  writeFileSync(join(folder, 'acpi'), 'x');
  const error = await t.throwsAsync(machineFromFolder(folder), { instanceOf: InputError });
  t.regex(error.message, /acpi: starts with 1 bytes: expected an ACPI table, .*, or what acpidump prints$/);
});

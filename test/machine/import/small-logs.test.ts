// Small logs of real machines' kinds, one trap each; test/fixtures/logs has them. Expected figures are read off the logs by hand.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { RunRecord } from '../../../src/init/record.ts';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { bootTexts, readBoot } from '../../../src/machine/import/boots.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { readText } from '../../../src/machine/import/files.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { toDescription } from '../../../src/machine/spec/to-description.ts';
import { ROOT } from '../../helpers/sources.ts';

const machine = (text: string): MachineSpec =>
  machineFromLog(text, { name: 'm', origin: { kind: 'log', path: 'm.log' } });
const read = (name: string): Promise<string> =>
  readText(join(ROOT, 'test/fixtures/logs', `${name}.txt`), 'log');
const boot = (spec: MachineSpec): Promise<RunRecord> =>
  bootMachine(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline });
const texts = (record: RunRecord, pattern: RegExp): string[] =>
  record.logLines.map((line) => line.text).filter((text) => pattern.test(text));

/** The lines that match, of the log and of what is predicted for it, are the same. */
async function sameLines(
  t: ExecutionContext,
  name: string,
  pattern: RegExp,
  count: number,
): Promise<RunRecord> {
  const text = await read(name);
  const record = await boot(machine(text));
  const real = bootTexts(text, name).filter((line) => pattern.test(line));
  t.is(real.length, count, name);
  t.deepEqual(texts(record, pattern), real, name);
  return record;
}

const lengthsOf = (spec: MachineSpec): Record<string, number> =>
  Object.fromEntries(
    spec.acpi?.kind === 'raw' ? spec.acpi.tables.map(({ what, bytes }) => [what, bytes.length]) : [],
  );

test('a MADT has the length that was printed, with the CPUs that the log counts', async (t) => {
  const spec = machine(await read('madt-overlap'));
  t.deepEqual(lengthsOf(spec), { 'ACPI APIC': 0x6c, 'ACPI SSDT': 0x1cc });
  t.deepEqual(spec.cpus, [0, 1, 2, 3].map((apicId) => ({ apicId, enabled: true }))); // prettier-ignore
  await sameLines(t, 'madt-overlap', /^smpboot: Allowing/, 1);
});

test('ACPI lines in small hexadecimal digits: two nodes, as with large ones', async (t) => {
  const spec = machine(await read('lowercase-acpi-2node'));
  t.deepEqual({ ...spec, warnings: [] }, { ...machine(await read('uppercase')), warnings: [] });
  const record = await boot(spec);
  t.deepEqual(record.nodes.map(({ id }) => id), [0, 1]); // prettier-ignore
  t.deepEqual(texts(record, /^smp: Brought up/), ['smp: Brought up 2 nodes, 2 CPUs']);
});

test('BIOS-e820 lines with a blank before them, as up to 3.4', async (t) => {
  const spec = machine(await read('leading-blank'));
  t.deepEqual(spec.map, [
    { addr: 0n, size: 0x9fc00n, type: 1 },
    { addr: 0x100000n, size: 0x3fee0000n, type: 1 },
  ]);
  t.deepEqual(spec.map, machine(await read('no-blank')).map);
});

test('journalctl and dmesg: the same lines', async (t) => {
  t.deepEqual(bootTexts(await read('journalctl'), 'a'), bootTexts(await read('dmesg'), 'b'));
});

test('NUL bytes that a crash left are no lines', async (t) => {
  const text = await read('nul');
  t.true(text.includes('\0\0\0\0'));
  t.is(machine(text).map.length, 2);
  t.deepEqual(bootTexts(text, 'x').at(-2), 'systemd');
});

test('SRAT with x2APIC ids: tables no longer than printed, every CPU on its node', async (t) => {
  const spec = machine(await read('x2apic-srat'));
  t.deepEqual(lengthsOf(spec), { 'ACPI APIC': 0x90, 'ACPI SRAT': 0xd0, 'ACPI SLIT': 0x30 });
  t.deepEqual(spec.nodes.map((node) => node.cpus), [[0, 1], [2, 3]]); // prettier-ignore
  // the table has room for x2APIC entries where they are needed alone, so two ids are printed with two digits
  await sameLines(t, 'x2apic-srat', /^NUMA: Initialized distance table|^SRAT: PXM 1|^ACPI: SRAT: /, 5);
  const longer = machine(await read('srat-length'));
  t.is(lengthsOf(longer)['ACPI SRAT'], 0xf8);
  const record = await sameLines(t, 'srat-length', /SRAT: |^NUMA/, 7);
  t.deepEqual(record.warnings.filter((text) => text.includes('SRAT')), []); // prettier-ignore
});

test('the boot CPU’s APIC id is not 0: CPUs 0 to 3 are on node 0', async (t) => {
  const record = await sameLines(t, 'bsp-apic-4', /SRAT: /, 10);
  t.deepEqual(
    record.nodes.map(({ cpus }) => cpus),
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ],
  );
  t.deepEqual(texts(record, /^Boot CPU \(id/), []);
  t.deepEqual(texts(record, /^smp: Brought up/), ['smp: Brought up 2 nodes, 8 CPUs']);
});

test('logs that no prediction can be made from say what they are', async (t) => {
  const message = (text: string): string =>
    t.throws(() => machine(text), { instanceOf: InputError }).message.replace(/^m\.log/, '');
  t.regex(
    message(await read('xen')),
    /^:4: no BIOS-e820 lines: the log of a Xen PV guest, .*: expected a machine with/,
  );
  t.regex(
    message('[   12.345678] usb 1-1: new device\n'),
    /^: no BIOS-e820 lines: the log lost its beginning: /,
  );
  t.regex(
    message('Linux version 6.1.0\nfoo\n'),
    /^: no BIOS-e820 lines: expected a kernel log from "Linux version" on/,
  );
  t.regex(message('Booting Linux on physical CPU 0x0\nLinux version 6.1.0\n'), /:1: .*another architecture/);
  const map = 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n';
  t.regex(
    message(`Linux version 3.2.0-4-686-pae (x)\n${map}`),
    /^:1: the log of a 32-bit kernel: expected one of x86-64/,
  );
  t.regex(
    message(`Linux version 5.10.0\n${map}887MB HIGHMEM available.\n`),
    /^:3: the log of a 32-bit kernel/,
  );
  t.is(machine(`Linux version 5.10.0-686.el7.x86_64 (x)\n${map}`).map.length, 1);
});

test('a CPU that the SRAT lists twice is one CPU, on its first node', (t) => {
  const line = (pxm: number) => `SRAT: PXM ${pxm} -> APIC 0x03 -> Node ${pxm}\n`;
  const map = 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n';
  const spec = machine(map + line(0) + line(0) + line(1));
  t.deepEqual(spec.cpus, [{ apicId: 3, enabled: true }]);
  t.deepEqual(
    spec.nodes.map(({ cpus }) => cpus),
    [[0], []],
  );
});

/** A boot of 1, 2, … MiB of memory; whole where it reaches the line that counts it. */
const bootOf = (release: string, MiB: number, whole: boolean): string =>
  `Linux version ${release} (x@y)\nBIOS-e820: [mem 0x0000000000000000-0x${(MiB * 2 ** 20 - 1).toString(16).padStart(16, '0')}] usable\n` +
  (whole ? 'Memory: 1K/2K available\n' : '');

test('several boots: the last whole one, or the one that --boot names', (t) => {
  const text = bootOf('6.1.1', 1, true) + bootOf('6.1.2', 2, true) + bootOf('6.1.3', 3, false);
  const sizeOf = (wanted: number | null): number =>
    Number(
      machineFromLog(text, { name: 'm', origin: { kind: 'log', path: 'm' }, boot: wanted }).map[0]?.size,
    ) /
    2 ** 20;
  t.is(sizeOf(null), 2);
  t.deepEqual([1, 2, 3].map(sizeOf), [1, 2, 3]);
  t.deepEqual([-1, -2, -3].map(sizeOf), [3, 2, 1]);
  t.deepEqual(readBoot(text, 'm').warnings, [
    'm: 3 boots: 1 (line 1, 6.1.1), 2 (line 4, 6.1.2), 3 (line 7, 6.1.3, cut off): number 2 is taken, --boot N takes another',
  ]);
  t.deepEqual(readBoot(text, 'm', 3).warnings, []);
  for (const wrong of [4, -4])
    t.regex(
      t.throws(() => readBoot(text, 'm', wrong), { instanceOf: InputError }).message,
      new RegExp(`^--boot ${wrong}: m: expected 1 to 3: 3 boots: 1 \\(line 1`),
    );
});

function folderWith(t: ExecutionContext, log: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-folder-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'dmesg.txt'), log);
  return folder;
}

/** 36 bytes: a header that says so. */
function table(signature: string, length = 36): Uint8Array {
  const bytes = Buffer.alloc(36);
  bytes.write(signature, 'latin1');
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

test('a folder as the README makes it: tables of any name, dynamic ones left alone', async (t) => {
  const log =
    (await read('x2apic-srat')) +
    '[    0.1] ACPI: ASF! 0x000000007C000700 000024 (v32 INTEL   HCG     00000001 TFSM 000F4240)\n';
  const folder = folderWith(t, log);
  const tables = join(folder, 'acpi', 'tables');
  mkdirSync(join(tables, 'dynamic'), { recursive: true });
  mkdirSync(join(tables, 'data'));
  writeFileSync(join(tables, 'dynamic', 'SSDT9'), 'not a table');
  writeFileSync(join(tables, 'ASF!'), table('ASF!'));
  const spec = await machineFromFolder(folder);
  t.deepEqual(
    Buffer.from(spec.acpi?.kind === 'raw' ? (spec.acpi.tables.at(-1)?.bytes ?? []) : []),
    Buffer.from(table('ASF!')),
  );
  t.deepEqual(texts(await boot(spec), /Reserving ASF!/), [
    'ACPI: Reserving ASF! table memory at [mem 0x7c000700-0x7c000723]',
  ]);
  writeFileSync(join(tables, 'ASF!'), table('ASF!', 35));
  await t.throwsAsync(machineFromFolder(folder), {
    message: /ASF!: starts with "ASF!": expected an ACPI table/,
  });
});

test('the initrd’s exact size: from machine.json, and before it from the user', async (t) => {
  const log = `${await read('dmesg')}RAMDISK: [mem 0x7fee4000-0x7ffdffff]\n`;
  const folder = folderWith(t, log);
  t.is((await machineFromFolder(folder)).initrd?.size, 0xfc000);
  for (const [bytes, size] of [
    [1_028_445, 1_028_445],
    [0, 0xfc000],
    ['x', 0xfc000],
  ] as const) {
    // prettier-ignore
    writeFileSync(join(folder, 'machine.json'), JSON.stringify({ initramfs_bytes: bytes }));
    t.is((await machineFromFolder(folder)).initrd?.size, size);
  }
  for (const size of [0xfb001, 0xfc000])
    t.is((await machineFromFolder(folder, { initrdSize: size })).initrd?.size, size);
  for (const size of [0xfb000, 0xfc001])
    await t.throwsAsync(machineFromFolder(folder, { initrdSize: size }), {
      instanceOf: InputError,
      message: /dmesg\.txt: an initrd of \d+ bytes: expected 1028097 to 1032192, as the RAMDISK line has it$/,
    });
});

test('a table that is known by its length alone is written as a length, however long it is', (t) => {
  const tables = (length: string): string =>
    `BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff] usable\nACPI: RSDP 0x00000000000F59C0 000014 (v00 BOCHS )\n` +
    'ACPI: RSDT 0x000000007FFE1000 00003C (v01 BOCHS  BXPC     00000001 BXPC 00000001)\n' +
    `ACPI: DSDT 0x0000000040000000 ${length} (v01 BOCHS  BXPC     00000001 BXPC 00000001)\n` +
    `ACPI: APIC 0x0000000050000000 ${length} (v03 BOCHS  BXPC     00000001 BXPC 00000001)\n`;
  const { acpi } = toDescription(machine(tables('1000000')));
  if (acpi === false || acpi === undefined) return t.fail('no tables');
  // a MADT of 16 MiB would list more CPUs than there can be: it is left out
  t.deepEqual(
    acpi.tables?.map(({ signature, length, base64 }) => [signature, length, (base64 ?? '').length < 100]),
    [['DSDT', 2 ** 24, true]],
  );
  const spec = machine(tables('000100'));
  t.deepEqual(spec.acpi?.kind === 'raw' && spec.acpi.tables.map(({ bytes }) => bytes.length), [256, 256]);
});

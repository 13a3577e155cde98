// Oracle: the captures. What import makes of a log and its tables must put every table where the real kernel reserved it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { mapFromLines } from '../../../src/machine/import/map-lines.ts';
import { readText } from '../../../src/machine/import/files.ts';
import { machineFromFolder, machineFromLogFile } from '../../../src/machine/import/path.ts';
import { byteSum } from '../../../src/machine/acpi-build/bytes.ts';
import { toBoardConfig } from '../../../src/machine/spec/to-board.ts';
import { capture, captures, captureText, type Capture } from '../../helpers/captures.ts';

const withLog = captures().filter((c) => captureText(c, 'dmesg.txt') !== '');

function log(text: string) {
  return machineFromLog(text, { name: 'test', origin: { kind: 'log', path: 'test.log' } });
}

function inputError(t: ExecutionContext, run: () => unknown): InputError {
  return t.throws(run, { instanceOf: InputError });
}

/** `start-end` of the log's lines that match, in hexadecimal without zeros in front. */
function rangesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((m) => `${parseInt(m[1] ?? '', 16)}-${parseInt(m[2] ?? '', 16)}`);
}

function rangeOf(blob: { readonly address: number; readonly bytes: Uint8Array }): string {
  return `${blob.address}-${blob.address + blob.bytes.length - 1}`;
}

test('107 captures have a log', (t) => {
  t.is(withLog.length, 107);
});

test('the map of every capture is what /sys/firmware/memmap shows', async (t) => {
  const types: Record<string, number> = {
    'System RAM': 1,
    Reserved: 2,
    'ACPI Tables': 3,
    'ACPI Non-volatile Storage': 4,
  };
  const shownOf = withLog.filter((c) => existsSync(join(c.path, 'firmware_memmap.txt')));
  t.is(shownOf.length, 107);
  for (const c of shownOf) {
    const machine = await machineFromFolder(c.path);
    const shown = captureText(c, 'firmware_memmap.txt')
      .split('\n')
      .flatMap((line) => {
        const match = /^\d+\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s+(.+?)\s*$/.exec(line);
        const [, start = '', end = '', type = ''] = match ?? [];
        return match ? [`${BigInt(start)} ${BigInt(end)} ${types[type] ?? type}`] : [];
      });
    t.true(shown.length > 0);
    const ours = machine.map.map((e) => `${e.addr} ${e.addr + e.size - 1n} ${e.type}`);
    // memory that is plugged in while booting joins the list later
    const plugged = c.name === 'q35-4g-dimm2g' ? [`${0x180000000} ${0x1ffffffff} 1`] : [];
    t.deepEqual([...ours, ...plugged].toSorted(), shown.toSorted(), `${c.version}/${c.name}`);
  }
});

test('every ACPI table and the MP table stand where the kernel reserved them, in its order', async (t) => {
  for (const c of withLog) {
    const text = captureText(c, 'dmesg.txt');
    const machine = await machineFromFolder(c.path);
    const { blobs } = toBoardConfig(machine);
    const tables = blobs.filter((b) => /^ACPI (?!RSDP|RSDT|XSDT)/.test(b.what)).map(rangeOf);
    t.deepEqual(
      tables,
      rangesOf(text, /ACPI: Reserving \w+ table memory at \[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]/g),
      c.name,
    );
    const mp = blobs.filter((b) => b.what.startsWith('MP')).map(rangeOf);
    t.deepEqual(
      mp,
      rangesOf(text, /memblock_reserve: \[(0x[0-9a-f]+)-(0x[0-9a-f]+)\].* smp_scan_config/g),
      c.name,
    );
    t.deepEqual(machine.warnings, [], c.name);
  }
});

test('the root table has the length that the log prints, and the RSDP its revision', async (t) => {
  for (const name of ['q35-8g-2n-4c', 'ovmf-8g-2n-4c']) {
    const c = capture('6.1', name);
    const { blobs, rsdpAddr } = toBoardConfig(await machineFromFolder(c.path));
    const line = /ACPI: [RX]SDT 0x([0-9A-F]+) ([0-9A-F]+)/.exec(captureText(c, 'dmesg.txt'));
    const root = blobs.find((b) => /ACPI [RX]SDT/.test(b.what));
    t.is(root?.address, parseInt(line?.[1] ?? '', 16));
    t.is(root?.bytes.length, parseInt(line?.[2] ?? '', 16));
    // an EFI machine's RSDP lies where no scan looks: the loader hands it over
    t.is(rsdpAddr, name === 'ovmf-8g-2n-4c' ? 0x7f77d014 : null);
  }
});

test('facts of the OVMF capture', async (t) => {
  const machine = await machineFromFolder(capture('6.1', 'ovmf-8g-2n-4c').path);
  t.is(machine.kernel, '6.1.0-56-amd64');
  t.is(machine.cmdline, 'console=ttyS0 memblock=debug loglevel=8 panic=-1 nokaslr initrd=initrd');
  t.is(machine.dmi, 'QEMU Standard PC (Q35 + ICH9, 2009), BIOS 0.0.0 02/06/2015');
  t.is(machine.mp, null);
  t.is(machine.efi?.revision, 0x20046);
  t.is(machine.efi?.vendor, 'EDK II');
  t.deepEqual(
    machine.efi?.configTables.map((c) => c.name),
    ['SMBIOS', 'ACPI', 'ACPI 2.0', 'MEMATTR', 'INITRD'],
  );
});

test('CPU features come from the QEMU model: max has both, qemu64 neither', async (t) => {
  const features = async (name: string) => {
    const { cpu } = await machineFromFolder(capture('6.1', name).path);
    return [cpu.la57, cpu.pdpe1gb];
  };
  t.deepEqual(await features('q35-16g-4c'), [true, true]);
  t.deepEqual(await features('pc-16g-2n-qemu64'), [false, false]);
});

/** A capture's log alone, no tables beside it. */
function logAlone(c: Capture) {
  return machineFromLogFile('dmesg.txt', captureText(c, 'dmesg.txt'));
}

test('from a log alone: the CPUs and nodes of the SRAT lines, tables made up to the length that was printed', (t) => {
  const c = capture('6.1', 'q35-8g-2n-4c');
  const machine = logAlone(c);
  t.deepEqual(
    machine.cpus.map((cpu) => cpu.apicId),
    [0, 1, 2, 3],
  );
  t.deepEqual(
    machine.nodes.map((n) => [n.pxm, n.cpus, n.memory.length]),
    [
      [0, [0, 1], 3],
      [1, [2, 3], 1],
    ],
  );
  t.deepEqual(machine.initrd, { image: 0x7fee4000, size: 0xfc000 });
  const text = captureText(c, 'dmesg.txt');
  const { blobs } = toBoardConfig(machine);
  const tables = blobs.filter((b) => /^ACPI (?!RSDP|RSDT|XSDT)/.test(b.what));
  t.deepEqual(
    tables.map(rangeOf),
    rangesOf(text, /ACPI: Reserving \w+ table memory at \[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]/g),
  );
  for (const table of tables.filter((b) => b.what !== 'ACPI FACS')) t.is(byteSum(table.bytes), 0, table.what);
});

test('hotplug memory of SRAT lines is marked', (t) => {
  const machine = logAlone(capture('6.1', 'q35-4g-hotplug'));
  t.deepEqual(machine.nodes.map((n) => n.memory.map((m) => m.hotplug)), [[false, false], [false, true]]); // prettier-ignore
});

test('without SRAT lines the length of QEMU’s MADT tells the number of CPUs', (t) => {
  for (const [name, cpus] of [
    ['q35-512m-1c', 1],
    ['q35-3g-2c', 2],
    ['q35-16g-4c', 4],
    ['pc-2g-4c', 4],
  ] as const) {
    // prettier-ignore
    const machine = logAlone(capture('6.1', name));
    t.is(machine.cpus.length, cpus, name);
    t.deepEqual(machine.warnings, [], name);
  }
});

const MAP = 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n';

test('without any table line: no ACPI, one CPU, and a warning', (t) => {
  const machine = log(MAP);
  t.is(machine.acpi, null);
  t.is(machine.cpus.length, 1);
  t.regex(machine.warnings.join(), /no ACPI tables/);
});

test('a MADT of another maker: a guess, said so; --cpu-count says it', (t) => {
  const tables = [
    'ACPI: RSDP 0x00000000000F05B0 000024 (v02 ALASKA)',
    'ACPI: XSDT 0x0000000030000000 000034 (v01 ALASKA A M I    01072009 AMI  00010013)',
    'ACPI: APIC 0x0000000030001000 000130 (v03 ALASKA A M I    01072009 AMI  00010013)',
    // tables from AML have virtual addresses
    'ACPI: SSDT 0xFFFF888100123000 000500 (v02 PmRef  Cpu0Ist  00003000 INTL 20160527)',
  ];
  const text = `${MAP}${tables.join('\n')}`;
  const machine = log(text);
  t.deepEqual(
    machine.assumed?.find(({ fact }) => fact === 'machine.cpus')?.taken,
    '16, a guess from the length of the MADT',
  );
  const asked = machineFromLog(text, { name: 'x', origin: { kind: 'log', path: 'x' }, cpuCount: 8 });
  t.is(asked.cpus.length, 8);
  t.is(asked.acpi?.kind === 'raw' && asked.acpi.tables.length, 1);
  t.deepEqual(asked.acpi?.kind === 'raw' && asked.acpi.tables.map((x) => x.bytes.length), [0x130]);
});

test('map lines: types by name and number, 6.17’s words and gaps, 2.6’s format, empty and wrapping entries', (t) => {
  const entries = (...lines: string[]) =>
    mapFromLines(
      lines.map((text, i) => ({ text: `BIOS-e820: ${text}`, line: i + 1 })),
      'x',
    ).map((e) => [e.addr, e.size, e.type]);
  t.deepEqual(
    entries(
      '[mem 0x0000000000001000-0x0000000000001fff] type 20',
      '[mem 0x0000000000002000-0x0000000000002fff] persistent (type 12)',
      '[mem 0x0000000000003000-0x0000000000003fff] persistent (type 7)',
      '[mem 0x0000000000004000-0x0000000000004fff] soft reserved',
      '[mem 0x0000000000005000-0x0000000000005fff]  System RAM',
      '[gap 0x0000000000006000-0x0000000000006fff]',
      '[mem 0x0000000000007000-0x0000000000007fff]  device reserved',
    ),
    [
      [0x1000n, 0x1000n, 20],
      [0x2000n, 0x1000n, 12],
      [0x3000n, 0x1000n, 7],
      [0x4000n, 0x1000n, 0xefffffff],
      [0x5000n, 0x1000n, 1],
      [0x7000n, 0x1000n, 2],
    ],
  );
  t.deepEqual(entries('0000000000000000 - 000000000009fc00 (usable)'), [[0n, 0x9fc00n, 1]]);
  t.deepEqual(
    entries(
      '[mem 0x0000000000001000-0x0000000000000fff] usable',
      '[mem 0xfffffffffffff000-0x0000000000000fff] usable',
    ),
    [
      [0x1000n, 0n, 1],
      [0xfffffffffffff000n, 0x2000n, 1],
    ],
  );
});

test('damaged map lines name file, line and what was expected', (t) => {
  const message = (line: string) => inputError(t, () => log(`${MAP}${line}\n`)).message;
  t.regex(
    message('BIOS-e820: [mem 0x00000000'),
    /^test\.log:2: "BIOS-e820: \[mem 0x00000000": expected BIOS-e820: \[mem/,
  );
  t.regex(
    message('BIOS-e820: [mem 0x1000-0x1fff] useable'),
    /^test\.log:2: memory type "useable": expected usable/,
  );
});

test('MP table of a BIOS that is not known: as many entries as sockets are known, else one, said so', (t) => {
  const text = `${MAP}DMI: ACME Server, BIOS 4.2 01/01/2020\nfound SMP MP-table at [mem 0x000fd880-0x000fd88f]\n`;
  const origin = { kind: 'log', path: 'x' } as const;
  const guessed = machineFromLog(text, { name: 'x', origin });
  t.is(guessed.mp?.table.length, 200);
  t.true(guessed.assumed?.some(({ fact }) => fact === 'machine.mpTable'));
  const known = machineFromLog(text, { name: 'x', origin, sockets: 2 });
  t.is(known.mp?.table.length, 220);
});

test('efi=debug lines give the EFI memory map', (t) => {
  const text = `${MAP}efi: EFI v2.70 by EDK II
efi:  ACPI=0x7f77d000  ACPI 2.0=0x7f77d014
efi: mem00: [Boot Code   |   |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0000000000000000-0x0000000000000fff] (0MB)
efi: mem01: [Conventional|   |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0000000000001000-0x000000000009ffff] (0MB)
efi: mem02: [Runtime Data|RUN|  |  |XP|  |  |  |  |   |WB|  |  |  ] range=[0x000000007f000000-0x000000007f000fff] (0MB)
`;
  const { efi } = log(text);
  t.deepEqual(efi?.memmap, [
    { type: 3, physAddr: 0n, numPages: 1n, attribute: 0xfn },
    { type: 7, physAddr: 0x1000n, numPages: 0x9fn, attribute: 0xfn },
    { type: 6, physAddr: 0x7f000000n, numPages: 1n, attribute: (1n << 63n) | (1n << 14n) | 8n },
  ]);
  const damaged = text.replace(
    '0x0000000000001000-0x000000000009ffff',
    '0x0000000000001000-0x0000000000000fff',
  );
  t.deepEqual(
    log(damaged).efi?.memmap.map(({ type }) => type),
    [3, 6],
  );
  t.deepEqual(efi?.configTables, [
    { name: 'ACPI', address: 0x7f77d000 },
    { name: 'ACPI 2.0', address: 0x7f77d014 },
  ]);
});

test('a folder: what is missing or no table is named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-import-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const fails = async () =>
    (await t.throwsAsync(machineFromFolder(folder), { instanceOf: InputError })).message;
  t.regex(await fails(), /expected a folder with dmesg\.txt/);
  writeFileSync(join(folder, 'dmesg.txt'), MAP);
  mkdirSync(join(folder, 'acpi'));
  writeFileSync(join(folder, 'acpi', 'APIC'), 'hello, this is no table but a text of some length');
  t.regex(await fails(), /acpi.APIC: starts with "hell": expected an ACPI table/);
  writeFileSync(join(folder, 'acpi', 'APIC'), 'ab');
  t.regex(await fails(), /acpi.APIC: starts with 2 bytes/);
  rmSync(join(folder, 'acpi', 'APIC'));
  writeFileSync(join(folder, 'machine.json'), '{"name": ');
  t.regex(await fails(), /machine\.json: /);
  const missing = await t.throwsAsync(readText(join(folder, 'nothing'), 'log'), { instanceOf: InputError });
  t.regex(missing.message, /nothing: no such file or folder$/);
});

// Folders as people have them, each made of one captured machine: the same machine comes out of every one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { chooseConfig } from '../../../src/machine/import/folder/config.ts';
import { isAcpidump, tablesOfDump } from '../../../src/machine/import/folder/acpidump.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { capture, captureText } from '../../helpers/captures.ts';

const FROM = capture('6.1', 'q35-8g-2n-4c');
const LOG = captureText(FROM, 'dmesg.txt');
const TABLES = readdirSync(join(FROM.path, 'acpi')).map((name) => ({
  name: name.replace('.bin', ''),
  bytes: readFileSync(join(FROM.path, 'acpi', name)),
}));
const CPUINFO = 'processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu pdpe1gb x2apic\n';

type Files = Readonly<Record<string, string | Uint8Array>>;

function folderOf(t: ExecutionContext, files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-folder-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const tablesAt = (folder: string, ending = ''): Files =>
  Object.fromEntries(TABLES.map(({ name, bytes }) => [`${folder}/${name}${ending}`, bytes]));

/** As acpidump prints a table: 16 bytes a line, and what of them are characters. */
function dumpOf(name: string, bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    const shown = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`    ${at.toString(16).toUpperCase().padStart(4, '0')}: ${hex.padEnd(47)}  ${shown}`);
  }
  return `${name} @ 0x0000000000000000\n${rows.join('\n')}\n\n`;
}
const DUMP = TABLES.map(({ name, bytes }) => dumpOf(name, bytes)).join('');

/** What makes the machine, without what names the folder. */
const essence = (spec: MachineSpec) => ({
  ...{ acpi: spec.acpi, cpus: spec.cpus, cpu: spec.cpu, map: spec.map, cmdline: spec.cmdline },
  assumed: spec.assumed?.filter(({ fact }) => fact !== 'machine.initrd'),
});

test('the same machine from every kind of folder', async (t) => {
  const recipe = await machineFromFolder(
    folderOf(t, { 'dmesg.txt': LOG, 'cpuinfo.txt': CPUINFO, ...tablesAt('acpi') }),
  );
  t.like(recipe.cpu, { vendor: 'AuthenticAMD', la57: false, pdpe1gb: true });
  t.false(recipe.assumed?.some(({ fact }) => fact === 'machine.tables'));
  const kinds: Readonly<Record<string, Files>> = {
    'cp -r into a folder that was there': {
      'dmesg.txt': LOG,
      cpuinfo: CPUINFO,
      ...tablesAt('acpi/tables'),
      'acpi/tables/dynamic/SSDT9': 'no table',
    },
    acpidump: { dmesg: LOG, cpuinfo: CPUINFO, 'acpidump.txt': DUMP },
    'acpidump in acpi/, with Windows line ends': {
      dmesg: LOG,
      cpuinfo: CPUINFO,
      'acpi/acpidump.out': DUMP.replaceAll('\n', '\r\n'),
    },
    'acpixtract -a': {
      dmesg: LOG,
      cpuinfo: CPUINFO,
      ...Object.fromEntries(TABLES.map(({ name, bytes }) => [`${name.toLowerCase()}.dat`, bytes])),
    },
    'a dump beside what was extracted of it': {
      dmesg: LOG,
      cpuinfo: CPUINFO,
      'acpi/acpidump': DUMP,
      ...tablesAt('acpi', '.dat'),
    },
    'hw-probe, the folder that holds hw.info': {
      'hw.info/host': 'system:debian\n',
      'hw.info/logs/dmesg': LOG,
      'hw.info/logs/dmesg.1': 'Linux version 4.19.0\n',
      'hw.info/logs/cpuinfo': CPUINFO,
      'hw.info/logs/acpidump': DUMP,
    },
    'sosreport, unpacked': {
      'sosreport-host-2026-11-29-abcdefg/sos_commands/kernel/dmesg': LOG,
      'sosreport-host-2026-11-29-abcdefg/sos_commands/kernel/dmesg_-T': LOG,
      'sosreport-host-2026-11-29-abcdefg/proc/cpuinfo': CPUINFO,
      'sosreport-host-2026-11-29-abcdefg/version.txt': 'sosreport: 4.5\n',
      ...tablesAt('sosreport-host-2026-11-29-abcdefg/sys/firmware/acpi/tables'),
    },
  };
  for (const [kind, files] of Object.entries(kinds)) {
    const spec = await machineFromFolder(folderOf(t, files));
    t.deepEqual(essence(spec), essence(recipe), kind);
    t.deepEqual(spec.warnings, recipe.warnings, kind);
  }
});

test('what acpidump prints here is read as the tables it was made of', (t) => {
  const folder = folderOf(t, tablesAt('acpi'));
  let printed = '';
  for (const { name } of TABLES) {
    const { error, status, stdout } = spawnSync('acpidump', ['-f', join(folder, 'acpi', name)]);
    if (error !== undefined || status !== 0) {
      t.pass('acpica-tools is not installed');
      return;
    }
    printed += stdout.toString();
  }
  t.true(isAcpidump(Buffer.from(printed)));
  t.deepEqual(
    tablesOfDump(printed, 'd').map(({ name, bytes }) => [name, Buffer.from(bytes)]),
    TABLES.map(({ name, bytes }) => [name, bytes]),
  );
});

test('a dump with bytes missing or in excess is named by line; a table is no dump', (t) => {
  const broken = DUMP.split('\n').toSpliced(3, 1).join('\n');
  const error = t.throws(() => tablesOfDump(broken, 'd.txt'), { instanceOf: InputError });
  t.is(error.message, 'd.txt:4: APIC: bytes at 0x30: expected those at 0x20');
  for (const { bytes } of TABLES) t.false(isAcpidump(bytes));
  t.false(isAcpidump(Buffer.from('APIC @ 0x0000000000000000\nhello\n')));
});

test('of several logs the first with a firmware map is read, and that is said', async (t) => {
  const late = '[ 9000.000000] usb 1-1: new device\n';
  const folder = folderOf(t, {
    'sos_commands/kernel/dmesg': late,
    'sos_commands/logs/journalctl_--no-pager_--boot': LOG.replace(
      /^\[ *\d+\.\d+\] /gm,
      'Nov 29 08:00:00 h kernel: ',
    ),
    'var/log/messages.gz': gzipSync(LOG),
  });
  const spec = await machineFromFolder(folder);
  t.regex(
    spec.warnings[0] ?? '',
    /kernel\/dmesg has no firmware map: .*journalctl_--no-pager_--boot is read$/,
  );
  rmSync(join(folder, 'sos_commands/logs'), { recursive: true });
  t.is((await machineFromFolder(folder)).map.length, spec.map.length);
  rmSync(join(folder, 'var'), { recursive: true });
  await t.throwsAsync(machineFromFolder(folder), { message: /kernel\/dmesg: .*the log lost its beginning/ });
});

test('a folder without a log, and one that is deeper than an archive', async (t) => {
  const wanted = {
    instanceOf: InputError,
    message: /expected a folder with dmesg\.txt, or with a kernel log/,
  };
  await t.throwsAsync(machineFromFolder(folderOf(t, { 'notes.md': 'x' })), wanted);
  await t.throwsAsync(machineFromFolder(folderOf(t, { 'a/b/c/d/dmesg': LOG })), wanted);
  t.is((await machineFromFolder(folderOf(t, { 'a/b/dmesg': LOG }))).cpus.length, 4);
});

test('tables of another boot are said, and used where the log put them', async (t) => {
  const own = await machineFromFolder(folderOf(t, { 'dmesg.txt': LOG, ...tablesAt('acpi') }));
  t.deepEqual(own.warnings, []);
  const moved = LOG.replace(/(ACPI: DSDT 0x)[0-9A-F]{16}/, '$1000000007FFDF000');
  t.not(moved, LOG);
  const other = await machineFromFolder(folderOf(t, { 'dmesg.txt': moved, ...tablesAt('acpi') }));
  t.deepEqual(other.warnings, [
    "FACP: its DSDT is at 0x7ffe0040, the log's at 0x7ffdf000: the tables are of another boot",
  ]);
});

test('the command line beside the log: where the log lost it, and said where it is another one', async (t) => {
  const without = LOG.replace(/^.*(?:Kernel c|C)ommand line: .*\n/gm, '');
  const files = { 'dmesg.txt': without, 'proc/cmdline': 'nokaslr quiet mem=2G\n' };
  const spec = await machineFromFolder(folderOf(t, files));
  t.is(spec.cmdline, 'nokaslr quiet mem=2G');
  t.deepEqual(spec.assumed?.filter(({ fact }) => /cmdline/.test(fact)), []); // prettier-ignore
  const lost = await machineFromFolder(folderOf(t, { 'dmesg.txt': without }));
  t.true(lost.assumed?.some(({ fact }) => fact === 'machine.cmdline'));
  const other = await machineFromFolder(folderOf(t, { ...files, 'dmesg.txt': LOG }));
  t.regex(other.warnings.join(), /command line beside the log is of another boot: "nokaslr quiet mem=2G"/);
});

test('the configuration is the one of the log’s kernel', (t) => {
  const all = ['/b/config-6.1.0-1-amd64', '/b/config-6.8.0-51-generic'];
  t.deepEqual(chooseConfig(all, '6.8.0-51-generic'), { path: all[1] ?? '', warnings: [] });
  t.deepEqual(chooseConfig(['/p/config.gz'], '6.8.0-51-generic').path, '/p/config.gz');
  t.deepEqual(chooseConfig(all, '6.9.0'), {
    path: null,
    warnings: ['config-6.1.0-1-amd64, config-6.8.0-51-generic: left out, the log is of 6.9.0'],
  });
  t.deepEqual(chooseConfig([], '6.9.0'), { path: null, warnings: [] });
});

test('iomem wherever it lies tells where root saw the kernel', async (t) => {
  const files = {
    'sos_commands/kernel/dmesg': LOG.replaceAll(/ nokaslr\b/g, '').replaceAll(
      /^.*memblock_reserve.*\n/gm,
      '',
    ),
    'proc/iomem': '00100000-7fffffff : System RAM\n  3a200000-3b0020d0 : Kernel code\n',
  };
  const { kernelAt } = await machineFromFolder(folderOf(t, files));
  t.like(kernelAt, { text: 0x3a200000 });
  const hidden = { ...files, 'proc/iomem': '  00000000-00000000 : Kernel code\n' };
  t.is((await machineFromFolder(folderOf(t, hidden))).kernelAt, 'unknown');
});

import test from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { bootLines } from '../../../src/machine/import/boots.ts';
import { stripPrefixes } from '../../../src/machine/import/prefixes.ts';
import { decodeText, looksLikeKernelLog } from '../../../src/machine/import/text.ts';

const TEXT = 'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable';

/** How tools and distributions print one line. */
const PRINTED = [
  TEXT,
  `[    0.000000] ${TEXT}`,
  `[    0.000000][    T0] ${TEXT}`,
  `[    0.000000] [    T0] ${TEXT}`,
  `<6>[    0.000000] ${TEXT}`,
  `<6>${TEXT}`,
  `kern  :info  : [    0.000000] ${TEXT}`,
  `kern  :info  : [Mon Nov 23 19:58:01 2026] ${TEXT}`,
  `[Mon Nov  3 19:58:01 2026] ${TEXT}`,
  `Nov 23 19:58:01 debian kernel: ${TEXT}`,
  `Nov  3 19:58:01 debian kernel: [    0.000000] ${TEXT}`,
  `Nov 23 19:58:01.123456 debian kernel: ${TEXT}`,
  `Mon Nov 23 19:58:01 2026 host kernel: ${TEXT}`,
  `Mon 2026-11-23 19:58:01 UTC host kernel: ${TEXT}`,
  `2026-11-23T19:58:01.123456+00:00 debian kernel: [    0.000000] ${TEXT}`,
  `2026-11-23T19:58:01+0000 debian kernel: ${TEXT}`,
  `[    0.000000] debian kernel: ${TEXT}`,
  `[    0.000000,0] ${TEXT}`,
  `kernel: ${TEXT}`,
];

test('prefixes of dmesg, journalctl, syslog and serial consoles go, the text stays', (t) => {
  for (const line of PRINTED) t.is(stripPrefixes(line), TEXT, line);
});

test('leading blanks of the kernel’s own text stay', (t) => {
  t.is(
    stripPrefixes('[    0.021417]  memory size = 0x00000001fff7ec00'),
    ' memory size = 0x00000001fff7ec00',
  );
  t.is(
    stripPrefixes('[mem 0x80000000-0xafffffff] available for PCI devices'),
    '[mem 0x80000000-0xafffffff] available for PCI devices',
  );
});

test('carriage returns and a byte order mark go; line numbers count from 1', (t) => {
  const lines = bootLines(`\uFEFF[    0.000000] Linux version 6.1.0\r\r\n[    0.000000] ${TEXT}\r\n`, 'x');
  t.deepEqual(lines.slice(0, 2), [
    { text: 'Linux version 6.1.0', line: 1 },
    { text: TEXT, line: 2 },
  ]);
});

test('of several boots in one file the last one with a map counts', (t) => {
  const first = `Linux version 5.10.0\n${TEXT}\nCommand line: one\n`;
  const second = `Linux version 6.1.0\n${TEXT}\nCommand line: two\n`;
  const cut = 'Linux version 6.12.0\nCommand line: three\n';
  const texts = (log: string) => bootLines(log, 'x').map((l) => l.text);
  t.true(texts(first + second).includes('Command line: two'));
  t.false(texts(first + second).includes('Command line: one'));
  t.true(texts(first + second + cut).includes('Command line: two'));
  t.false(texts(first + second + cut).includes('Command line: three'));
});

test('a log whose beginning is lost still counts as one boot', (t) => {
  t.is(bootLines(`${TEXT}\nRAMDISK: [mem 0x1000-0x1fff]`, 'x').length, 2);
});

test('a log without BIOS-e820 lines says what is missing and why that may be', (t) => {
  const error = t.throws(() => bootLines('Linux version 6.1.0\nfoo\n', 'my.log'), { instanceOf: InputError });
  t.is(error.kind, 'log');
  t.regex(error.message, /^my\.log: no BIOS-e820 lines: expected a kernel log from "Linux version" on/);
});

test('files that are not text', (t) => {
  const kind = (bytes: Uint8Array) =>
    t.throws(() => decodeText(bytes, 'f'), { instanceOf: InputError }).message;
  t.is(kind(new Uint8Array()), 'f: the file is empty');
  t.is(kind(Uint8Array.of(0x41, 0x42, 0, 0x43)), 'f: not a text file: byte 2 is 0');
  t.is(decodeText(new TextEncoder().encode('ä'), 'f'), 'ä');
});

test('kernel logs and descriptions are told apart by their text', (t) => {
  t.true(looksLikeKernelLog(`foo\n[    1.5] bar`));
  t.true(looksLikeKernelLog(PRINTED[9] ?? ''));
  t.false(looksLikeKernelLog('name: x\nmap: []\n'));
});

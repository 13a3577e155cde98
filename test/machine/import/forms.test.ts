// One captured log in every form in which people have logs: each is the same machine, and verify finds the same lines in each.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { fidelityOf } from '../../../src/ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { bootTexts } from '../../../src/machine/import/boots.ts';
import { readText } from '../../../src/machine/import/files.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { looksLikeKernelLog } from '../../../src/machine/import/text.ts';
import { capture, captureText } from '../../helpers/captures.ts';

const STAMP = /^\[ *(\d+\.\d+)\] /;
const LOG = captureText(capture('6.1', 'q35-8g-2n-4c'), 'dmesg.txt').replaceAll('\r', '').trimEnd();
/** What the kernel printed, and when. */
const LINES = LOG.split('\n')
  .filter((line) => STAMP.test(line))
  .map((line) => ({ text: line.replace(STAMP, ''), time: STAMP.exec(line)?.[1] ?? '' }));

type Line = (typeof LINES)[number];
const each = (form: (line: Line) => string): string => LINES.map(form).join('\n') + '\n';
const plain = ({ text, time }: Line): string => `[${time.padStart(12)}] ${text}`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ');

/** As a mail program breaks lines, at the last single blank before column 76. */
function wrapped(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const parts: string[] = [];
      let rest = line;
      while (rest.length > 76) {
        const at = [...rest.slice(0, 76).matchAll(/(?<=[^ ]) (?=[^ ])/g)].at(-1)?.index ?? -1;
        if (at < 30) break;
        parts.push(rest.slice(0, at));
        rest = rest.slice(at + 1);
      }
      return [...parts, rest].join('\n');
    })
    .join('\n');
}

const FORMS: Readonly<Record<string, string>> = {
  dmesg: each(plain),
  'dmesg -t': each(({ text }) => text),
  'dmesg -T': each(({ text }) => `[Mon Nov  3 19:58:01 2026] ${text}`),
  'dmesg -T in German': each(({ text }) => `[Di Mär  3 19:58:01 2026] ${text}`),
  'dmesg -x': each((line) => `kern  :info  : ${plain(line)}`),
  'dmesg -H': each(({ text }, at = 0) => (at === 0 ? `[Nov29 08:00] ${text}` : `[  +0.000000] ${text}`)),
  'dmesg -d': each(({ text, time }) => `[${time.padStart(12)} <    0.000012>] ${text}`),
  'dmesg -dT': each(({ text }) => `[Mon Nov 23 19:58:01 2026 <    0.000000>] ${text}`),
  'dmesg --time-format iso': each(({ text }) => `2026-11-23T19:58:01,123456+00:00 ${text}`),
  'dmesg -r': each((line) => `<6>${plain(line)}`),
  'dmesg --color=always': each(({ text, time }) => {
    const [subsystem = '', ...rest] = text.split(': ');
    const coloured = rest.length === 0 ? text : `\x1b[33m${subsystem}: \x1b[0m${rest.join(': ')}`;
    return `\x1b[32m[${time.padStart(12)}] \x1b[0m${coloured}`;
  }),
  'dmesg --json': `{\n   "dmesg": [\n${LINES.map(
    ({ text, time }) =>
      `      {\n         "pri":  6,\n         "time": ${time.padStart(12)},\n         "msg": ${JSON.stringify(text)}\n      }`,
  ).join(',')}\n   ]\n}\n`,
  'dmesg --json in one line': JSON.stringify({ dmesg: LINES.map(({ text }) => ({ pri: 6, msg: text })) }),
  '/dev/kmsg': each(({ text }) => `6,12,345,-;${text}`),
  CONFIG_PRINTK_CALLER: each(({ text, time }) => `[${time.padStart(12)}][    T0] ${text}`),
  'journalctl -k': each(({ text }) => `Nov 29 08:00:00 host kernel: ${text}`),
  'journalctl -o short-precise': each(({ text }) => `Nov 29 08:00:00.123456 host kernel: ${text}`),
  'journalctl -o short-full': each(({ text }) => `Sun 2026-11-29 08:00:00 UTC host kernel: ${text}`),
  'journalctl -o short-iso': each(({ text }) => `2026-11-29T08:00:00+0000 host kernel: ${text}`),
  'journalctl -o short-monotonic': each(({ text, time }) => `[${time.padStart(12)}] host kernel: ${text}`),
  'journalctl -o short-unix': each(({ text }) => `1795939200.123456 host kernel: ${text}`),
  'journalctl -o json': each(({ text }) =>
    JSON.stringify({ __CURSOR: 's=1', _TRANSPORT: 'kernel', PRIORITY: '6', MESSAGE: text }),
  ),
  'journalctl -o json, bytes': each(({ text, time }) =>
    JSON.stringify({ MESSAGE: time === '0.000000' ? text : [...Buffer.from(text)], _TRANSPORT: 'kernel' }),
  ),
  'journalctl -o json-pretty': each(
    ({ text }) =>
      `{\n\t"_TRANSPORT" : "kernel",\n\t"MESSAGE" : ${JSON.stringify(text)},\n\t"PRIORITY" : "6"\n}`,
  ),
  'journalctl -o export': each(({ text }) => `PRIORITY=6\nMESSAGE=${text}\n`),
  syslog: each((line) => `Nov 29 08:00:00 host kernel: ${plain(line)}`),
  'syslog of another program between': each(
    (line) => `Nov 29 08:00:00 host kernel: ${plain(line)}\nNov 29 08:00:00 host systemd[1]: Started x.`,
  ),
  'rsyslog, ISO': each((line) => `2026-11-29T08:00:00.123456+00:00 host kernel: ${plain(line)}`),
  busybox: each((line) => `Nov 29 08:00:00 host kern.info kernel: ${plain(line)}`),
  anaconda: each(({ text }) => `20:55:42,615 INFO kernel:${text}`),
  'serial console with times': each((line) => `2026-11-29T08:00:00.123Z ${plain(line)}`),
  'a quotation': each((line) => `> ${plain(line)}`),
  'a quotation of a quotation': each((line) => `>> > ${plain(line)}`),
  'a quotation without stamps': each(({ text }) => `> ${text}`),
  'an indented block': indented(each(plain)),
  'an indented block without stamps': indented(each(({ text }) => text)),
  'a page': `<html><body><pre>${escaped(each(plain))}</pre></body></html>`,
  'a page with breaks': `<p>${LINES.map((line) => escaped(plain(line)).replaceAll('  ', '&nbsp; ')).join('<br>\n')}</p>`,
  'a page in one line': `<p>${LINES.map((line) => escaped(plain(line)).replaceAll('  ', '&#160;&#xa0;')).join('<br />')}</p>`,
  'broken by a mail program': wrapped(each(plain)),
  'a quotation, broken': wrapped(each((line) => `> ${plain(line)}`)),
  'carriage returns': each(plain).replaceAll('\n', '\r\n'),
  'a byte order mark': `\uFEFF${each(plain)}`,
  'NUL bytes between lines': each(plain)
    .replace('\n', '\n\0\0\0\0\n')
    .replace(/\n(?=[^\n]*NUMA)/, '\n\0\0\0'),
};

const machine = (text: string) => machineFromLog(text, { name: 'm', origin: { kind: 'log', path: 'm.log' } });
const recorded = bootMachine(machine(LOG), { ...DEFAULT_BOOT, cmdline: machine(LOG).cmdline });

test('the captured log itself is predicted as far as a log alone tells', async (t) => {
  const { matched, real } = fidelityOf(bootTexts(LOG, 'm.log'), (await recorded).logLines);
  t.true(matched > 200 && real < 260, `${matched} of ${real}`);
});

for (const [form, text] of Object.entries(FORMS)) {
  test(`${form}: the same machine, the same lines`, async (t) => {
    t.true(looksLikeKernelLog(text));
    t.deepEqual(machine(text), machine(LOG));
    const { logLines } = await recorded;
    const { matched, real, predicted } = fidelityOf(bootTexts(text, 'm.log'), logLines);
    const plainly = fidelityOf(bootTexts(LOG, 'm.log'), logLines);
    t.deepEqual([matched, real, predicted], [plainly.matched, plainly.real, plainly.predicted]);
  });
}

function inFolder(t: { teardown: (done: () => void) => void }): (name: string, bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-forms-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
}

/** What a program of the host makes of `input`; null where it is not installed. */
function packedBy(program: string, input: string, ...args: string[]): Buffer | null {
  try {
    return execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'ignore'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

test('files: UTF-16 with and without its mark, gzip of one and of several members', async (t) => {
  const write = inFolder(t);
  const utf16 = Buffer.from(LOG, 'utf16le');
  const half = Math.floor(LOG.length / 2);
  const files: Readonly<Record<string, Uint8Array>> = {
    le: Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
    be: Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()]),
    'le without': utf16,
    'be without': Buffer.from(utf16).swap16(),
    gz: gzipSync(LOG),
    'two.gz': Buffer.concat([gzipSync(LOG.slice(0, half)), gzipSync(LOG.slice(half))]),
  };
  for (const [name, bytes] of Object.entries(files))
    t.is(await readText(write(name, bytes), 'log'), LOG, name);
});

test('files: xz and zstd, as logrotate writes them', async (t) => {
  const write = inFolder(t);
  for (const [program, ...args] of [
    ['xz', '-c'],
    ['xz', '-c', '--check=crc32'],
    ['zstd', '-c'],
    ['zstd', '-c', '-19'],
  ] as const) {
    const packed = packedBy(program, LOG, ...args);
    if (packed === null) t.log(`skipped: ${program} is not installed`);
    else
      t.is(
        await readText(write(`${program}${args.length}`, packed), 'log'),
        LOG,
        `${program} ${args.join(' ')}`,
      );
  }
});

test('files that are cut off or damaged are named, whatever packed them', async (t) => {
  const write = inFolder(t);
  const packed: Readonly<Record<string, Buffer | null>> = {
    gzip: gzipSync(LOG),
    xz: packedBy('xz', LOG, '-c'),
    zstd: packedBy('zstd', LOG, '-c'),
  };
  for (const [name, whole] of Object.entries(packed)) {
    if (whole === null) {
      t.log(`skipped: ${name} is not installed`);
      continue;
    }
    const path = write(name, whole.subarray(0, whole.length - Math.floor(whole.length / 3)));
    const error = await t.throwsAsync(readText(path, 'log'), { instanceOf: InputError });
    t.is(error.message, `${path}: ${name} data that is damaged or cut off: expected a whole file`);
  }
  const path = write('br', brotliCompressSync(LOG));
  await t.throwsAsync(readText(path, 'log').then(machine), { instanceOf: InputError });
});

test('a small file that holds more than a log may is refused', async (t) => {
  const write = inFolder(t);
  const path = write('bomb.gz', gzipSync(Buffer.alloc(257 * 2 ** 20, 'a')));
  const error = await t.throwsAsync(readText(path, 'log'), { instanceOf: InputError });
  t.regex(
    error.message,
    /bomb\.gz: more than 268435456 bytes uncompressed: expected a kernel log of at most 256 MiB$/,
  );
});

// Logs on the command line: every command reads them the same way.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { cli } from '../helpers/cli.ts';
import { capture, captureText } from '../helpers/captures.ts';

const LOG = captureText(capture('6.1', 'q35-3g-2c'), 'dmesg.txt').replaceAll('\r', '');
const journal = LOG.replace(/^\[ *\d+\.\d+\] /gm, 'Nov 29 08:00:00 host kernel: ');

function folder(t: { teardown: (done: () => void) => void }): string {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-cli-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

test('verify and profile: a journal, packed, says what the log says', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'plain.txt'), LOG);
  writeFileSync(join(cwd, 'kern.log.gz'), gzipSync(journal));
  const plain = await cli(['verify', 'plain.txt'], { cwd });
  const packed = await cli(['verify', 'kern.log.gz'], { cwd });
  t.regex(plain.stdout, /^plain: 100\.00 % of memory lines exact \(\d{3} of \d{3} real/);
  t.is(packed.stdout.replace(/^kern/, 'plain'), plain.stdout);
  const [first, second] = await Promise.all([
    cli(['profile', 'plain.txt', '--name', 'x'], { cwd }),
    cli(['profile', 'kern.log.gz', '--name', 'x'], { cwd }),
  ]);
  t.true(first.stdout.length > 1000);
  t.is(second.stdout, first.stdout);
});

test('--boot and --initrd-size: boots are listed, and what cannot be is refused with status 2', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'two.log'), journal.replace('nokaslr', 'nokaslr mem=2G') + journal);
  const last = await cli(['import', 'two.log'], { cwd });
  t.false(last.stdout.includes('mem=2G'));
  t.regex(
    last.stderr,
    /^earlyboot: warning: two\.log: 2 boots: 1 \(line 1, 6\.1\.0-56-amd64\), .* --boot N takes another$/m,
  );
  t.true((await cli(['import', 'two.log', '--boot', '1'], { cwd })).stdout.includes('mem=2G'));
  const none = await cli(['boot', 'two.log', '--boot', '3'], { cwd });
  t.is(none.code, 2);
  t.regex(none.stderr, /^earlyboot: --boot 3: two\.log: expected 1 to 2: 2 boots: /m);
  t.is((await cli(['verify', 'two.log', '--boot', '0'], { cwd })).code, 2);
  t.regex(
    (await cli(['import', 'two.log', '--initrd-size', '1028445'], { cwd })).stdout,
    /initrd: \{.*size: 0xfb15d/,
  );
  t.is((await cli(['import', 'two.log', '--initrd-size', '1'], { cwd })).code, 2);
});

test('what is packed as no log is read, and what is empty, says what would help', async (t) => {
  const cwd = folder(t);
  const tar = Buffer.alloc(1024);
  tar.write('dmesg');
  tar.write('ustar', 257);
  tar.write(LOG.slice(0, 400), 512);
  const cases: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ['a.bz2', Buffer.from('BZh91AY&SY\0\0'), /bzip2 data: expected gzip, xz, zstd or the text itself/],
    ['a.lz4', Uint8Array.of(4, 0x22, 0x4d, 0x18, 0), /lz4 data: expected gzip, xz, zstd or the text itself/],
    ['a.zip', Buffer.from('PK\x03\x04\0\0'), /a zip archive: expected a text, or the folder/],
    ['a.tar', tar, /a tar archive: expected a text, or the folder that it unpacks to/],
    ['a.tar.gz', gzipSync(tar), /a tar archive: expected a text, or the folder that it unpacks to/],
    ['system.journal', Buffer.from('LPKSHHRH\0\0'), /a journal: expected what journalctl -k --file prints/],
    ['cut.gz', gzipSync(LOG).subarray(0, 999), /gzip data that is damaged or cut off: expected a whole file/],
    ['empty', '', /the file is empty: expected a kernel log \(dmesg and journalctl -k need root/],
    [
      'other.log',
      'usb 1-1: new: device\n',
      /expected YAML or JSON, or a kernel log: this has no line of one/,
    ],
  ];
  for (const [name, content, expected] of cases) {
    writeFileSync(join(cwd, name), content);
    const { code, stdout, stderr } = await cli(['boot', name], { cwd });
    t.is(code, 2, name);
    t.is(stdout, '', name);
    t.regex(stderr, /^earlyboot: [^\n]*\n$/, name);
    t.regex(stderr, expected, name);
  }
});

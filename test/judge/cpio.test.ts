import test from 'ava';
import { cpioArchive } from '../../src/judge/cpio.ts';
import { judgeInitramfs } from '../../src/judge/initramfs.ts';

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

test('a newc archive, byte by byte: header fields of eight digits, name and contents padded to words', (t) => {
  const archive = cpioArchive([
    { kind: 'file', path: 'a', bytes: Uint8Array.of(0x41, 0x42, 0x43, 0x44, 0x45), executable: true },
  ]);
  const file =
    '070701' +
    '00000001' + // inode
    '000081ed' + // S_IFREG 0755
    '00000000' + // uid
    '00000000' + // gid
    '00000001' + // links
    '00000000' + // time
    '00000005' + // size
    '00000000' + // device of the file system
    '00000000' +
    '00000000' + // device
    '00000000' +
    '00000002' + // name with its zero
    '00000000' + // no checksum
    'a\0' +
    'ABCDE\0\0\0'; // 110 + 2 bytes are whole words, 5 are not
  const trailer =
    '070701' +
    '00000000'.repeat(4) +
    '00000001' +
    '00000000'.repeat(6) +
    '0000000b' +
    '00000000' +
    'TRAILER!!!\0';
  t.is(text(archive), file + trailer + '\0'.repeat(3)); // 110 + 11 = 121
  t.is(archive.length % 4, 0);
});

test('folders and devices: mode and numbers', (t) => {
  const archive = text(
    cpioArchive([
      { kind: 'folder', path: 'dev' },
      { kind: 'device', path: 'dev/ttyS1', major: 4, minor: 65 },
    ]),
  );
  t.is(archive.slice(14, 22), '000041ed'); // S_IFDIR 0755
  const second = archive.indexOf('070701', 6);
  t.is(archive.slice(second + 14, second + 22), '00002180'); // S_IFCHR 0600
  t.is(archive.slice(second + 78, second + 94), '00000004' + '00000041');
});

test("judge's initramfs: init, two consoles, symbols only where they are asked for; the same bytes each time", (t) => {
  const init = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46);
  const plain = judgeInitramfs(init);
  t.deepEqual(plain, judgeInitramfs(init));
  for (const name of ['dev', 'proc', 'sys', 'dev/console', 'dev/ttyS1', 'init'])
    t.true(text(plain).includes(`${name}\0`), name);
  t.false(text(plain).includes('symbols'));
  t.true(text(judgeInitramfs(init, ['memblock', '_text'])).includes('memblock\n_text\n'));
});

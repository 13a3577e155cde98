// The loader under v86, with images that are no kernel, and with a real 32-bit Linux where there is one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { nodeBoardImages } from '../../src/board/node.ts';
import { packageFile } from '../../src/board/package_file.ts';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { kernelLog } from '../../src/judge/boot.ts';
import { bootEmulated, readBzImage32 } from '../../src/judge/emulated.ts';
import { judgeInitramfs } from '../../src/judge/initramfs.ts';
import { prepareGuest } from '../../src/judge/prepare.ts';
import { cli, type CliResult } from '../helpers/cli.ts';
import { fakeBzImage, type FakeImage } from './helpers/bzimage.ts';
import { machine } from './helpers/machine.ts';
import { haveQemu64, LONG_BOOTS, vmlinuz32 } from './helpers/qemu.ts';

/** `earlyboot linux` with a file made of `fake`. */
async function linux(fake: FakeImage, ...more: string[]): Promise<CliResult> {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-test-'));
  try {
    const image = join(path, 'vmlinuz');
    writeFileSync(image, fakeBzImage({ xloadflags: 0, release: '6.1.0-50-686', ...fake }));
    return await cli(['linux', '--kernel', image, ...more]);
  } finally {
    rmSync(path, { recursive: true });
  }
}

const STARTED = 'earlyboot loader 1\nearlyboot: starting Linux\n';

test('an image whose setup code signals at once: the loader came to its end under v86', async (t) => {
  const { code, stdout, stderr } = await linux({}, 'tiny-512m');
  t.is(code, 0, stderr);
  t.is(stdout, STARTED);
});

test('what setup prints by INT 10h is the console; INT 12h tells the described base memory', async (t) => {
  const setup = [
    ...[0xcd, 0x12], // int 0x12
    ...[0x3d, 0x7f, 0x02], // cmp ax, 639
    ...[0x75, 0x06], // jne: nothing is printed
    ...[0xb8, 0x59, 0x0e], // mov ax, 0x0e00 + 'Y'
    ...[0xcd, 0x10, 0x90], // int 0x10
    ...[0xb0, 0x10, 0xe6, 0xf4, 0xf4],
  ];
  t.is((await linux({ setup })).stdout, `${STARTED}Y`);
});

test('a guest that never ends is given up at the deadline: status 1', async (t) => {
  const { code, stderr } = await linux({ setup: [0xeb, 0xfe] }, '--deadline', '1');
  t.is(code, 1);
  t.is(stderr, 'earlyboot: tiny-512m: the guest did not end within 1 s (--deadline)\n');
});

test('bad input: one line, status 2', async (t) => {
  const cases: [FakeImage, string[], RegExp][] = [
    [
      { xloadflags: 1, release: '6.1.0-56-amd64' },
      [],
      /a 64-bit kernel \(6\.1\.0-56-amd64\): v86's CPU has 32 bits/,
    ],
    [
      {},
      ['haswell-256g'],
      /haswell-256g: usable memory or a table up to 0x4080000000: expected an end up to 0x40000000/,
    ],
    [{ initSize: 0x20000000 }, [], /tiny-512m: no room for the kernel/],
    [{}, ['--judge', '--qemu', 'no-such-qemu'], /needs QEMU: no-such-qemu: not found \(apt-get install/],
    [{}, ['--judge', '--initrd', 'x'], /--judge: expected our own init, without --initrd/],
    [{}, ['--initrd', 'no/such/file'], /no\/such\/file: no such file/],
    [{}, ['--append', 'a'.repeat(3000)], /command line is longer than this kernel takes/],
  ];
  for (const [fake, args, expected] of cases) {
    const { code, stderr } = await linux(fake, ...args);
    t.is(code, 2, stderr);
    t.regex(stderr, expected);
    t.is(stderr.split('\n').length, 2, stderr);
  }
});

const kernel32 = vmlinuz32();
const NO_KERNEL = 'skipped: no i386 kernel (EARLYBOOT_VMLINUZ32, or 6.1.0-50-686 in .tmp/kernels or /boot)';

test('a real 32-bit Linux finds under v86 what the model says', async (t) => {
  if (kernel32 === null) {
    t.log(NO_KERNEL);
    t.pass();
    return;
  }
  t.timeout(600_000);
  const image = readBzImage32(readFileSync(kernel32), kernel32);
  const initrd = judgeInitramfs(readFileSync(packageFile('images/init-32')));
  const guest = prepareGuest(machine(), { image, initrd, accel: 'tcg' });
  const record = await bootMachine(guest.spec, {
    ...DEFAULT_BOOT,
    kernel: kernel32,
    cmdline: guest.spec.cmdline,
  });
  // the last line about memory before the kernel goes on to other things: the rest takes ten times as long
  const last = /SLUB: .*\n$/;
  let console = '';
  const enough = new AbortController();
  const images = {
    v86: (await nodeBoardImages()).v86,
    loader: readFileSync(packageFile('images/linux.bin')),
  };
  await t.throwsAsync(
    bootEmulated(guest.spec, images, {
      image,
      initrd,
      cmdline: guest.spec.cmdline,
      deadlineMs: 500_000,
      onText: (text) => {
        console += text;
        if (text.endsWith('\n') && last.test(console)) enough.abort(new Error('enough'));
      },
      signal: enough.signal,
    }),
    { message: 'enough' },
  );
  const until = record.logLines.findIndex(({ text }) => text.startsWith('SLUB: '));
  const found = fidelityOf(kernelLog(console.split('\n')), record.logLines.slice(0, until + 1));
  t.deepEqual(found.differing, []);
  t.true(found.matched > 80);
});

test('a real 32-bit Linux reaches our init under v86, and QEMU and the model find the same', async (t) => {
  if (kernel32 === null || !haveQemu64() || !LONG_BOOTS) {
    t.log('skipped: needs EARLYBOOT_LONG_BOOTS, qemu-system-x86_64 and an i386 kernel');
    t.pass();
    return;
  }
  t.timeout(900_000);
  const args = ['linux', '--kernel', kernel32, '--files', '--judge', '--diff', '--deadline', '800'];
  const { code, stdout, stderr } = await cli(args);
  t.is(code, 0, stderr);
  t.regex(stdout, /BIOS-e820: \[mem 0x0000000000100000-0x000000001ffdffff\] usable/);
  // 0x1000-0x9efff in whole pages, and 0x100000-0x1ffdffff: 632 KiB and 523136 KiB
  t.regex(stdout, /Memory: \d+K\/523768K available/);
  t.regex(stdout, /=== \/proc\/zoneinfo\nNode 0, zone {6}DMA/);
  t.regex(stdout, /tiny-512m under v86: 100\.00 % .*\n {2}QEMU's memory lines: agree/);
  t.regex(stdout, /tiny-512m under QEMU: 100\.00 %/);
});

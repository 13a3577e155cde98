// The loader under v86, with images that are no kernel, and with a real 32-bit Linux where there is one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cli, type CliResult } from '../helpers/cli.ts';
import { fakeBzImage, type FakeImage } from './helpers/bzimage.ts';
import { vmlinuz32 } from './helpers/qemu.ts';

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

test('a real 32-bit Linux reaches our init under v86 and finds the described memory', async (t) => {
  const kernel = vmlinuz32();
  if (kernel === null) {
    t.log('skipped: no i386 kernel (EARLYBOOT_VMLINUZ32)');
    t.pass();
    return;
  }
  t.timeout(900_000);
  const { code, stdout, stderr } = await cli(['linux', '--kernel', kernel, '--files', '--deadline', '800']);
  t.is(code, 0, stderr);
  t.regex(stdout, /BIOS-e820: \[mem 0x0000000000100000-0x000000001ffdffff\] usable/);
  t.regex(stdout, /ACPI: APIC 0x000000001FFE/);
  // 0x1000-0x9efff in whole pages, and 0x100000-0x1ffdffff: 632 KiB and 523136 KiB
  t.regex(stdout, /Memory: \d+K\/523768K available/);
  t.regex(stdout, /=== \/proc\/zoneinfo\nNode 0, zone {6}DMA/);
});

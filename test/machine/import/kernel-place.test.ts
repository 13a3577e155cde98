// Where the kernel lay, out of a log and /proc/iomem.
import test from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { kernelPlaceFromLines } from '../../../src/machine/import/kernel-place.ts';
import { logLines } from '../../../src/machine/import/lines.ts';

const BRK = 'memblock_reserve: [0x0000000037e00000-0x0000000037e10fff] setup_arch+0x7cd/0xb40';
const MP = 'memblock_reserve: [0x00000000000f5b90-0x00000000000f5b9f] smp_scan_config+0xa7/0xff';
const place = (log: readonly string[], cmdline: string | null = 'quiet', iomem: string | null = null) =>
  kernelPlaceFromLines(logLines(log.join('\n')), cmdline, iomem, 'log');

test('brk follows the image: the first reservation of setup_arch', (t) => {
  const told = "the log's reservation of brk";
  t.deepEqual(place([`[    0.0] ${MP}`, `[    0.02] ${BRK}`]), { brk: 0x37e00000, told });
  const tagged =
    '__memblock_reserve: [0x0000000037e00000-0x0000000037e10fff] nid=-1 flags=20 setup_arch+0x842/0xbe0';
  t.deepEqual(place([tagged]), { brk: 0x37e00000, told });
});

test('after the first table come other reservations of setup_arch', (t) => {
  const later = 'memblock_reserve: [0x0000000000000000-0x00000000000fffff] setup_arch+0x7e0/0xd4f';
  t.is(place(['MEMBLOCK configuration:', later]), 'unknown');
  t.is(place([]), 'unknown');
});

test('iomem.txt tells it better, unless an ordinary user wrote it', (t) => {
  const iomem = (first: string): string =>
    `00100000-7ffdffff : System RAM\n  ${first}-0000000036001941 : Kernel code\n`;
  t.deepEqual(place([BRK], 'quiet', iomem('35200000')), { text: 0x35200000, told: 'iomem.txt' });
  t.deepEqual(place([], 'quiet', iomem('1a35200000')), { text: 0x1a35200000, told: 'iomem.txt' });
  t.is(place([], 'quiet', iomem('00000000')), 'unknown');
  t.is(place([], 'quiet', '00100000-7ffdffff : System RAM\n'), 'unknown');
});

test('nokaslr and a panic that says so: where a boot loader puts it', (t) => {
  t.is(place([BRK], 'quiet nokaslr memblock=debug'), null);
  t.is(place([], 'nokaslr_not'), 'unknown');
  t.is(place(['Kernel Offset: disabled']), null);
});

test('an offset is that of virtual addresses, which KASLR chooses apart', (t) => {
  const offset =
    'Kernel Offset: 0x1e000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xffffffffbfffffff)';
  t.is(place([offset]), 'unknown');
});

test('a log that does not show its command line says nothing of KASLR', (t) => {
  t.is(place([BRK], null), null);
});

test('an address that no machine has is refused by its line', (t) => {
  const broken = 'memblock_reserve: [0x0020000000000000-0x0020000000010fff] setup_arch+0x7cd/0xb40';
  t.throws(() => place(['x', broken]), {
    instanceOf: InputError,
    message: 'log:2: 0x0020000000000000: expected an address below 2^52',
  });
});

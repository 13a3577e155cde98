import test from 'ava';
import { kernelAtFromLog } from '../../../src/ask/verify/kernel_at.ts';

const IMAGE = { textStart: 0x1000000, endOfKernelReserve: 0x3c00000 };

test('the kernel begins as far below brk as the image says', (t) => {
  const line = 'memblock_reserve: [0x0000000037e00000-0x0000000037e10fff] setup_arch+0x7cd/0xb40';
  const other = 'memblock_reserve: [0x00000000000f5b90-0x00000000000f5b9f] smp_scan_config+0xa7/0xff';
  t.is(kernelAtFromLog([`[    0.0] ${other}`, `[    0.02] ${line}`], IMAGE), 0x35200000);
  const tagged =
    '__memblock_reserve: [0x0000000037e00000-0x0000000037e10fff] nid=-1 flags=20 setup_arch+0x842/0xbe0';
  t.is(kernelAtFromLog([tagged], IMAGE), 0x35200000);
});

test('after the first table comes nothing of brk: later lines of setup_arch are others', (t) => {
  const later = 'memblock_reserve: [0x0000000000000000-0x00000000000fffff] setup_arch+0x7e0/0xd4f';
  t.is(kernelAtFromLog(['MEMBLOCK configuration:', later], IMAGE), null);
  t.is(kernelAtFromLog([], IMAGE), null);
});

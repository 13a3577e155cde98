// crashkernel= in the generic code: which memory is tried in which order, and what is said.
import test from 'ava';
import { reserveCrashkernelGeneric } from '../../../src/arch/x86/crash_reserve.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { drawState } from './helpers/state.ts';

/** 2 GiB from 16 MiB on, and 8 GiB from 4 GiB on. */
const MAP = [
  [16 * MiB, 2 * GiB, 1],
  [4 * GiB, 12 * GiB, 1],
] as const;

/** Lines of the reservation, and [base, end] in MiB of what is reserved then. */
function reserve(cmdline: string): { lines: string[]; reserved: [number, number][] } {
  const { x86, lines } = drawState('6.12', MAP, cmdline);
  reserveCrashkernelGeneric(x86);
  const reserved = x86.ctx.memblock.reserved
    .regions()
    .map(({ base, size }): [number, number] => [base / MiB, (base + size) / MiB]);
  return { lines: lines(), reserved };
}

test('a size alone: the top of what lies below 4 GiB, on 16 MiB', (t) => {
  t.deepEqual(reserve('crashkernel=256M'), {
    lines: ['crashkernel reserved: 0x0000000070000000 - 0x0000000080000000 (256 MB)'],
    reserved: [[1792, 2048]],
  });
});

test('what does not fit below goes above 4 GiB, with low memory beside it', (t) => {
  t.deepEqual(reserve('crashkernel=3G'), {
    lines: [
      'crashkernel low memory reserved: 0x70000000 - 0x80000000 (256 MB)',
      'crashkernel reserved: 0x0000000240000000 - 0x0000000300000000 (3072 MB)',
    ],
    reserved: [
      [1792, 2048],
      [9216, 12288],
    ],
  });
});

test(',high begins above 4 GiB; ,low says how much low memory, 0 none', (t) => {
  t.deepEqual(reserve('crashkernel=512M,high crashkernel=64M,low').reserved, [
    [1984, 2048],
    [11776, 12288],
  ]);
  t.deepEqual(reserve('crashkernel=512M,high crashkernel=0,low').reserved, [[11776, 12288]]);
});

test('a base of its own is tried alone; more than there is cannot be had', (t) => {
  t.deepEqual(reserve('crashkernel=64M@32M').reserved, [[32, 96]]);
  t.deepEqual(reserve('crashkernel=64M@3G'), {
    lines: ['crashkernel reservation failed - memory is in use.'],
    reserved: [],
  });
  t.deepEqual(reserve('crashkernel=9G'), {
    lines: ['cannot allocate crashkernel (size:0x240000000)'],
    reserved: [],
  });
});

test('nothing asked for, nothing said; only ,low is not enough', (t) => {
  for (const cmdline of ['', 'crashkernel=64M,low'])
    t.deepEqual(reserve(cmdline), { lines: [], reserved: [] });
});

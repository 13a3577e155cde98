// cma=: where the area is taken, and what is said.
import test from 'ava';
import { dmaContiguousReserve } from '../../../src/arch/x86/cma_reserve.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { kernelNamed } from '../../../src/kernels/named.ts';
import { drawState } from './helpers/state.ts';

/** 2 GiB from 16 MiB on, and 8 GiB from 4 GiB on. */
const MAP = [
  [16 * MiB, 2 * GiB, 1],
  [4 * GiB, 12 * GiB, 1],
] as const;

/** Lines, and [start, end] in MiB of the areas. */
async function reserve(
  cmdline: string,
  kernel = '7.3',
): Promise<{ lines: string[]; areas: [number, number][] }> {
  const { x86, lines } = drawState('7.3', MAP, cmdline, (await kernelNamed(kernel)).kernel.image);
  x86.maxPfnMapped = (12 * GiB) / 4096;
  dmaContiguousReserve(x86);
  const areas = x86.ctx.cmaAreas.map(({ start, end }): [number, number] => [start / MiB, end / MiB]);
  return { lines: lines(), areas };
}

test('a size alone: from 4 GiB upwards', async (t) => {
  t.deepEqual(await reserve('cma=256M'), {
    lines: ['cma: Reserved 256 MiB at 0x0000000100000000'],
    areas: [[4096, 4352]],
  });
});

test('a limit below 4 GiB: the highest below it', async (t) => {
  t.deepEqual(await reserve('cma=64M@0-1G'), {
    lines: ['cma: Reserved 64 MiB at 0x000000003c000000'],
    areas: [[960, 1024]],
  });
});

test('a base without a limit: exactly there, on a page block', async (t) => {
  t.deepEqual((await reserve('cma=64M@512M')).areas, [[512, 576]]);
  t.deepEqual(await reserve('cma=64M@513M'), {
    lines: [
      'cma: Region at 0x0000000020100000 must be aligned to 0x0000000000200000 bytes',
      'cma: Failed to reserve 64 MiB',
    ],
    areas: [],
  });
});

test('the last one counts; what is larger than memory fails; none is none', async (t) => {
  t.deepEqual((await reserve('cma=64M cma=3M')).areas, [[4096, 4100]]);
  t.deepEqual((await reserve('cma=64G')).lines, [
    'cma: Size (0x0000001000000000) of region at 0x0000000000000000 exceeds limit (0x0000000300000000)',
    'cma: Failed to reserve 65536 MiB',
  ]);
  t.deepEqual(await reserve('cma=0'), { lines: [], areas: [] });
  t.deepEqual(await reserve('quiet'), { lines: [], areas: [] });
});

test('an image without CMA does not know it', async (t) => {
  t.deepEqual(await reserve('cma=64M', '6.1'), { lines: [], areas: [] });
});

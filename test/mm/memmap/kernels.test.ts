// Struct pages of kernels other than 6.1: where the bits stand, and what boot's own pages say, beside the counts of real boots.
import { join } from 'node:path';
import test from 'ava';
import { DEFAULT_BOOT, runMachine } from '../../../src/boot/machine.ts';
import { kernelNamed } from '../../../src/kernels/named.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { diffRuns, parseRuns } from '../../../src/mm/memmap/compare_runs.ts';
import { initialPageFlags, STRUCT_PAGE_6_1, structPageLayout } from '../../../src/mm/memmap/layout.ts';
import { memmapRuns } from '../../../src/mm/memmap/runs.ts';
import { capturesFolder } from '../../helpers/captures.ts';

test('the layout follows image, rules and configuration', async (t) => {
  const { kernel: old } = await kernelNamed('6.1');
  t.deepEqual(structPageLayout(old), STRUCT_PAGE_6_1);
  const { kernel } = await kernelNamed('7.3');
  const layout = structPageLayout(kernel);
  t.deepEqual([layout.pgReserved, layout.pgPrivate], [13, 14]);
  t.is(layout.mapcountBuddy, -0x10000000);
  // Flatcar's: 512 CPUs and 128 nodes; and a kernel without zone DMA
  const { config } = kernel;
  const small = structPageLayout({ ...kernel, config: { ...config, nrCpus: 512, maxNumnodes: 128 } });
  t.deepEqual(
    [small.nodesPgshift, small.zonesPgshift, small.lastCpupidPgshift, small.lastCpupidWidth],
    [57, 54, 37, 17],
  );
  // DMA, DMA32, Normal and so on from 0; without DMA DMA32 is 0, and two bits do
  const withoutDma = structPageLayout({ ...kernel, config: { ...config, zoneDma: false } });
  const lastCpu = (2n ** 21n - 1n) << 31n;
  t.is(initialPageFlags(withoutDma, 1, 0), lastCpu);
  t.is(initialPageFlags(withoutDma, 2, 3), (3n << 54n) | (1n << 52n) | lastCpu);
  t.is(initialPageFlags(layout, 2, 3), (3n << 54n) | (2n << 51n) | ((2n ** 21n - 1n) << 30n));
  // neither nodes nor their balancing
  const flat = structPageLayout({ ...kernel, config: { ...config, numa: false } });
  t.is(initialPageFlags(flat, 2, 0), 2n << 61n);
});

// pages of q35-3g-2c, counted in the memmap/runs.txt of each real boot
const MARKS = [
  {
    version: '5.10',
    text: 'page flags=0x17ffffc0003000 lru=self private=set mapcount=-1 refcount=2',
    pages: 11776,
  },
  {
    version: '6.16',
    text: 'page flags=0x17ffffc0006000 lru=self private=set mapcount=-1 refcount=2',
    pages: 12331,
  },
  {
    version: '7.3',
    text: 'page flags=0x17ffffc0002000 lru=self private=0 mapcount=-1 refcount=1',
    pages: 14741,
  },
];

for (const { version, text, pages } of MARKS)
  test(`${version}: as many pages of the memmap are so marked as in Linux`, async (t) => {
    const machine = await machineFromFolder(join(capturesFolder(), version, 'q35-3g-2c'));
    const { memmap } = await runMachine(machine, {
      ...{ ...DEFAULT_BOOT, cmdline: machine.cmdline },
      cpus: 'threads',
    });
    if (memmap === null) return t.fail();
    const lines = memmapRuns(memmap)
      .split('\n')
      .filter((line) => line.endsWith(text));
    t.is(
      lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0),
      pages,
    );
  });

test('a free block by its type in a byte is one whatever its order, but not order 0', (t) => {
  const flags = 'flags=0x17ffffc0000000';
  const real = (held: string): string =>
    `0x10 0x1 page ${flags} lru=ptr private=${held} mapcount=-268435456 refcount=0`;
  const model = (order: number): string => `0x10 0x1 buddy-head order=${order} ${flags} refcount=0`;
  const differ = (a: string, b: string): number => diffRuns(parseRuns(a), parseRuns(b)).differences.length;
  t.is(differ(real('set'), model(4)), 0);
  t.is(differ(real('set'), model(10)), 0);
  t.is(differ(real('0'), model(0)), 0);
  t.is(differ(real('0'), model(1)), 1);
  t.is(differ(real('set'), model(0)), 1);
  t.is(differ(real('set').replace('0x17', '0x57'), model(4)), 1);
});

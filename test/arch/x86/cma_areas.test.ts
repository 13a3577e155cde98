// crashkernel=SIZE,cma, areas of nodes, and hugetlb_cma=, beside a real 7.2 and 7.3 on the same map and nodes.
import test from 'ava';
import { dmaContiguousReserve } from '../../../src/arch/x86/cma_reserve.ts';
import { reserveCrashkernelGeneric } from '../../../src/arch/x86/crash_reserve.ts';
import type { X86State } from '../../../src/arch/x86/state.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { reserveHugetlbCma } from '../../../src/mm/hugetlb_cma.ts';
import { kernelNamed } from '../../../src/kernels/named.ts';
import { drawState } from './helpers/state.ts';

/** 2 GiB from 16 MiB on, and 6 GiB from 4 GiB on; node 0 has what lies below 6 GiB. */
const MAP = [
  [16 * MiB, 2 * GiB, 1],
  [4 * GiB, 10 * GiB, 1],
] as const;
const { image } = (await kernelNamed('7.3')).kernel;

interface Drawn {
  readonly x86: X86State;
  lines(): string[];
  /** [start, end] in MiB. */
  areas(): number[][];
}

function draw(release: string, cmdline: string, cma = true): Drawn {
  const { x86, lines } = drawState(release, MAP, cmdline, image);
  const { ctx, numa } = x86;
  x86.maxPfnMapped = (10 * GiB) / 4096;
  const { features, profile } = ctx;
  Object.assign(ctx, {
    features: { ...features, gbPages: true },
    profile: { ...profile, config: { ...profile.config, cma } },
  });
  ctx.memblock.setNode(0, 6 * GiB, ctx.memblock.memory, 0);
  ctx.memblock.setNode(6 * GiB, 4 * GiB, ctx.memblock.memory, 1);
  for (const nid of [0, 1]) for (const nodes of [numa.nodesPossible, numa.nodesOnline]) nodes.add(nid);
  const areas = (): number[][] => ctx.cmaAreas.map(({ start, end }) => [start / MiB, end / MiB]);
  return { x86, lines, areas };
}

test('cma= on two nodes: one area for all, from 7.2 on one for each too; then the crash kernel’s', (t) => {
  const { x86, lines, areas } = draw('7.2', 'crashkernel=128M crashkernel=256M,cma hugetlb_cma=3G cma=64M');
  dmaContiguousReserve(x86);
  reserveCrashkernelGeneric(x86);
  t.is(reserveHugetlbCma(x86.ctx), 3 * GiB);
  t.deepEqual(lines(), [
    'cma: Reserved 64 MiB at 0x0000000100000000',
    'cma: Reserved 64 MiB at 0x0000000104000000',
    'cma: Reserved 64 MiB at 0x0000000180000000',
    'crashkernel reserved: 0x0000000078000000 - 0x0000000080000000 (128 MB)',
    'cma: Reserved 256 MiB at 0x0000000108000000',
    'crashkernel CMA reserved: 256 MB in 1 ranges',
    'hugetlb_cma: reserve 3072 MiB, up to 2048 MiB per node',
    'cma: Failed to reserve 2048 MiB',
    'hugetlb_cma: reservation failed: err -12, node 0',
    'cma: Reserved 2048 MiB in 1 range',
    'hugetlb_cma: reserved 2048 MiB on node 1',
  ]);
  t.deepEqual(areas(), [
    [4096, 4160],
    [4160, 4224],
    [6144, 6208],
    [4224, 4480],
    [7168, 9216],
  ]);
});

test('areas of nodes as they are asked for; before 7.2 only those', (t) => {
  const of = (release: string, cmdline: string): { lines: string[]; areas: number[][] } => {
    const { x86, lines, areas } = draw(release, cmdline);
    dmaContiguousReserve(x86);
    return { lines: lines(), areas: areas() };
  };
  t.deepEqual(of('7.1', 'cma=64M').areas, [[4096, 4160]]);
  t.deepEqual(of('7.2', 'numa_cma=1:32M').areas, [[6144, 6176]]);
  t.deepEqual(of('7.2', 'cma=64M numa_cma=1:32M').areas, [
    [4096, 4160],
    [6144, 6176],
  ]);
  t.deepEqual(of('7.2', 'cma_pernuma=4M numa_cma=0:2M').areas, [
    [4096, 4098],
    [6144, 6148],
  ]);
  t.deepEqual(of('7.2', 'numa_cma=1:16G').lines, [
    'cma: Size (0x0000000400000000) of region at 0x0000000000000000 exceeds limit (0x0000000280000000)',
    'cma: Failed to reserve 16384 MiB',
    'cma: dma_numa_cma_reserve: reservation failed: err -12, node 1',
  ]);
});

test('crashkernel=,cma: in smaller pieces where one is too large; unknown before 6.17; without CMA not supported', (t) => {
  const of = (release: string, cmdline: string, cma = true): string[] => {
    const { x86, lines } = draw(release, cmdline, cma);
    reserveCrashkernelGeneric(x86);
    return lines().slice(1);
  };
  const all = 'crashkernel=64M crashkernel=';
  // 9 GiB and 4608 MiB lie in no node: 2304 MiB of node 1, then thrice 1152: of node 0, of node 1, below 4 GiB
  t.deepEqual(
    of('7.2', `${all}9G,cma`).filter((text) => !text.startsWith('cma: ')),
    ['crashkernel CMA reservation failed: 9216 MB requested, 5760 MB reserved in 4 ranges'],
  );
  t.deepEqual(of('7.2', `${all}64M,cma`, false), ['crashkernel CMA reservation not supported']);
  t.deepEqual(of('7.2', 'crashkernel=64M,cma'), []);
  t.deepEqual(of('6.12', 'crashkernel=64M crashkernel=64M,cma'), []);
});

test('hugetlb_cma=: by node, in percent, and what is refused', (t) => {
  const of = (release: string, cmdline: string): { taken: number; lines: string[]; areas: number[][] } => {
    const { x86, lines, areas } = draw(release, cmdline);
    return { taken: reserveHugetlbCma(x86.ctx) / GiB, lines: lines(), areas: areas() };
  };
  t.deepEqual(of('7.2', 'hugetlb_cma=1:2G'), {
    taken: 2,
    lines: ['cma: Reserved 2048 MiB in 1 range', 'hugetlb_cma: reserved 2048 MiB on node 1'],
    areas: [[6144, 8192]],
  });
  t.deepEqual(of('7.3', 'hugetlb_cma=50%').lines, [
    'hugetlb_cma: reserve 3072 MiB (50%), up to 2048 MiB per node',
    'cma: Reserved 2048 MiB in 1 range',
    'hugetlb_cma: reserved 2048 MiB on node 0',
    'cma: Reserved 1024 MiB in 1 range',
    'hugetlb_cma: reserved 1024 MiB on node 1',
  ]);
  t.deepEqual(of('7.2', 'hugetlb_cma=50%').lines, ['hugetlb_cma: cma area must be a multiple of 1024 MiB']);
  t.deepEqual(of('7.3', 'hugetlb_cma=101%').lines, ['hugetlb_cma: invalid percentage 101']);
  t.deepEqual(of('7.3', 'hugetlb_cma=1%').lines, [
    'hugetlb_cma: reservation size rounded down to 0 from 81 MiB (1%)',
  ]);
  t.deepEqual(of('7.2', 'hugetlb_cma=5:1G'), {
    taken: 0,
    lines: ['hugetlb_cma: invalid node 5 specified'],
    areas: [],
  });
  t.deepEqual(of('7.2', 'hugetlb_cma=0:1536M').lines, [
    'hugetlb_cma: cma area of node 0 must be a multiple of 1024 MiB',
  ]);
  t.deepEqual(of('7.2', 'quiet'), { taken: 0, lines: [], areas: [] });
});

test('a node without so much in one piece gives its largest ranges above 4 GiB, from the lowest up', (t) => {
  const { x86, lines, areas } = draw('7.2', 'hugetlb_cma=1:3G');
  x86.ctx.memblock.reserve(7 * GiB + MiB, MiB);
  t.is(reserveHugetlbCma(x86.ctx), 3 * GiB);
  t.deepEqual(areas(), [
    [6144, 7168],
    [8192, 10240],
  ]);
  t.is(lines()[0], 'cma: Reserved 3072 MiB in 2 ranges');
});

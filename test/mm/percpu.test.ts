import test from 'ava';
import { MiB } from '../../src/lib/units.ts';
import { pcpuBuildAllocInfo, pcpuDumpAllocInfo } from '../../src/mm/percpu_alloc_info.ts';
import { pcpuEmbedFirstChunk, pcpuPageFirstChunk, type PcpuArch } from '../../src/mm/percpu.ts';
import { drawBoot } from './helpers/boot-context.ts';

/** 62 pages in all, as Debian's image has them. */
const SIZES = { static: 217088, reserved: 8192, dynamic: 28672 };
const ARCH: PcpuArch = {
  maxDmaAddress: 16 * MiB,
  atomSize: 2 * MiB,
  vmallocTotal: 2 ** 45 - 1,
  populateVmalloc: () => {},
};
const sameNode =
  (nodes: readonly number[]) =>
  (a: number, b: number): boolean =>
    nodes[a] === nodes[b];

test('one CPU gets a whole 2 MiB piece; two share one, four on two nodes take two', (t) => {
  t.is(pcpuBuildAllocInfo(SIZES, 2 * MiB, 1, null).unitSize, 2 * MiB);
  t.is(pcpuBuildAllocInfo(SIZES, 2 * MiB, 2, null).unitSize, MiB);
  const two = pcpuBuildAllocInfo(SIZES, 2 * MiB, 4, sameNode([0, 0, 1, 1]));
  t.is(two.unitSize, MiB);
  t.deepEqual(two.groups, [
    [0, 1],
    [2, 3],
  ]);
});

test('units without a CPU are at most a third of the CPUs: 5 CPUs do not share 8 units, 6 do', (t) => {
  // units to a piece: 8 and 4 would leave 3 unused, 2 leave 1; 5 CPUs allow 1, 6 allow 2
  const five = pcpuBuildAllocInfo(SIZES, 2 * MiB, 5, null);
  t.is(five.unitSize, MiB);
  t.deepEqual(five.groups, [[0, 1, 2, 3, 4, null]]);
  const six = pcpuBuildAllocInfo(SIZES, 2 * MiB, 6, null);
  t.is(six.unitSize, 256 * 1024);
  t.deepEqual(six.groups, [[0, 1, 2, 3, 4, 5, null, null]]);
});

test('groups of CPUs that lie scattered: by the lowest CPU of each', (t) => {
  const info = pcpuBuildAllocInfo(SIZES, 2 * MiB, 4, sameNode([1, 0, 1, 0]));
  t.deepEqual(info.groups, [
    [0, 2],
    [1, 3],
  ]);
  t.deepEqual(pcpuDumpAllocInfo(info, 4), [
    'pcpu-alloc: s217088 r8192 d28672 u1048576 alloc=1*2097152',
    'pcpu-alloc: [0] 0 2 [1] 1 3 ',
  ]);
});

test('the map of 104 CPUs on two nodes: a piece a line, dashes for units without a CPU', (t) => {
  const info = pcpuBuildAllocInfo(SIZES, 2 * MiB, 104, (a, b) => Math.floor(a / 52) === Math.floor(b / 52));
  const lines = pcpuDumpAllocInfo(info, 104);
  t.is(lines.length, 15);
  t.is(lines[1], 'pcpu-alloc: [0] 000 001 002 003 004 005 006 007 ');
  t.is(lines[7], 'pcpu-alloc: [0] 048 049 050 051 --- --- --- --- ');
  t.is(lines[14], 'pcpu-alloc: [1] 100 101 102 103 --- --- --- --- ');
  t.is(info.infoSize, 4096);
});

test('the struct grows past a page with about a thousand units', (t) => {
  // 64 + 24 + 4 × units: 1000 units are 4088 bytes, 1008 are 4120
  t.is(pcpuBuildAllocInfo(SIZES, 2 * MiB, 1000, null).infoSize, 4096);
  t.is(pcpuBuildAllocInfo(SIZES, 2 * MiB, 1008, null).infoSize, 8192);
});

test('embedding: a piece on each node, the rest of each unit given back', (t) => {
  const { ctx, lines } = drawBoot({
    nodes: [
      { memory: [[16, 256]], cpus: 1 },
      { memory: [[256, 512]], cpus: 1 },
    ],
  });
  t.is(pcpuEmbedFirstChunk(ctx, ARCH, SIZES), 0);
  const whole = ctx.memblock.reserved.regions().filter((r) => r.size === 62 * 4096);
  t.deepEqual(
    whole.map((r) => r.base / MiB),
    [254, 508], // the allocation info and the list of areas took the two pages at the very top when node 1 was asked
  );
  t.true(lines().includes('percpu: Embedded 62 pages/cpu s217088 r8192 d28672 u2097152'));
});

test('nodes too far apart for vmalloc space: all is given back, and pages are mapped instead', (t) => {
  const { ctx, lines } = drawBoot({
    nodes: [
      { memory: [[16, 256]], cpus: 1 },
      { memory: [[1024, 1280]], cpus: 1 },
    ],
  });
  const before = ctx.memblock.reservedSize();
  const near = { ...ARCH, vmallocTotal: 1024 * MiB };
  t.is(pcpuEmbedFirstChunk(ctx, near, SIZES), -22);
  t.is(ctx.memblock.reservedSize(), before);
  t.regex(lines().at(-1) ?? '', /^percpu: max_distance=0x\w+ too large for vmalloc space 0x40000000$/);
  let populated = 0;
  t.is(pcpuPageFirstChunk(ctx, { ...near, populateVmalloc: (_start, end) => (populated = end) }, SIZES), 0);
  t.is(populated, 2 * 58 * 4096); // 53 static, 2 reserved, 3 dynamic pages
  t.true(lines().includes('percpu: 58 4K pages/cpu s217088 r8192 d12288'));
});

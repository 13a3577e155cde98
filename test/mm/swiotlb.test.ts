import test from 'ava';
import { MiB } from '../../src/lib/units.ts';
import { Params } from '../../src/kernel/params.ts';
import { swiotlbInit, swiotlbSettings, swiotlbSizeOrDefault } from '../../src/mm/swiotlb.ts';
import { drawBoot } from './helpers/boot-context.ts';

test('the parameter: slabs to whole segments, areas to a power of two, force and noforce', (t) => {
  const settings = (text: string) => swiotlbSettings(new Params(`swiotlb=${text}`));
  t.like(settings('1000'), { slabs: 1024, areas: 0 });
  t.like(settings('65536,force'), { slabs: 65536, areas: 0, forceBounce: true });
  t.like(settings('4096,3'), { slabs: 4096, areas: 4 });
  t.like(settings('128,8'), { slabs: 1024, areas: 8 }); // 128 slabs an area at least
  // an unsigned int: 2^32 areas are none, which counts as one; 2^31 + 1 round up to none
  t.like(settings('128,4294967296'), { slabs: 128, areas: 1 });
  t.like(settings('128,2147483648'), { areas: 2 ** 31 });
  t.like(settings('128,2147483649'), { slabs: 128, areas: 0 });
  t.like(settings('noforce'), { forceDisable: true });
  t.is(swiotlbSizeOrDefault(new Params('')), 64 * MiB);
});

test('the pool takes 64 MiB below 4 GiB for up to 256 CPUs, and 128 slabs for each beyond', (t) => {
  const pool = (cpus: number): number | null => {
    const { ctx } = drawBoot({ nodes: [{ memory: [[16, 2048]], cpus: 1 }] });
    const had = swiotlbInit(ctx, true, cpus);
    return had && (had.end - had.start) / MiB;
  };
  t.is(pool(1), 64);
  t.is(pool(256), 64);
  t.is(pool(257), 128); // 512 areas
});

test('where it does not fit, half of it is tried, down to a MiB', (t) => {
  const { ctx, lines } = drawBoot({ nodes: [{ memory: [[16, 46]], cpus: 1 }] });
  const had = swiotlbInit(ctx, true, 2);
  t.is(had && had.end - had.start, 16 * MiB);
  t.deepEqual(lines(), [
    'software IO TLB: area num 2.',
    'software IO TLB: swiotlb_memblock_alloc: Failed to allocate 67108864 bytes tlb structure',
    'software IO TLB: swiotlb_memblock_alloc: Failed to allocate 33554432 bytes tlb structure',
    'software IO TLB: SWIOTLB bounce buffer size adjusted 32768 -> 8192 slabs',
  ]);
});

test('a pool beyond 2^53 bytes is asked for to the byte', (t) => {
  const { ctx, lines } = drawBoot({
    nodes: [{ memory: [[16, 46]], cpus: 1 }],
    cmdline: 'swiotlb=4503599627370496',
  });
  swiotlbInit(ctx, true, 1);
  const failed = 'software IO TLB: swiotlb_memblock_alloc: Failed to allocate';
  t.is(lines()[1], `${failed} 9223372036854775808 bytes tlb structure`);
  t.is(lines()[2], `${failed} 4611686018427387904 bytes tlb structure`);
});

test('nobody needs it: nothing is taken, unless it is forced', (t) => {
  const draw = (cmdline: string) => drawBoot({ nodes: [{ memory: [[16, 512]], cpus: 1 }], cmdline });
  t.is(swiotlbInit(draw('').ctx, false, 1), null);
  t.not(swiotlbInit(draw('swiotlb=force').ctx, false, 1), null);
  t.is(swiotlbInit(draw('swiotlb=noforce').ctx, true, 1), null);
});

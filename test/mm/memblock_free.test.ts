import test from 'ava';
import { MiB } from '../../src/lib/units.ts';
import { countFreed, memblockFreeAll } from '../../src/mm/memblock_free.ts';
import { memInitPrintInfo, reportMeminit } from '../../src/mm/mem_init.ts';
import { kmemCacheInit, parseSlubDebug } from '../../src/mm/slub.ts';
import { drawBoot } from './helpers/boot-context.ts';

/** Pages of so many MiB. */
const pages = (mib: number): number => mib * 256;

test('what is not reserved goes to the zones, deferred pages only to the total', (t) => {
  // DMA32 to 1024 MiB; deferred from the first section boundary after a section of it: 256 MiB
  const { ctx } = drawBoot({
    nodes: [{ memory: [[1, 1024]], cpus: 1 }],
    reserved: [
      [20, 30],
      [500, 510],
    ],
  });
  const [pgdat] = ctx.pgdats;
  t.is(pgdat?.firstDeferredPfn, pages(256));
  const freed = memblockFreeAll(ctx);
  t.is(freed.total, pages(1023 - 20));
  t.is(freed.free, pages(255 - 10));
  t.deepEqual(
    pgdat?.zones.map((zone) => zone.managedPages),
    [pages(15), pages(240 - 10), 0, 0, 0],
  );
  countFreed(ctx, 'initrd', 20 * MiB, 21 * MiB);
  t.is(pgdat?.zones[1]?.managedPages, pages(231));
});

test('parts of pages at both ends of a free range stay reserved', (t) => {
  const { ctx } = drawBoot({ nodes: [{ memory: [[16, 32]], cpus: 1 }] });
  ctx.memblock.reserve(20 * MiB + 100, 4096);
  t.is(memblockFreeAll(ctx).total, pages(16) - 2);
});

test('Memory: free now, present, and what is reserved', (t) => {
  const { ctx, lines } = drawBoot({ nodes: [{ memory: [[1, 1024]], cpus: 1 }], reserved: [[20, 30]] });
  memInitPrintInfo(ctx, memblockFreeAll(ctx), 50);
  t.is(
    lines()[0],
    `Memory: ${245 * 1024 - 200}K/${1023 * 1024}K available (14343K kernel code, 2338K rwdata, 9132K rodata, ` +
      '2824K init, 17344K bss, 10240K reserved, 0K cma-reserved)',
  );
});

test('mem auto-init: defaults, init_on_free, and poison before both', (t) => {
  const said = (cmdline: string): string[] => {
    const { ctx, lines } = drawBoot({ nodes: [{ memory: [[16, 32]], cpus: 1 }], cmdline });
    reportMeminit(ctx);
    return lines();
  };
  t.deepEqual(said(''), ['mem auto-init: stack:all(zero), heap alloc:on, heap free:off']);
  t.deepEqual(said('init_on_alloc=0'), ['mem auto-init: stack:all(zero), heap alloc:off, heap free:off']);
  t.deepEqual(said('init_on_free=on'), [
    'mem auto-init: stack:all(zero), heap alloc:on, heap free:on',
    'mem auto-init: clearing system memory may take some time...',
  ]);
  t.deepEqual(said('page_poison=1 init_on_free=1'), [
    'mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free',
    'mem auto-init: stack:all(zero), heap alloc:off, heap free:off',
  ]);
  t.is(said('page_poison=1 init_on_alloc=n').length, 1);
});

test('SLUB: orders, and what slub_debug means for boot', (t) => {
  const { ctx, lines } = drawBoot({
    nodes: [{ memory: [[16, 32]], cpus: 3 }],
    cmdline: 'slub_max_order=12 slub_min_objects=4',
  });
  kmemCacheInit(ctx);
  t.deepEqual(lines(), ['SLUB: HWalign=64, Order=0-10, MinObjects=4, CPUs=3, Nodes=1']);
  t.deepEqual(parseSlubDebug(null), { poison: true, storeUser: true });
  t.deepEqual(parseSlubDebug('FZ'), { poison: false, storeUser: false });
  t.deepEqual(parseSlubDebug('P,kmalloc-64;U'), { poison: false, storeUser: true });
  t.deepEqual(parseSlubDebug('U,dentry'), { poison: false, storeUser: true });
  t.deepEqual(parseSlubDebug('PU-F'), { poison: false, storeUser: false });
});

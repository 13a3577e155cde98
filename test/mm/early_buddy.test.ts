import test from 'ava';
import { EarlyBuddy } from '../../src/mm/early_buddy.ts';
import { memblockFreeAll } from '../../src/mm/memblock_free.ts';
import { allocTraceBuffer } from '../../src/mm/trace_buffer.ts';
import { drawBoot, type Drawing, type DrawnBoot } from './helpers/boot-context.ts';

const SECTION = 0x8000;
const pages = (mib: number): number => mib * 256;

function start(drawing: Drawing): { boot: DrawnBoot; buddy: EarlyBuddy } {
  const boot = drawBoot(drawing);
  memblockFreeAll(boot.ctx);
  return { boot, buddy: new EarlyBuddy(boot.ctx) };
}

/** Normal from 4 GiB on, a section of it initialised; 2 GiB of DMA32 on node 0. */
const oneNode: Drawing = {
  nodes: [
    {
      memory: [
        [16, 2048],
        [4096, 8192],
      ],
      cpus: 2,
    },
  ],
};

test('the first zone grows by a section before lower zones are asked', (t) => {
  const { boot, buddy } = start(oneNode);
  t.is(boot.ctx.pgdats[0]?.firstDeferredPfn, 0x108000);
  t.true(buddy.takeOn(0, SECTION, 0));
  t.deepEqual(buddy.grown, []); // exactly what there was
  t.true(buddy.takeOn(0, 1, 0));
  t.deepEqual(buddy.grown, [{ node: 0, order: 0, fromPfn: 0x108000, toPfn: 0x110000 }]);
  t.is(boot.ctx.pgdats[0]?.firstDeferredPfn, 0x110000);
  t.is(boot.ctx.pgdats[0]?.zones[2]?.managedPages, 2 * SECTION);
});

test("reserved memory: sections are made until one section's worth came free", (t) => {
  // the first deferred section, from 4224 MiB, is taken but for its last 28 MiB
  const { buddy } = start({ ...oneNode, reserved: [[4224, 4324]] });
  t.true(buddy.takeOn(0, SECTION + 1, 0));
  // 28 MiB, then 128 MiB of the next section
  t.deepEqual(buddy.grown, [{ node: 0, order: 0, fromPfn: 0x108000, toPfn: 0x118000 }]);
});

test('nothing left to make: nothing is deferred any more, and lower zones are asked', (t) => {
  const { boot, buddy } = start({
    nodes: [
      {
        memory: [
          [16, 2048],
          [4096, 4352],
        ],
        cpus: 1,
      },
    ],
  });
  t.true(buddy.takeOn(0, pages(300), 9));
  t.deepEqual(buddy.grown, [{ node: 0, order: 9, fromPfn: 0x108000, toPfn: null }]);
  t.is(boot.ctx.pgdats[0]?.firstDeferredPfn, null);
  t.false(buddy.takeOn(0, pages(4096), 0));
});

test('interleaving: blocks in turn on each node of 16 MiB or more', (t) => {
  const { buddy } = start({
    nodes: [
      { memory: [[4096, 5120]], cpus: 1 },
      { memory: [[5120, 6144]], cpus: 1 },
      { memory: [[6144, 6152]], cpus: 0 },
    ],
  });
  t.true(buddy.takeInterleaved(pages(256), 9)); // 64 blocks each: all that is initialised
  t.deepEqual(buddy.grown, []);
  t.true(buddy.takeInterleaved(512, 9));
  t.true(buddy.takeInterleaved(512, 9));
  t.deepEqual(
    buddy.grown.map((event) => event.node),
    [0, 1],
  );
});

test('trace buffers: 257 MiB for trace_buf_size=256M on each CPU, only where a trace was asked for', (t) => {
  const grown = (cmdline: string, cpus: readonly number[]): (number | null)[] => {
    const { boot, buddy } = start({ ...oneNode, cmdline });
    for (const cpu of cpus) allocTraceBuffer(boot.ctx, buddy, cpu);
    return buddy.grown.map((event) => event.toPfn);
  };
  t.deepEqual(grown('trace_buf_size=256M', [0, 1]), []);
  t.deepEqual(grown('trace_buf_size=256M trace_event=sched', [0]), [0x110000, 0x118000]);
  t.deepEqual(
    grown('trace_buf_size=256M trace_event=sched', [0, 1]),
    [0x110000, 0x118000, 0x120000, 0x128000],
  );
  // 4 GiB are more than all that is free yet: Linux does not even try
  t.deepEqual(grown('trace_buf_size=4G ftrace=function', [0]), []);
});

test('page blocks come out of a zone in twos; the second waits for the next that is asked for', (t) => {
  const { boot, buddy } = start(oneNode);
  t.deepEqual(buddy.batchesOn(0), [7]); // a section is 32768 pages: 8 and half of it, 8 below
  const free = buddy.freePages;
  buddy.setupPerCpuPageset();
  t.true(buddy.takeInterleaved(3 * 512, 9));
  t.is(buddy.takenPages, 4 * 512);
  t.is(buddy.freePages, free - 4 * 512);
  t.true(buddy.takeBlock(0, 9)); // the one that waits
  t.is(buddy.takenPages, 4 * 512);
  t.true(buddy.takeBlock(0, 9));
  t.is(buddy.takenPages, 6 * 512);
  t.true(buddy.takeOn(0, 1024, 10)); // larger ones have no lists
  t.is(buddy.takenPages, 6 * 512 + 1024);
  t.is(boot.ctx.pgdats[0]?.firstDeferredPfn, 0x108000);
});

test('a kernel without huge pages has no lists of page blocks', (t) => {
  const { ctx } = start(oneNode).boot;
  const { profile } = ctx;
  const config = { ...profile.config, transparentHugepage: false };
  const buddy = new EarlyBuddy({ ...ctx, profile: { ...profile, config } });
  t.true(buddy.takeOn(0, 512, 9));
  t.is(buddy.takenPages, 512);
});

test('single pages in a row come from each node alike, and whose turn it is stays; the rest of a batch waits', (t) => {
  const { buddy } = start({
    nodes: [
      { memory: [[16, 1024]], cpus: 1 },
      { memory: [[4096, 8192]], cpus: 1 },
    ],
  });
  buddy.setupPerCpuPageset();
  t.deepEqual(
    [0, 1].map((node) => buddy.batchesOn(node)[0]),
    [15, 7],
  );
  t.is(buddy.doubtfulPages, 0);
  // six requests of 100 and one of 1: 301 of 15 at once on the first node, 300 of 7 at once on the second
  t.true(buddy.takeInterleaved(601, 0));
  t.is(buddy.waitingPages, 21 * 15 - 301 + (43 * 7 - 300));
  t.is(buddy.takenPages, 601 + 14 + 1);
  t.is(buddy.doubtfulPages, 11); // half of 15 and 7
  t.is(buddy.interleave.next(), 0);
});

test("before CPUs have lists, and past them, nothing waits; the kernel's own pages that come back do", (t) => {
  const { buddy } = start(oneNode);
  t.true(buddy.takeBlock(0, 0));
  t.is(buddy.waitingPages, 0);
  buddy.setupPerCpuPageset();
  t.true(buddy.takeOn(0, 5, 0));
  t.is(buddy.waitingPages, 0);
  t.is(buddy.takenPages, 6);
  buddy.freeImage(0x1000, 11); // 16 MiB: DMA32
  t.is(buddy.waitingPages, 11);
  t.is(buddy.takenPages, 17);
});

test('batches as far as the first zone that is not used up at once', (t) => {
  // 2 MiB of Normal above 4 GiB: 512 pages
  const { buddy } = start({
    nodes: [
      {
        memory: [
          [16, 3072],
          [4096, 4098],
        ],
        cpus: 1,
      },
    ],
  });
  t.deepEqual(buddy.batchesOn(0), [1, 63]);
});

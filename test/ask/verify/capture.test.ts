import test from 'ava';
import { parseMemblockSnapshots, parsePadata, parseZoneinfo } from '../../../src/ask/verify/capture.ts';

test('padata events become jobs with their chunks, workers and chunk size', (t) => {
  const padata = parsePadata(
    [
      '# comment',
      'GROW 0 9 node=0 zone=Normal first_deferred_pfn=0x108000',
      'DEFINIT 3 0 0xff11 0x108000 0x1 0x17ffff',
      'DEFINIT 3 1 0xff12 0xffffffffffffffff 0x1 0x17ffff',
      'JOB 1 0x108000 0x78000 0x8000 0x8000 2 node=0 zone=Normal',
      'HELPER 1 node=0 nworks=2 chunk_size=0x10000',
      'CHUNK 1 0x108000 0x110000 node=0',
      'CHUNK 0 0x110000 0x120000 node=0',
      'JOB 1 0x17fe00 0x200 0x8000 0x8000 2 node=0 zone=Normal',
      'CHUNK 1 0x17fe00 0x180000 node=0',
    ].join('\n'),
  );
  t.deepEqual(
    [...padata.firstDeferredPfn],
    [
      [0, 0x108000],
      [1, null],
    ],
  );
  t.deepEqual(
    padata.grows.map((g) => g.node),
    [0],
  );
  t.is(padata.jobs.length, 2);
  t.like(padata.jobs[0], { start: 0x108000, size: 0x78000, maxThreads: 2, workers: 2, chunkSize: 0x10000 });
  t.deepEqual(padata.jobs[0]?.chunks, [
    { start: 0x108000, end: 0x110000, cpu: 1 },
    { start: 0x110000, end: 0x120000, cpu: 0 },
  ]);
  t.like(padata.jobs[1], { workers: 1, chunkSize: null });
});

test('memblock snapshots: two of them, nodes and flags', (t) => {
  const { freeAll, late } = parseMemblockSnapshots(
    [
      '@ entry of memblock_free_all',
      'memory cnt 1 total_size 0x1000',
      'memory 0 base 0x1000 end 0x9f000 nid 0 flags HOTPLUG',
      'reserved 0 base 0x0 end 0x1000 nid 1024 flags -',
      '@ entry of page_alloc_init_late',
      'memory 0 base 0x1000 end 0x2000 nid 1 flags -',
    ].join('\n'),
  );
  t.deepEqual(freeAll.memory, [{ base: 0x1000, size: 0x9e000, flags: 1, nid: 0 }]);
  t.deepEqual(freeAll.reserved, [{ base: 0, size: 0x1000, flags: 0, nid: -1 }]);
  t.deepEqual(late.memory, [{ base: 0x1000, size: 0x1000, flags: 0, nid: 1 }]);
});

test('zoneinfo blocks: counts and start', (t) => {
  const zones = parseZoneinfo(
    'Node 0, zone      DMA\n  per-node stats\n  pages free     3840\n        spanned  4095\n        present  3998\n' +
      '        managed  3840\n  start_pfn:           1\nNode 0, zone  Movable\n  pages free     0\n        spanned  0\n' +
      '        present  0\n        managed  0\n',
  );
  t.deepEqual(zones, [
    { node: 0, name: 'DMA', spanned: 4095, present: 3998, managed: 3840, startPfn: 1 },
    { node: 0, name: 'Movable', spanned: 0, present: 0, managed: 0, startPfn: null },
  ]);
});

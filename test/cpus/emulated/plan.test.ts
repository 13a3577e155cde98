// Chunks as runs of pages for the guest; and what the guest left out is found before it is freed.
import test from 'ava';
import { Bug } from '../../../src/lib/bug.ts';
import { WINDOW_BASE } from '../../../src/cpus/emulated/layout.ts';
import { ChunkPlanner } from '../../../src/cpus/emulated/plan.ts';
import type { PlanZone } from '../../../src/cpus/emulated/plan.ts';
import { smallMachine } from '../threads/helpers/machine.ts';

function planned() {
  const { deferred, memmap } = smallMachine({ nodes: 1, sectionsPerNode: 2, cpusPerNode: 1 });
  const [node] = deferred.nodes;
  if (node === undefined) throw new Error('no node');
  const planner = new ChunkPlanner(memmap, deferred.rules);
  const zone: PlanZone = { area: planner.area(node.nid, node.zid), ranges: node.ranges };
  const start = node.firstDeferredPfn ?? 0;
  return { planner, zone, start, end: node.nodeEndPfn, memmap: memmap.memmap };
}

test('runs hold each free page of a chunk once, in the window', (t) => {
  const { planner, zone, start, end } = planned();
  const batches = planner.plan(zone, start, end);
  const free = [...zone.ranges].reduce((sum, r) => sum + r.endPfn - r.startPfn, 0);
  t.is(
    batches.reduce((sum, { pages }) => sum + pages, 0),
    free,
  );
  t.true(batches.every((batch) => (batch.arguments[1] ?? 0) >= WINDOW_BASE));
});

for (const [what, first] of [
  ['its first page', true],
  ['its last page', false],
] as const) {
  test(`a run of which the guest left out ${what} is not freed`, (t) => {
    const { planner, zone, start, end, memmap } = planned();
    const [range] = [...zone.ranges];
    if (range === undefined) throw new Error('no range');
    for (const { startPfn, endPfn } of zone.ranges) memmap.initPages(zone.area, startPfn, endPfn);
    const pfn = first ? range.startPfn : range.endPfn - 1;
    const section = memmap.store.section(pfn);
    section.words.fill(0, memmap.store.wordOf(section, pfn), memmap.store.wordOf(section, pfn) + 16);
    const error = t.throws(() => planner.free(zone, start, end), { instanceOf: Bug });
    t.is(error.message, `the guest left the struct page of pfn 0x${pfn.toString(16)} uninitialised`);
  });
}

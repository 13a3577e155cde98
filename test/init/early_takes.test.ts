import test from 'ava';
import { pagesOf, parseTakes, replayTakes } from '../../src/init/early_takes.ts';
import { EarlyBuddy } from '../../src/mm/early_buddy.ts';
import { memblockFreeAll } from '../../src/mm/memblock_free.ts';
import { drawBoot } from '../mm/helpers/boot-context.ts';
import type { Nid } from '../../src/lib/units.ts';

test('takes: count, kind, order, each node; lock prefixes', (t) => {
  const slab = { count: 1, what: 'slab', order: 0, onEachNode: false } as const;
  t.deepEqual(parseTakes('s0 12p2 r3 2s1n f'), [
    slab,
    { ...slab, count: 12, what: 'pages', order: 2 },
    { ...slab, what: 'reclaimable slab', order: 3 },
    { ...slab, count: 2, order: 1, onEachNode: true },
    { count: 0, what: 'freed', order: 0, onEachNode: false },
  ]);
  t.deepEqual(parseTakes(''), []);
  t.is(pagesOf(parseTakes('s0 12p2 r3 2s1n f')), 1 + 48 + 8 + 4);
  for (const word of ['s4', 'x0', 's', '2f', 's0m', '-1s0'])
    t.throws(() => parseTakes(`s0 ${word}`), {
      message: `early pages: take "${word}": expected the like of 2s0, p3, s0n or f`,
    });
});

/** Two nodes of 1 GiB, of which a section each is there. */
function twoNodes() {
  const boot = drawBoot({
    nodes: [
      { memory: [[4096, 5120]], cpus: 1 },
      { memory: [[5120, 6144]], cpus: 1 },
    ],
  });
  memblockFreeAll(boot.ctx);
  return new EarlyBuddy(boot.ctx);
}

/** The nodes from which `text` is taken, one a block. */
function nodesOf(text: string, node: Nid | null): Nid[] {
  const buddy = twoNodes();
  const asked: Nid[] = [];
  const take = buddy.takeBlock.bind(buddy);
  buddy.takeBlock = (from, order, kind) => {
    asked.push(from);
    return take(from, order, kind);
  };
  replayTakes(buddy, parseTakes(text), { node, nodes: [0, 1], freePrefixes: () => asked.push(-1) });
  return asked;
}

test('one node after the other; a slab looks on the next node first, so that it comes from the one after', (t) => {
  t.deepEqual(nodesOf('3p0', null), [0, 1, 0]);
  t.deepEqual(nodesOf('2s0 r0', null), [1, 1, 1]);
  t.deepEqual(nodesOf('p0 s0 p0', null), [0, 0, 1]);
});

test("a node's own things and lock prefixes leave whose turn it is", (t) => {
  t.deepEqual(nodesOf('p0 s0n f p0', null), [0, 0, 1, -1, 1]);
  t.deepEqual(nodesOf('s0 2p3 s0n', 1), [1, 1, 1, 0, 1]);
});

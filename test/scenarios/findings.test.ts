// What reviewers and users of the series found over the years, each as a setup and what is expected. The number is that of the
// finding in the notes that this project was made from; what the explorer has to search for is in src/scenarios/catalogue.ts.
import test from 'ava';
import {
  deferredGrowZone,
  firstDeferredPfn,
  genericDeferredPageInitMaxThreads,
} from '../../src/mm/deferred.ts';
import { DEFERRED_5_8, DEFERRED_6_18, DEFERRED_V1, DEFERRED_V2 } from '../../src/mm/deferred/profiles.ts';
import type { DeferredRules } from '../../src/mm/deferred/rules.ts';
import { PADATA_6_12 } from '../../src/kernel/padata/profiles.ts';
import { bootNodes, type MadeUpBoot, type MadeUpNode } from '../mm/helpers/deferred-nodes.ts';

const S = 32768;
const B = 1024;

/** Jobs as [node, first section, sections, threads, chunks]; fractions of a section show as such. */
function jobs(nodes: readonly MadeUpNode[], how: MadeUpBoot = {}): number[][] {
  return bootNodes(nodes, how)
    .boot.recorder.jobs.map((j) => [j.node, j.start / S, j.size / S, j.workers, j.chunks.length])
    .sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number));
}

interface Finding {
  readonly id: string;
  readonly nodes: readonly MadeUpNode[];
  readonly how?: MadeUpBoot;
  /** As jobs() tells them. */
  readonly jobs: readonly (readonly number[])[];
  readonly log?: readonly RegExp[];
}

const node = (
  cpus: readonly number[],
  first: number | null,
  end: number,
  ...ranges: [number, number][]
): MadeUpNode => ({
  cpus,
  first,
  end,
  ranges,
});
const initialised = (nid: number): RegExp => new RegExp(`^node ${nid} deferred pages initialised in \\d+ms$`);

const FINDINGS: readonly Finding[] = [
  {
    id: '1 and 6: a range ends inside a block and the next begins there: [d, e) is the next job, [c, d) of the first',
    nodes: [node([0, 1], S, 4 * S, [S, S + 512], [S + 528, 4 * S])],
    jobs: [
      [0, 1, 1, 1, 1],
      [0, 2, 2, 2, 2],
    ],
    log: [initialised(0)],
  },
  {
    id: '5: v2 leaves the part of a section at the end to one thread, the merged series makes it a chunk',
    nodes: [node([0, 1], S, 3 * S, [S, 3 * S - B])],
    how: { rules: DEFERRED_V2 },
    jobs: [[0, 1, 1, 1, 1]],
    log: [/^node 0 initialised, 64512 pages in \d+ms$/],
  },
  {
    id: '5: the same, merged',
    nodes: [node([0, 1], S, 3 * S, [S, 3 * S - B])],
    jobs: [[0, 1, 2, 2, 2]],
  },
  {
    id: '7: ranges that end before the aligned end are skipped, one that reaches past it is cut there',
    nodes: [node([0], S, 5 * S, [S, S + 5], [S + 10, S + 20], [S + 30, 2 * S + 7], [4 * S, 5 * S])],
    jobs: [
      [0, 1, 1, 1, 1],
      [0, 2, 1, 1, 1],
      [0, 4, 1, 1, 1],
    ],
  },
  {
    id: '8: one job over a hole of half the zone (6.18): chunks of nothing, and no page lost',
    nodes: [node([0, 1], 0, 16 * S, [0, 4 * S], [12 * S, 16 * S])],
    how: { rules: DEFERRED_6_18, padata: PADATA_6_12 },
    jobs: [[0, 0, 16, 2, 8]],
  },
  {
    id: '13: a node without CPUs: no binding, one thread, one call',
    nodes: [node([0, 1], S, 4 * S, [S, 4 * S]), node([], 5 * S, 9 * S, [5 * S, 9 * S])],
    jobs: [
      [0, 1, 3, 2, 3],
      [1, 5, 4, 1, 1],
    ],
    log: [initialised(0), initialised(1)],
  },
  {
    id: '14: nothing deferred on a node: it says nothing, and is counted all the same',
    nodes: [node([0], null, S, [0, S]), node([1], 2 * S, 4 * S, [2 * S, 4 * S])],
    jobs: [[1, 2, 2, 1, 1]],
    log: [initialised(1)],
  },
  {
    id: '22: nodes together want more helpers than the pool has: fewer threads, larger chunks, all of it done',
    // each node has all CPUs, as numa=fake makes them
    nodes: [0, 1, 2].map((n) =>
      node([0, 1, 2], 10 * n * S, (10 * n + 8) * S, [10 * n * S, (10 * n + 8) * S]),
    ),
    jobs: [
      [0, 0, 8, 3, 8],
      [1, 10, 8, 2, 8],
      [2, 20, 8, 1, 4],
    ],
  },
  {
    id: '23: the movable zone is the one that is deferred where it is the highest',
    nodes: [{ ...node([0, 1], S, 3 * S, [S, 3 * S]), zone: 'Movable' }],
    how: { rules: DEFERRED_6_18 },
    jobs: [[0, 1, 2, 2, 2]],
  },
  {
    id: '26: an architecture without a hook keeps one thread a node',
    nodes: [node([0, 1, 2, 3], S, 9 * S, [S, 9 * S])],
    how: { maxThreads: genericDeferredPageInitMaxThreads },
    jobs: [[0, 1, 8, 1, 1]],
  },
];

for (const finding of FINDINGS) {
  test(finding.id, (t) => {
    const { nodes, how, log } = finding;
    t.deepEqual(
      jobs(nodes, how),
      finding.jobs.map((job) => [...job]),
    );
    if (!log) return;
    const lines = bootNodes(nodes, how).log.sort();
    t.is(lines.length, log.length);
    log.forEach((pattern, i) => t.regex(lines[i] as string, pattern));
  });
}

test('2: growing never stops inside a block of 1024 pages, whatever the layout', (t) => {
  const ranges = [
    [S, S + 3 * B + 100],
    [S + 3 * B + 200, 2 * S - 5],
    [2 * S + 100, 9 * S],
  ] as const;
  const zone = { zoneEndPfn: 9 * S, ranges: ranges.map(([startPfn, endPfn]) => ({ startPfn, endPfn })) };
  for (const rules of [DEFERRED_5_8, DEFERRED_6_18])
    for (let first = S; first < 8 * S; first += 8192 + 17) {
      const plan = rules.grow(zone, first, S);
      t.is((plan?.to ?? -1) % S, 0);
    }
});

test('3: with 1024 pages as alignment, sections are shared by chunks; with whole sections none is', (t) => {
  const shared = (rules: DeferredRules): number => {
    const { boot } = bootNodes([node([0, 1, 2], S, 8 * S, [S, 8 * S])], { rules });
    const [job] = boot.recorder.jobs;
    return (job?.chunks ?? []).filter(({ end }) => end % S !== 0).length;
  };
  t.true(shared(DEFERRED_V1) > 0);
  t.is(shared(DEFERRED_5_8), 0);
});

test('9: twenty tiny ranges and a huge one: an iterator that starts anew costs little there', (t) => {
  const tiny = Array.from({ length: 20 }, (_, i): [number, number] => [(1 + i) * S, (1 + i) * S + 3]);
  const { boot } = bootNodes([node([0, 1], S, 400 * S, ...tiny, [30 * S, 400 * S])]);
  t.is(boot.recorder.jobs.length, 21);
  // 370 / 8 sections, rounded up to 47: from 30 to the multiples of 47, and 400
  t.is(boot.recorder.jobs.at(-1)?.chunks.length, 9);
});

test('11: once pgdatinit has claimed the node it cannot grow: false, and no page is done twice', (t) => {
  const seen: (boolean | number | null)[] = [];
  bootNodes([node([0, 1], S, 8 * S, [S, 8 * S])], {
    before: function* (k, context) {
      seen.push(yield* deferredGrowZone(k, context, 0, 2, 0), firstDeferredPfn(k, 0));
      // the zone below the last one has nothing deferred
      seen.push(yield* deferredGrowZone(k, context, 0, 1, 0));
    },
    after: function* (k, context) {
      seen.push(yield* deferredGrowZone(k, context, 0, 2, 0), firstDeferredPfn(k, 0));
    },
  });
  t.deepEqual(seen, [true, 2 * S, false, false, null]);
});

test('11: growing to the end: true as long as there was something, true once more at the end, then false', (t) => {
  const seen: boolean[] = [];
  bootNodes([node([0], S, 3 * S, [S, 2 * S], [2 * S, 2 * S + 9])], {
    before: function* (k, context) {
      for (let i = 0; i < 3; i += 1) seen.push(yield* deferredGrowZone(k, context, 0, 2, 0));
    },
  });
  t.deepEqual(seen, [true, true, false]);
});

test('15 and 17: more threads are never slower here, and one thread costs what it costs', (t) => {
  const ms = [1, 2, 4, 8].map((threads) => {
    const cpus = Array.from({ length: 8 }, (_, cpu) => cpu);
    const { boot } = bootNodes([node(cpus, S, 81 * S, [S, 81 * S])], {
      maxThreads: () => threads,
      pageNs: 100,
    });
    return boot.simulator.nowNs / 1e6;
  });
  t.deepEqual(
    ms,
    ms.toSorted((a, b) => b - a),
  );
  t.true((ms[0] as number) >= (80 * S * 100) / 1e6);
  t.true((ms[0] as number) < ((80 * S * 100) / 1e6) * 1.1);
});

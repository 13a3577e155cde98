// Any nodes, ranges, CPUs, threads, version and seed: each deferred page is initialised once and freed once. bootNodes() throws
// where one is not.
import fc from 'fast-check';
import test from 'ava';
import { PADATA_5_8, PADATA_6_1, PADATA_6_12, PADATA_6_4 } from '../../src/kernel/padata/profiles.ts';
import * as profiles from '../../src/mm/deferred/profiles.ts';
import { bootNodes, type MadeUpNode } from './helpers/deferred-nodes.ts';

const S = 32768;
const versions = fc.constantFrom(
  profiles.DEFERRED_4_17,
  profiles.DEFERRED_BASE,
  profiles.DEFERRED_V1,
  profiles.DEFERRED_V2,
  profiles.DEFERRED_5_8,
  profiles.DEFERRED_6_4,
  profiles.DEFERRED_6_16,
  profiles.DEFERRED_6_18,
);

/** Gaps and lengths in pages, of all sizes. */
const pages = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 300_000 }));
const nodeShapes = fc.array(
  fc.record({
    cpus: fc.nat(4),
    defers: fc.boolean(),
    ranges: fc.array(fc.tuple(pages, pages), { minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Nodes one after the other in memory, CPUs given out in order. */
function layOut(
  shapes: readonly { cpus: number; defers: boolean; ranges: (readonly number[])[] }[],
): MadeUpNode[] {
  let at = 0;
  let cpu = 0;
  return shapes.map(({ cpus, defers, ranges }) => {
    const first = at - (at % S) + S;
    at = first;
    const laid = ranges.map(([gap, length]): [number, number] => {
      const start = at + (gap as number);
      at = start + (length as number);
      return [start, at];
    });
    const own = Array.from({ length: cpus }, () => cpu++);
    return { cpus: own, first: defers ? first : null, end: at, ranges: laid };
  });
}

test('each page once, whatever the machine', (t) => {
  fc.assert(
    fc.property(
      nodeShapes,
      versions,
      fc.constantFrom(PADATA_5_8, PADATA_6_1, PADATA_6_4, PADATA_6_12),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(1000),
      (shapes, rules, padata, threads, seed) => {
        const nodes = layOut(shapes);
        const { boot, log } = bootNodes(nodes, { rules, padata, seed, maxThreads: () => threads });
        t.is(log.length, nodes.filter((node) => node.first !== null).length);
        t.true(boot.recorder.jobs.every((job) => job.workers <= threads));
      },
    ),
    { numRuns: 150 },
  );
});

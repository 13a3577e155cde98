// Which values an item has: every combination once, in order; dice that do not depend on each other or on the machine.
import test from 'ava';
import type { Axis } from '../../src/campaign/campaign.ts';
import { GENERATORS } from '../../src/campaign/generators.ts';
import { combinations, indexesOf, isRandom, itemAt } from '../../src/campaign/space.ts';

const kernels: Axis = { name: 'kernel', values: { of: 'list', list: ['6.1', '7.2'] } };
const threads: Axis = { name: 'threads', values: { of: 'range', from: 1, to: 8, step: 3 } }; // 1, 4, 7
const seeds: Axis = { name: 'seed', values: { of: 'generator', generator: 'seeds' } };
const chosen: Axis = { name: 'cmdline', values: { of: 'any', list: ['a', 'b', 'c'] } };
const number: Axis = { name: 'n', values: { of: 'any-number', from: 10, to: 30, step: 10 } };

test('the last dimension is the fastest, every combination comes once', (t) => {
  const space = [kernels, threads];
  t.is(combinations(space), 6);
  t.false(isRandom(space));
  t.deepEqual(
    Array.from({ length: 6 }, (_, i) => itemAt({ seed: 1, space }, i).values),
    ['6.1', '7.2'].flatMap((kernel) => [1, 4, 7].map((n) => ({ kernel, threads: n }))),
  );
  t.deepEqual(indexesOf(space, 4), [1, 1]);
});

test('random values change when all combinations have had their turn', (t) => {
  const space = [kernels, seeds];
  const at = (i: number) => itemAt({ seed: 1, space }, i).values;
  t.true(isRandom(space));
  t.is(at(0)['seed'], at(1)['seed']);
  t.deepEqual([at(0)['kernel'], at(1)['kernel']], ['6.1', '7.2']);
  t.not(at(0)['seed'], at(2)['seed']);
  t.deepEqual(indexesOf(space, 3), [1, null]);
});

test('the same seed and number give the same item, another seed another one', (t) => {
  const space = [seeds, chosen, number];
  const item = itemAt({ seed: 7, space }, 4711);
  t.deepEqual(item, itemAt({ seed: 7, space }, 4711));
  t.notDeepEqual(item.values, itemAt({ seed: 8, space }, 4711).values);
  // as it was when this was written: another machine, and another day, gives the same
  t.deepEqual(item.values, { seed: 417823447, cmdline: 'c', n: 30 });
});

test('dice reach every value, and dimensions do not throw the same', (t) => {
  const other: Axis = { ...chosen, name: 'other' };
  const items = Array.from(
    { length: 200 },
    (_, i) => itemAt({ seed: 1, space: [chosen, other, number] }, i).values,
  );
  t.deepEqual([...new Set(items.map((v) => v['n']))].sort(), [10, 20, 30]);
  t.deepEqual([...new Set(items.map((v) => `${String(v['cmdline'])}${String(v['other'])}`))].length, 9);
});

test('every generator gives plain data, the same for the same seed', (t) => {
  for (const name of GENERATORS.keys()) {
    const space: Axis[] = [{ name: 'x', values: { of: 'generator', generator: name } }];
    const one = itemAt({ seed: 3, space }, 5).values;
    t.deepEqual(JSON.parse(JSON.stringify(one)), one, name);
    t.deepEqual(itemAt({ seed: 3, space }, 5).values, one, name);
  }
});

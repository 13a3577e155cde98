// Expressions over what an item found.
import test from 'ava';
import { parseExpression } from '../../src/campaign/check/expression.ts';
import { firstDifference } from '../../src/campaign/check/same.ts';

const FACTS = {
  record: {
    zones: [
      { name: 'DMA', managed: 5, present: 7 },
      { name: 'Normal', managed: 8, present: 8 },
    ],
  },
  log: ['one', 'two'],
  panic: null,
};

test('comparisons, lists, arithmetic over numbers of either sort', (t) => {
  const value = (text: string): unknown => parseExpression(text)(FACTS);
  t.is(value('record.zones.all(z, z.managed <= z.present)'), true);
  t.is(value('record.zones.all(z, z.managed < z.present)'), false);
  t.is(value('sum(record.zones.map(z, z.managed)) == 13'), true);
  t.is(value('record.zones[0].managed + 1 == 6'), true);
  t.is(value('2 * record.zones[0].managed - 1 == 9'), true);
  t.is(value('record.zones[0].managed / 2 > 2.4'), true);
  t.is(value('record.zones[0].present % 4 == 3'), true);
  t.is(value('panic == null && log.exists(l, l.matches("^tw"))'), true);
});

test('what is no expression, and what does not fit', (t) => {
  t.throws(() => parseExpression('record.'), {
    name: 'InputError',
    message: /^"record\.": .*expected an expression of CEL/,
  });
  t.throws(() => parseExpression('record.nope == 1')(FACTS), {
    name: 'InputError',
    message: /No such key: nope/,
  });
  t.throws(() => parseExpression('other == 1')(FACTS), {
    name: 'InputError',
    message: /Unknown variable: other/,
  });
});

test('the first line that differs', (t) => {
  t.is(firstDifference(['a', 'b'], ['a', 'b']), null);
  t.is(firstDifference(['a', 'b'], ['a', 'c']), '- b + c');
  t.is(firstDifference(['a'], ['a', 'c']), '+ c');
  t.is(firstDifference(['a', 'b'], ['a']), '- b');
  t.is(firstDifference({ x: 1, y: { z: 2 } }, { x: 1, y: { z: 3 } }), '- y: {"z":2} + y: {"z":3}');
  t.is(firstDifference(5, 5), null);
});

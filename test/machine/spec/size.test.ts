import test from 'ava';
import fc from 'fast-check';
import { formatSize, parseSize, parseSizeNumber } from '../../../src/machine/spec/size.ts';

test('numbers, hexadecimal, units, fractions that come out even', (t) => {
  const cases: [number | string, bigint][] = [
    [0, 0n],
    [4096, 4096n],
    ['0x9fc00', 0x9fc00n],
    ['0XFFFFFFFFFFFFFFFF', 0xffffffffffffffffn],
    ['639K', 654336n],
    ['64G', 68719476736n],
    ['64 GiB', 68719476736n],
    ['64gb', 68719476736n],
    ['1.5G', 1610612736n],
    ['2T', 2199023255552n],
    ['1P', 1125899906842624n],
    ['123', 123n],
  ];
  for (const [text, bytes] of cases) t.is(parseSize(text), bytes, String(text));
});

test('what is no size: signs, fractions of a byte, unknown units, 2^64 and more', (t) => {
  for (const text of [
    '',
    '-1',
    '+1',
    '1.5',
    '0.3K',
    '12Q',
    '1e3',
    '0x',
    '0xg',
    'G',
    '64 G i B',
    '0x10000000000000000',
    '16777216T',
  ])
    t.is(parseSize(text), null, text);
  for (const number of [-1, 0.5, NaN, 2 ** 53]) t.is(parseSize(number), null, String(number));
});

test('numbers that the model computes with stop at 2^53 - 1', (t) => {
  t.is(parseSizeNumber('0x1fffffffffffff'), 2 ** 53 - 1);
  t.is(parseSizeNumber('0x20000000000000'), null);
});

test('a printed size reads as the same number', (t) => {
  t.is(formatSize(654336), '639K');
  t.is(formatSize(64 * 2 ** 30), '64G');
  t.is(formatSize(0x9fc01), '0x9fc01');
  t.is(formatSize(512), '512');
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n) => parseSize(formatSize(n)) === n));
});

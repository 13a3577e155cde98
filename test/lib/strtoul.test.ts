// C's numbers at the start of a text: 64 bits that wrap, and get_option's int of 32.
import test from 'ava';
import { getOption, simpleStrtoul, simpleStrtoull } from '../../src/lib/strtoul.ts';

test('simple_strtoull: the base by its prefix, what follows, 2^64 wraps', (t) => {
  t.deepEqual(simpleStrtoull('18446744073709551615'), { value: 2n ** 64n - 1n, rest: '' });
  t.deepEqual(simpleStrtoull('18446744073709551616'), { value: 0n, rest: '' });
  t.deepEqual(simpleStrtoull('0x1ffffffffffffffff,'), { value: 2n ** 64n - 1n, rest: ',' });
  t.deepEqual(simpleStrtoull('010'), { value: 8n, rest: '' });
  t.deepEqual(simpleStrtoull('08'), { value: 0n, rest: '8' });
  t.deepEqual(simpleStrtoull('0x'), { value: 0n, rest: 'x' });
  t.deepEqual(simpleStrtoull('-1'), { value: 0n, rest: '-1' });
  t.deepEqual(simpleStrtoul('9007199254740991K'), { value: 2 ** 53 - 1, rest: 'K' });
});

test('get_option: an int, negative with a sign; a text without digits says 0', (t) => {
  t.deepEqual(getOption('2147483647'), { value: 2 ** 31 - 1, rest: '', found: true });
  t.deepEqual(getOption('2147483648'), { value: -(2 ** 31), rest: '', found: true });
  t.deepEqual(getOption('4294967297,5'), { value: 1, rest: ',5', found: true });
  t.deepEqual(getOption('-3-4'), { value: -3, rest: '-4', found: true });
  t.deepEqual(getOption('x'), { value: 0, rest: 'x', found: false });
  // the sign is taken, as in the kernel
  t.deepEqual(getOption('-x'), { value: 0, rest: 'x', found: false });
});

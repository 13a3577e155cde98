import test from 'ava';
import { memparse, memparse64, Params } from '../../src/kernel/params.ts';

test('memparse: decimal, octal and hexadecimal, suffixes in both cases, what follows', (t) => {
  t.deepEqual(memparse('4K'), { value: 4096, rest: '' });
  t.deepEqual(memparse('0x10m@0x20'), { value: 16 * 2 ** 20, rest: '@0x20' });
  t.deepEqual(memparse('010'), { value: 8, rest: '' });
  t.deepEqual(memparse('0'), { value: 0, rest: '' });
  t.deepEqual(memparse('3G$1T'), { value: 3 * 2 ** 30, rest: '$1T' });
  // a suffix counts without a number before it
  t.deepEqual(memparse('exactmap'), { value: 0, rest: 'xactmap' });
  t.deepEqual(memparse('nomap'), { value: 0, rest: 'nomap' });
  t.deepEqual(memparse('1.5G'), { value: 1, rest: '.5G' });
});

test('parameters: order, repeated names, quotes, dashes as underscores, nothing after --', (t) => {
  const params = new Params('quiet mem=1G  memmap=4K$0x1000 memmap="a b" log-buf-len=1M -- mem=2G');
  t.deepEqual(
    params.list.map((p) => p.name),
    ['quiet', 'mem', 'memmap', 'memmap', 'log-buf-len'],
  );
  t.is(params.last('mem'), '1G');
  t.deepEqual(params.all('memmap'), ['4K$0x1000', 'a b']);
  t.is(params.last('log_buf_len'), '1M');
  t.is(params.last('quiet'), null);
  t.is(params.last('loud'), undefined);
});

test('memparse wraps at 2^64, digits and suffix each', (t) => {
  t.deepEqual(memparse64('15E'), { value: 15n * 2n ** 60n, rest: '' });
  t.deepEqual(memparse64('16E'), { value: 0n, rest: '' });
  t.deepEqual(memparse64('17E'), { value: 2n ** 60n, rest: '' });
  t.deepEqual(memparse64('0xffffffffffffffffK'), { value: 2n ** 64n - 1024n, rest: '' });
  t.deepEqual(memparse64('18446744073709551617M!'), { value: 2n ** 20n, rest: '!' });
});

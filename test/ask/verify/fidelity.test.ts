import test from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { fidelityOf, fidelityOfLog } from '../../../src/ask/verify/fidelity.ts';
import {
  isMemoryLine,
  memoryLines,
  normaliseLine,
  withoutTimestamp,
} from '../../../src/kernels/memory_lines.ts';

const line = (text: string, step = 'a_step') => ({ level: 6, step, text, timeNs: 0 });

test('memory lines are told from others by their text', (t) => {
  t.true(isMemoryLine('BIOS-e820: [mem 0x0-0xfff] usable'));
  t.true(isMemoryLine('  DMA32    [mem 0x0000000001000000-0x000000007ffdffff]'));
  t.false(isMemoryLine('  HPET    [mem 0x0000000001000000-0x000000007ffdffff]'));
  t.false(isMemoryLine('Linux version 6.1.0'));
});

test('offsets, compiler suffixes and durations do not count; addresses do', (t) => {
  t.is(
    normaliseLine('memblock_reserve: [0x1-0x2] vmemmap_alloc_block_zero.constprop.0+0xc/0x28 '),
    'memblock_reserve: [0x1-0x2] vmemmap_alloc_block_zero',
  );
  t.is(
    normaliseLine('node 0 deferred pages initialised in 64ms'),
    'node 0 deferred pages initialised in Nms',
  );
  t.is(normaliseLine('node 0 initialised, 4096 pages in 8ms'), 'node 0 initialised, 4096 pages in Nms');
});

test('timestamps in the forms that kernels print', (t) => {
  t.is(withoutTimestamp('[    0.000000] e820: x'), 'e820: x');
  t.is(withoutTimestamp('<6>[    1.500000][    T0] e820: x\r'), 'e820: x');
  t.is(withoutTimestamp('e820: x'), 'e820: x');
});

test('nodes may finish in any order', (t) => {
  const done = (node: number): string => `node ${node} deferred pages initialised in 8ms`;
  const texts = memoryLines([done(1), 'Policy zone: Normal', done(0)]).map((l) => l.text);
  t.deepEqual(texts, [normaliseLine(done(0)), 'Policy zone: Normal', normaliseLine(done(1))]);
});

test('fidelity is what is common by the longer list, and each differing line has its boot step', (t) => {
  const real = ['[    0.000000] Policy zone: Normal', '[    0.1] SLUB: HWalign=64', '[    0.1] noise'];
  const result = fidelityOf(real, [
    line('Policy zone: DMA32', 'zones'),
    line('SLUB: HWalign=64', 'slub'),
    line('x'),
  ]);
  t.is(result.matched, 1);
  t.is(result.fidelity, 0.5);
  t.deepEqual(
    result.differing.map(({ from, text, step }) => [from, text, step]),
    [
      ['real', 'Policy zone: Normal', ''],
      ['predicted', 'Policy zone: DMA32', 'zones'],
    ],
  );
  t.is(fidelityOf([], []).fidelity, 1);
});

test('an estimated figure agrees as far as the prediction claims, and no other figure may differ', (t) => {
  const predicted = [
    { ...line('Memory: 1000K/9000K available (5K init)'), estimate: { figure: 1000, within: 24 } },
  ];
  const of = (...real: string[]) => fidelityOf(real, [line('Policy zone: Normal'), ...predicted]);
  const near = of('Policy zone: Normal', 'Memory: 1024K/9000K available (5K init)');
  t.is(near.matched, 1);
  t.is(near.fidelity, 1);
  t.deepEqual(near.differing, []);
  t.deepEqual(
    near.estimated.map(({ difference, within }) => [difference, within]),
    [[-24, 24]],
  );
  t.is(of('Policy zone: Normal', 'Memory: 976K/9000K available (5K init)').estimated[0]?.difference, 24);
  const exact = of('Policy zone: Normal', 'Memory: 1000K/9000K available (5K init)');
  t.is(exact.matched, 2);
  t.deepEqual(exact.estimated, []);
  for (const other of [
    '1025K/9000K available (5K',
    '975K/9000K available (5K',
    '1000K/9001K available (5K',
    '990K/9000K available (6K',
  ]) {
    const far = of('Policy zone: Normal', `Memory: ${other} init)`);
    t.is(far.fidelity, 0.5, other);
    t.deepEqual(far.estimated, []);
    t.deepEqual(
      far.differing.map(({ from, text }) => [from, text]),
      [
        ['real', `Memory: ${other} init)`],
        ['predicted', 'Memory: 1000K/9000K available (5K init)'],
      ],
    );
  }
  // a line that stands elsewhere is no agreement
  const moved = of('Memory: 1010K/9000K available (5K init)', 'Policy zone: Normal');
  t.is(moved.matched + moved.estimated.length, 1);
});

test('a real log without memory lines is refused, not scored', (t) => {
  const error = t.throws(() => fidelityOfLog(['x'], [line('Policy zone: DMA32')], 'a.log'), {
    instanceOf: InputError,
  });
  t.regex(error.message, /^a\.log: no memory lines, nothing to compare: expected /);
  t.is(fidelityOfLog(['Policy zone: DMA32'], [line('x')], 'a.log').fidelity, 0);
});

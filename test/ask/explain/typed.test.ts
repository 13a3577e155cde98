// What somebody types to have it explained: notations of one address, names of owners, functions, steps; and what is none of them.
import test from 'ava';
import { explainableNames, explainTyped, typedText } from '../../../src/ask/explain/typed.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { makeRecord, SKYLAKE } from '../../report/helpers/records.ts';

const record = makeRecord(SKYLAKE);
const textOf = (typed: string, of = record): string => typedText(of, explainTyped(of, typed));
const refusal = (typed: string): string =>
  caught(() => explainTyped(record, typed))?.message ?? 'not refused';

function caught(run: () => unknown): InputError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

test('an address in each notation is the same address', (t) => {
  for (const typed of [
    '0x400000000',
    '16G',
    ' 16g ',
    '16 GiB',
    '16GB',
    '16384M',
    '17179869184',
    '0x400000000 ',
  ])
    t.is(explainTyped(record, typed).address, 16 * GiB, typed);
  t.regex(textOf('16G'), /^0x0000000400000000 {2}page frame 0x400000, byte 0 of it/);
});

test('an address ends below 2^52, and what begins with a digit is an address', (t) => {
  t.is(explainTyped(record, '0xfffffffffffff').address, 2 ** 52 - 1);
  for (const typed of ['0x10000000000000', '4P', '12abc', '1.5G', '0xg', '3 apples'])
    t.regex(
      refusal(typed),
      /^".*": expected a physical address below 2\^52, such as 0x17ffd5000 or 5G$/,
      typed,
    );
});

test('an owner by the legend’s name, its id or what it is for: its ranges, the largest first', (t) => {
  // makeRecord: 384 GiB × 16 MiB of memmap a node, 2 MiB below its end
  const memmap = 384 * 16 * MiB;
  for (const typed of ['struct pages', 'Struct Pages', 'memmap', 'the struct pages of a node']) {
    const { address } = explainTyped(record, typed);
    const text = textOf(typed);
    const top = 4 * GiB - 2 * GiB + 384 * GiB;
    t.is(address, top - memmap - 2 * MiB, typed);
    t.regex(text, new RegExp(`^${typed}: 12 GiB in 2 ranges, the largest first\n`));
    t.is(
      text.match(/6 GiB: the struct pages of a node by sparse_init_nid \(memmap\) in sparse_init/g)?.length,
      2,
    );
  }
  t.is(explainTyped(record, 'the kernel image').address, 16 * MiB);
});

test('of many ranges the largest are told, and how many more there are', (t) => {
  const events = Array.from({ length: 25 }, (_, i) => ({
    ...{ step: 'setup_per_cpu_areas', op: 'alloc', base: (1 + 2 * i) * MiB, size: MiB - i, nid: 0, flags: 0 },
    caller: 'pcpu_fc_alloc',
  }));
  const reserved = events.map(({ base, size }) => ({ base, size, flags: 0, nid: 0 }));
  const texts = (count: number) =>
    textOf('percpu', {
      ...record,
      memblockEvents: events.slice(0, count),
      memblockLate: { ...record.memblockLate, reserved: reserved.slice(0, count) },
    });
  t.notRegex(texts(24), /smaller/);
  t.regex(texts(25), /\n {2}and 1 smaller one\n$/);
});

test('a function and a step of boot: every change that they made', (t) => {
  t.regex(textOf('alloc_low_pages'), /^alloc_low_pages: 2 changes of memblock, 16 KiB taken/);
  t.regex(textOf('sparse_init'), /^sparse_init: 2 changes of memblock, 12 GiB taken/);
});

test('anything else is refused in a line, with what was probably meant', (t) => {
  t.regex(refusal('struct page'), /^"struct page": expected an address .*: did you mean struct pages\?$/);
  t.regex(refusal('aloc_low_pages'), /did you mean alloc_low_pages\?$/);
  for (const typed of ['', '  ', 'zzzzzzzz', '__proto__', 'constructor', '-1']) {
    t.regex(
      refusal(typed),
      /: expected an address such as 0x1000000 or 700G, an owner such as "the kernel", or a function/,
    );
    t.notRegex(refusal(typed), /did you mean/, typed);
  }
});

test('every name that is offered is taken', (t) => {
  const names = explainableNames(record);
  t.true(names.includes('the kernel') && names.includes('sparse_init_nid') && names.includes('sparse_init'));
  for (const name of names) t.notThrows(() => explainTyped(record, name), name);
});

import test from 'ava';
import fc from 'fast-check';
import { E820Table } from '../../../src/arch/x86/e820_table.ts';
import { ULLONG_MAX } from '../../../src/lib/u64.ts';

const MiB = 0x100000;

function table(entries: [number, number, number][], printed: string[] = []): E820Table {
  const t = new E820Table(3200, (text) => printed.push(text));
  for (const [addr, size, type] of entries) t.rangeAdd(addr, size, type);
  return t;
}

const rows = (t: E820Table): [number, number, number][] => t.entries.map((e) => [e.addr, e.size, e.type]);

test('overlaps go to the highest type: the sample map of the kernel comment, one unit a column', (t) => {
  //   ____22__________________        Expect, sorted and apart:
  //   ______________________4_        1, 44, 1, 22, 11, 1, 3, 44, 33, 2, 1, 4, 2, 33, 4
  //   ____1111________________
  //   _44_____________________   …
  const sample: [number, number, number][] = [
    [4, 2, 2],
    [22, 1, 4],
    [4, 4, 1],
    [1, 2, 4],
    [0, 8, 1],
    [20, 2, 3],
    [11, 2, 4],
    [10, 5, 3],
    [14, 2, 2],
    [19, 4, 2],
    [9, 9, 1],
    [21, 2, 1],
    [17, 1, 4],
  ];
  const map = table(sample);
  t.true(map.update());
  t.deepEqual(rows(map), [
    [0, 1, 1],
    [1, 2, 4],
    [3, 1, 1],
    [4, 2, 2],
    [6, 2, 1],
    [9, 1, 1],
    [10, 1, 3],
    [11, 2, 4],
    [13, 2, 3],
    [15, 1, 2],
    [16, 1, 1],
    [17, 1, 4],
    [19, 1, 2],
    [20, 2, 3],
    [22, 1, 4],
  ]);
});

test('touching entries of one type become one, of two types stay two, persistent ones never merge', (t) => {
  const same = table([
    [0x2000, 0x1000, 1],
    [0x1000, 0x1000, 1],
  ]);
  same.update();
  t.deepEqual(rows(same), [[0x1000, 0x2000, 1]]);
  const pram = table([
    [0x1000, 0x1000, 12],
    [0x2000, 0x1000, 12],
  ]);
  pram.update();
  t.deepEqual(rows(pram), [
    [0x1000, 0x1000, 12],
    [0x2000, 0x1000, 12],
  ]);
});

test('a table of one entry is left alone, and entries of no size vanish', (t) => {
  const one = table([[5, 0, 1]]);
  t.false(one.update());
  t.deepEqual(rows(one), [[5, 0, 1]]);
  const two = table([
    [5, 0, 1],
    [7, 1, 2],
  ]);
  two.update();
  t.deepEqual(rows(two), [[7, 1, 2]]);
});

test('update: whole entry, hole inside, head, tail, other types untouched; the line as the kernel prints it', (t) => {
  const printed: string[] = [];
  const map = table([[0, 0x9fc00, 1]], printed);
  t.is(map.rangeUpdate(0, 0x1000, 1, 2), 0x1000);
  t.deepEqual(printed, ['e820: update [mem 0x00000000-0x00000fff] usable ==> reserved']);
  map.update();
  t.deepEqual(rows(map), [
    [0, 0x1000, 2],
    [0x1000, 0x9ec00, 1],
  ]);
  const hole = table([[0x1000, 0x9000, 1]]);
  t.is(hole.rangeUpdate(0x3000, 0x1000, 1, 3), 0x1000);
  hole.update();
  t.deepEqual(rows(hole), [
    [0x1000, 0x2000, 1],
    [0x3000, 0x1000, 3],
    [0x4000, 0x6000, 1],
  ]);
  const tail = table([[0x1000, 0x1000, 1]]);
  t.is(tail.rangeUpdate(0x1800, 0x1000, 1, 2), 0x800);
  tail.update();
  t.deepEqual(rows(tail), [
    [0x1000, 0x800, 1],
    [0x1800, 0x800, 2],
  ]);
  const other = table([[0x1000, 0x1000, 5]]);
  t.is(other.rangeUpdate(0, 0x10000, 1, 2), 0);
});

test('remove: to the end of the address space, as mem= does, and by any type', (t) => {
  const printed: string[] = [];
  const map = table(
    [
      [0, MiB, 1],
      [2 * MiB, 8 * MiB, 1],
      [16 * MiB, MiB, 2],
    ],
    printed,
  );
  t.is(map.rangeRemove(3 * MiB, ULLONG_MAX, 1), 7 * MiB);
  t.deepEqual(printed, ['e820: remove [mem 0x00300000-0xfffffffffffffffe] usable']);
  map.update();
  t.deepEqual(rows(map), [
    [0, MiB, 1],
    [2 * MiB, MiB, 1],
    [16 * MiB, MiB, 2],
  ]);
  t.is(map.rangeRemove(0, 17 * MiB, null), 3 * MiB);
  map.update();
  t.deepEqual(rows(map), []);
});

test('mappedAll needs every byte, over neighbours too; mappedAny one', (t) => {
  const map = table([
    [0x1000, 0x1000, 1],
    [0x2000, 0x1000, 1],
    [0x4000, 0x1000, 1],
  ]);
  t.true(map.mappedAll(0x1000, 0x3000, 1));
  t.false(map.mappedAll(0x1000, 0x3001, 1));
  t.false(map.mappedAll(0xfff, 0x2000, 1));
  t.true(map.mappedAny(0x3fff, 0x4001, 1));
  t.false(map.mappedAny(0x3000, 0x4000, 1));
});

test('the entry past the last place is ignored with a message', (t) => {
  const printed: string[] = [];
  const map = new E820Table(2, (text) => printed.push(text));
  map.rangeAdd(0, 1, 1);
  map.rangeAdd(1, 1, 2);
  map.rangeAdd(0x2000, 0x1000, 1);
  t.is(map.entries.length, 2);
  t.deepEqual(printed, ['e820: too many entries; ignoring [mem 0x00002000-0x00002fff]']);
});

test('sanitising any map: sorted, apart, and each address has the highest type given for it', (t) => {
  const entry = fc.tuple(fc.nat(40), fc.nat(12), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 20 }), (entries) => {
      const map = table(entries);
      map.update();
      const sorted = rows(map);
      for (let i = 1; i < sorted.length; i++) {
        const [addr, size] = sorted[i - 1] as [number, number, number];
        if ((sorted[i] as [number, number, number])[0] < addr + size) return false;
      }
      for (let at = 0; at < 60; at++) {
        const typeAt = (list: [number, number, number][]): number =>
          Math.max(0, ...list.filter(([a, s]) => at >= a && at < a + s).map(([, , type]) => type));
        if (typeAt(entries) !== typeAt(sorted)) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('all 64 bits: what ends below 2^64 is sorted and printed to the byte', (t) => {
  const printed: string[] = [];
  const map = new E820Table(8, (text) => printed.push(text));
  map.rangeAdd(0xfffffffffffff000n, 0xfffn, 1);
  map.rangeAdd(0x20000000000001n, 2, 2); // 2^53 + 1
  map.rangeAdd(0, 0x1000, 1);
  t.true(map.update());
  map.printTable('m');
  t.deepEqual(printed, [
    'm: [mem 0x0000000000000000-0x0000000000000fff] usable',
    'm: [mem 0x0020000000000001-0x0020000000000002] reserved',
    'm: [mem 0xfffffffffffff000-0xfffffffffffffffe] usable',
  ]);
});

test('an entry whose end is 2^64 wraps to 0: the table stays as it is', (t) => {
  const map = new E820Table(8, () => undefined);
  map.rangeAdd(0x2000, 0x1000, 1);
  map.rangeAdd(0xfffffffffffff000n, 0x1000, 1);
  map.rangeAdd(0, 0x1000, 1);
  t.false(map.update());
  t.deepEqual(
    map.entries64.map((entry) => entry.addr),
    [0x2000n, 0xfffffffffffff000n, 0n],
  );
});

test('a range that would pass the last address is cut there', (t) => {
  const printed: string[] = [];
  const map = new E820Table(8, (text) => printed.push(text));
  map.rangeAdd(0, 0x3000, 1);
  t.is(map.rangeRemove(0x1000, ULLONG_MAX, 1), 0x2000);
  t.is(printed[0], 'e820: remove [mem 0x00001000-0xfffffffffffffffe] usable');
  t.deepEqual(rows(map), [[0, 0x1000, 1]]);
});

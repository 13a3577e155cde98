import test from 'ava';
import { DirectMap } from '../../../src/arch/x86/direct_map.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const small = { m2: false, g1: false };
const medium = { m2: true, g1: false };
const large = { m2: true, g1: true };

function counted(la57: boolean): { map: DirectMap; count: () => number } {
  let pages = 0;
  const map = new DirectMap(la57, () => (pages += 1));
  return { map, count: () => pages };
}

test('the first 4 KiB need one table of each level: three with four levels, four with five', (t) => {
  const four = counted(false);
  t.is(four.map.map(0, 4096, small), 4096);
  t.is(four.count(), 3);
  const five = counted(true);
  t.is(five.map.map(0, 4096, small), 4096);
  t.is(five.count(), 4);
});

test('2 MiB pages need no page table, 1 GiB pages no PMD either', (t) => {
  const two = counted(false);
  t.is(two.map.map(0, 2 * MiB, medium), 2 * MiB);
  t.is(two.count(), 2); // PUD and PMD
  const one = counted(false);
  t.is(one.map.map(0, GiB, large), GiB);
  t.is(one.count(), 1); // PUD
});

test('a large page maps past the end of its range, and says so', (t) => {
  const { map } = counted(false);
  t.is(map.map(0x7fe00000, 0x7ff00000, large), 0x80000000);
  t.true(map.isMapped(0x40000000));
  t.false(map.isMapped(0x3fffffff));
});

test('small pages in a 2 MiB page that is mapped already split it; what is split stays', (t) => {
  const { map, count } = counted(false);
  map.map(0, 2 * MiB, medium);
  map.map(MiB, 2 * MiB, small);
  t.is(count(), 3);
  map.map(0, 2 * MiB, medium);
  t.is(count(), 3);
});

test('a table each 1 GiB with 2 MiB pages, and each 512 GiB with 1 GiB pages', (t) => {
  const two = counted(false);
  two.map.map(0, 8 * GiB, medium);
  t.is(two.count(), 1 + 8);
  const one = counted(true);
  one.map.map(0, 1024 * GiB, large);
  t.is(one.count(), 1 + 2);
});

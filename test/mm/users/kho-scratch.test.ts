// Sizes of KHO's scratch areas, worked out by hand.
import test from 'ava';
import { parseKhoScratch, SCRATCH_ALIGN, scratchAreas } from '../../../src/mm/users/kho-scratch.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

test('kho_scratch=: a percentage, or three sizes; anything else is refused', (t) => {
  t.deepEqual(parseKhoScratch('200%'), { scale: 200 });
  t.deepEqual(parseKhoScratch('0%'), { scale: 0 });
  t.deepEqual(parseKhoScratch('16M,512M,1G'), { lowmem: 16 * MIB, global: 512 * MIB, perNode: GIB });
  t.deepEqual(parseKhoScratch('0,0,4096'), { lowmem: 0, global: 0, perNode: 4096 });
  for (const bad of [
    '',
    '%',
    '-1%',
    '4294967296%',
    '1.5%',
    '16M',
    '16M,512M',
    '16M,512M,1G,',
    '0,0,0',
    'a,b,c',
    '16M 512M 1G',
  ])
    t.is(parseKhoScratch(bad), null, bad);
  t.deepEqual(parseKhoScratch('4294967295%'), { scale: 4294967295 });
});

test('twice what the kernel has reserved: below 4 GiB, the rest, and each node, in blocks of 4 MiB', (t) => {
  t.is(SCRATCH_ALIGN, 4 * MIB);
  const nodes = new Map([
    [0, 60 * MIB],
    [1, 41 * MIB],
  ]);
  const areas = scratchAreas({ low: 30 * MIB, all: 101 * MIB, nodes });
  t.deepEqual(
    areas.map(({ kind, node, bytes }) => [kind, node, bytes / MIB]),
    [
      ['lowmem', null, 60],
      // 202 less 60 is 142: 144 in blocks
      ['global', null, 144],
      ['node', 0, 120],
      ['node', 1, 84],
    ],
  );
});

test('both sides of a block; the remainder of lowmem is taken off before it is rounded', (t) => {
  const bytes = (low: number, all: number): number[] =>
    scratchAreas({ low, all, nodes: new Map() }, { scale: 100 }).map((area) => area.bytes);
  t.deepEqual(bytes(4 * MIB, 8 * MIB), [4 * MIB, 4 * MIB]);
  t.deepEqual(bytes(4 * MIB + 1, 8 * MIB), [8 * MIB, 4 * MIB]);
  t.deepEqual(bytes(4 * MIB, 8 * MIB + 1), [4 * MIB, 8 * MIB]);
  t.deepEqual(bytes(0, 0), [0, 0]);
});

test('sizes that are given count for every node', (t) => {
  const nodes = new Map([
    [0, 1],
    [2, 5 * GIB],
  ]);
  const areas = scratchAreas({ low: 1, all: 2, nodes }, { lowmem: 1, global: 0, perNode: 5 * MIB });
  t.deepEqual(
    areas.map(({ bytes }) => bytes / MIB),
    [4, 0, 8, 8],
  );
});

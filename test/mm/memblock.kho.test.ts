// Memory of a kernel that was handed over to: until memblock_free_all() scratch serves every allocation, and nothing else does.
import test from 'ava';
import { Memblock } from '../../src/mm/memblock.ts';

const MIB = 2 ** 20;

/*
 *   0       4M      6M               16M
 *   |.......|scratch|................|
 */
function handedOver(): Memblock {
  const memblock = new Memblock();
  memblock.add(0, 16 * MIB);
  memblock.setKhoScratch(4 * MIB, 2 * MIB, true);
  memblock.setKhoScratchOnly(true);
  return memblock;
}

const alloc = (memblock: Memblock, size: number, nid = -1): number =>
  memblock.allocRangeNid(size, 4096, 0, 0, nid, false);

test('from the top of scratch down, all of it and not a page more', (t) => {
  const memblock = handedOver();
  t.is(alloc(memblock, MIB), 5 * MIB);
  t.is(alloc(memblock, MIB + 4096), 0);
  t.is(alloc(memblock, MIB), 4 * MIB);
  t.is(alloc(memblock, 4096), 0);
});

test('bottom-up from its beginning', (t) => {
  const memblock = handedOver();
  memblock.setBottomUp(true);
  t.is(alloc(memblock, 4096), 4 * MIB);
});

test('reserved scratch is passed over; what is no scratch any more is not taken', (t) => {
  const memblock = handedOver();
  memblock.reserve(5 * MIB, MIB);
  t.is(alloc(memblock, 4096), 5 * MIB - 4096);
  memblock.setKhoScratch(4 * MIB, 2 * MIB, false);
  t.is(alloc(memblock, 4096), 0);
});

test('afterwards memory is taken from the top as ever, scratch or not', (t) => {
  const memblock = handedOver();
  memblock.setKhoScratchOnly(false);
  t.is(alloc(memblock, MIB), 15 * MIB);
  // a range ends where its region does: scratch is one of its own
  t.is(alloc(memblock, 9 * MIB + 4096), 0);
  t.is(alloc(memblock, 9 * MIB), 6 * MIB);
  t.is(alloc(memblock, 2 * MIB), 4 * MIB);
});

test('mirrored memory does not count against it', (t) => {
  const memblock = new Memblock({ mirroredKernelcore: true });
  memblock.add(0, 16 * MIB);
  memblock.markMirror(8 * MIB, 4 * MIB);
  memblock.setKhoScratch(4 * MIB, 2 * MIB, true);
  memblock.setKhoScratchOnly(true);
  t.is(alloc(memblock, MIB), 5 * MIB);
});

test('with hundreds of regions as well', (t) => {
  const memblock = new Memblock();
  memblock.allowResize();
  for (let i = 1; i < 400; i += 1) memblock.add(2 * i * MIB, MIB);
  memblock.setKhoScratch(20 * MIB, MIB, true);
  memblock.setKhoScratchOnly(true);
  t.is(alloc(memblock, 4096), 21 * MIB - 4096);
});

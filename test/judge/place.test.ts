// Where kernel and initrd go. The image of these tests needs 0x1000000-0x1ffffff.
import test from 'ava';
import { readBzImage } from '../../src/judge/bzimage.ts';
import { placesFor } from '../../src/judge/place.ts';
import { usableRanges } from '../../src/machine/usable.ts';
import { fakeBzImage } from './helpers/bzimage.ts';
import { machine } from './helpers/machine.ts';

const image = readBzImage(fakeBzImage({ initSize: 0x1000000 }), 'vmlinuz');
const SIZE = 0x1800;

test('usable ranges: in any order, touching ones are one, what another type touches is out', (t) => {
  const { map } = machine({
    map: [
      { start: '32M', end: 0x2ffffff, type: 'usable' },
      { start: '1M', end: 0x1ffffff, type: 'usable' },
      { start: 0x1800800, size: 0x100, type: 'reserved' },
    ],
  });
  t.deepEqual(usableRanges(map, 0x200000, 0x2800000), [
    { start: 0x200000, end: 0x1800800 },
    { start: 0x1800900, end: 0x2800000 },
  ]);
});

test('without an initrd in the description ours goes to the end of usable memory, below tables in it', (t) => {
  t.deepEqual(placesFor(machine(), image, SIZE, []), { image: 0x1000000, initrd: 0x1fffe000 });
  const tables = [{ start: 0x1ffff000, end: 0x1ffff010 }];
  t.is(placesFor(machine(), image, SIZE, tables).initrd, 0x1fffd000);
});

test('the described place is kept where it will do, and not on the kernel', (t) => {
  const at = (address: number): number =>
    placesFor(machine({ initrd: { image: address, size: 4096 } }), image, SIZE, []).initrd;
  t.is(at(0x7000000), 0x7000000);
  t.is(at(0x2000000), 0x2000000); // right behind the kernel
  t.is(at(0x1fff000), 0x1fffe000); // its last page is the kernel's
  t.is(at(0x1ffff000), 0x1fffe000); // does not fit before the end of memory
  t.is(at(0x7000800), 0x1fffe000); // not on a page
});

test('a kernel goes where the description has it, and the initrd keeps clear of it', (t) => {
  const moved = machine({ kernelAt: '0x1f000000' });
  t.deepEqual(placesFor(moved, image, SIZE, []), { image: 0x1f000000, initrd: 0x1effe000 });
  t.throws(() => placesFor(machine({ kernelAt: '0x1f200000' }), image, SIZE, []), {
    message: /needs 0x1f200000-0x201fffff/,
  });
  // only KASLR's own boot knows what brk's address says
  t.is(placesFor(machine({ kernelAt: { brk: '0x1f000000' } }), image, SIZE, []).image, 0x1000000);
});

test('no room is said with addresses', (t) => {
  const hole = machine({
    map: [
      { start: 0, size: '639K', type: 'usable' },
      { start: '1M', end: 0x1fffffff, type: 'usable' },
      { start: 0x1ffffff, size: 1, type: 'reserved' },
      { start: 0x20000000, size: '64K', type: 'ACPI data' },
    ],
  });
  t.is(
    t.throws(() => placesFor(hole, image, SIZE, []))?.message,
    'test.yaml: no room for the kernel: 6.1.0-56-amd64 needs 0x1000000-0x1ffffff, expected usable memory there, below 4 GiB and without tables',
  );
  const tables = [{ start: 0x1fffff0, end: 0x2000000 }];
  t.throws(() => placesFor(machine(), image, SIZE, tables), { message: /no room for the kernel/ });
  const tight = machine({
    map: [
      { start: '16M', end: 0x2000fff, type: 'usable' },
      { start: '1M', size: 4096, type: 'usable' },
      { start: 0x20000000, size: '64K', type: 'ACPI data' },
    ],
  });
  t.throws(() => placesFor(tight, image, SIZE, []), {
    message: /no room for an initrd of 6144 bytes below 0x80000000/,
  });
  t.is(placesFor(tight, image, 4096, []).initrd, 0x2000000);
});

// images/ is what firmware/ assembles to, and what SHA256SUMS says.
import test from 'ava';
import { readFileSync } from 'node:fs';
import { buildFirmware, checksums, haveNasm } from '../../tools/firmware.ts';

const IMAGES = new URL('../../images/', import.meta.url);
const NAMES = ['firmware.bin', 'floppy.bin', 'linux.bin', 'init-64', 'init-32'];

test('the committed images have the committed checksums', (t) => {
  const images = new Map(NAMES.map((name) => [name, readFileSync(new URL(name, IMAGES))]));
  t.is(checksums(images), readFileSync(new URL('SHA256SUMS', IMAGES), 'utf8'));
  t.is(images.get('firmware.bin')?.length, 65536);
});

test('the sources assemble to the committed images', (t) => {
  if (!haveNasm()) {
    t.log('skipped: nasm is not installed');
    t.pass();
    return;
  }
  const built = buildFirmware();
  t.deepEqual([...built.keys()], NAMES);
  for (const [name, bytes] of built) {
    t.true(bytes.equals(readFileSync(new URL(name, IMAGES))), `${name} differs: run npm run firmware`);
  }
});

test("the firmware's code keeps clear of the ends of the image, where tables would be", (t) => {
  const image = readFileSync(new URL('firmware.bin', IMAGES));
  // Only the reset vector and the date stand in the last 16 bytes; what lies between is empty.
  t.is(image[0xfff0], 0xe9);
  t.true(image.subarray(0x8000, 0xfff0).every((byte) => byte === 0xff));
});

import test from 'ava';
import { need64, readBzImage } from '../../src/judge/bzimage.ts';
import { fakeBzImage } from './helpers/bzimage.ts';

test('the header: release, needs, width', (t) => {
  const image = readBzImage(fakeBzImage({ initSize: 0x3411000 }), 'vmlinuz');
  t.is(image.release, '6.1.0-56-amd64');
  t.is(image.versionText, '6.1.0-56-amd64 (a@b) #1 SMP');
  t.is(image.prefAddress, 0x1000000);
  t.is(image.initSize, 0x3411000);
  t.is(image.cmdlineMax, 2047);
  t.true(image.is64);
  t.is(need64(image, 'vmlinuz'), image);
});

test('an image that needs less than it has', (t) => {
  t.is(readBzImage(fakeBzImage({ initSize: 0, protectedBytes: 8192 }), 'v').initSize, 8192);
});

test('what is no image, too old, cut off or of 32 bits is said in one line', (t) => {
  const whole = fakeBzImage();
  const error = (bytes: Uint8Array): string | undefined =>
    t.throws(() => need64(readBzImage(bytes, 'k/vmlinuz'), 'k/vmlinuz'))?.message;
  t.is(error(new Uint8Array(10)), 'k/vmlinuz: expected a bzImage (vmlinuz) of Linux for x86');
  t.is(error(new Uint8Array(4096)), 'k/vmlinuz: expected a bzImage (vmlinuz) of Linux for x86');
  t.is(error(whole.subarray(0, whole.length - 1)), 'k/vmlinuz: cut off: 5631 bytes, its header says 5632');
  t.regex(error(fakeBzImage({ version: 0x20b })) ?? '', /boot protocol 2\.11: expected 2\.12 or later/);
  t.regex(
    error(fakeBzImage({ xloadflags: 0, release: '6.1.0-56-686' })) ?? '',
    /a 32-bit kernel \(6\.1\.0-56-686\)/,
  );
});

import test from 'ava';
import { parseCrashkernel, parseCrashkernelSuffix } from '../../src/kernel/crash_core.ts';
import { Params } from '../../src/kernel/params.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

function parse(cmdline: string, ram = 8 * GiB): { request: unknown; warnings: string[] } {
  const warnings: string[] = [];
  const request = parseCrashkernel(new Params(cmdline), ram, (text) => warnings.push(text));
  return { request, warnings };
}

test('a size, a size at an address, the last of several, and one with a suffix is another parameter', (t) => {
  t.deepEqual(parse('crashkernel=256M').request, { size: 256 * MiB, base: 0 });
  t.deepEqual(parse('crashkernel=64M@16M').request, { size: 64 * MiB, base: 16 * MiB });
  t.deepEqual(parse('crashkernel=1M crashkernel=2M crashkernel=3M,high').request, { size: 2 * MiB, base: 0 });
  t.is(parse('quiet').request, null);
});

test('ranges: the first that holds the RAM rounded up to 128 MiB; its start belongs to it, its end does not', (t) => {
  const ranges = 'crashkernel=512M-2G:64M,2G-:128M@32M';
  t.deepEqual(parse(ranges, 2 * GiB).request, { size: 128 * MiB, base: 32 * MiB });
  t.deepEqual(parse(ranges, 2 * GiB - 128 * MiB).request, { size: 64 * MiB, base: 32 * MiB });
  t.deepEqual(parse(ranges, 2 * GiB - 127 * MiB).request, { size: 128 * MiB, base: 32 * MiB });
  t.deepEqual(parse(ranges, 384 * MiB), {
    request: null,
    warnings: ['crashkernel size resulted in zero bytes'],
  });
});

test('malformed values say what was expected, in the words of the kernel log', (t) => {
  t.deepEqual(parse('crashkernel=x').warnings, ['crashkernel: memory value expected']);
  t.deepEqual(parse('crashkernel=1M!').warnings, ['crashkernel: unrecognized char: !']);
  t.deepEqual(parse('crashkernel=2G-1G:64M').warnings, ['crashkernel: end <= start']);
  t.deepEqual(parse('crashkernel=1G:64M').warnings, ["crashkernel: '-' expected"]);
  t.deepEqual(parse('crashkernel=1G-:64G', 8 * GiB).warnings, ['crashkernel: invalid size']);
});

test('suffixes', (t) => {
  const none = (): void => t.fail();
  t.is(parseCrashkernelSuffix(new Params('crashkernel=512M,high'), ',high', none), 512 * MiB);
  t.is(parseCrashkernelSuffix(new Params('crashkernel=0,low'), ',low', none), 0);
  t.is(parseCrashkernelSuffix(new Params('crashkernel=512M,high'), ',low', none), null);
});

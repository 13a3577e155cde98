import test from 'ava';
import { Params } from '../../src/kernel/params.ts';
import {
  isKnownParam,
  printUnknownBootoptions,
  setupCommandLine,
  unknownOptions,
} from '../../src/mm/command_line.ts';
import { DEBIAN_6_1_0_56 } from '../../src/kernels/builtin.ts';
import { drawBoot } from './helpers/boot-context.ts';

const known = DEBIAN_6_1_0_56.image.params;
const unknown = (cmdline: string): string[] => [...unknownOptions(known, new Params(cmdline).list).texts];

test('what the kernel takes: early, __setup and core parameters, dashes for underscores, module parameters', (t) => {
  t.deepEqual(
    unknown('quiet mem=4G root=/dev/sda1 ro log-buf-len=1M panic=-1 console=ttyS0 nvme.poll=1'),
    [],
  );
});

test('what it does not: arguments first, then variables, each in order, the last value of a variable', (t) => {
  t.deepEqual(unknown('a=1 nokaslr b=2 single a=3'), ['nokaslr', 'single', 'a=3', 'b=2']);
});

test('__setup matches as a prefix, but ro and rw only as a whole', (t) => {
  t.true(isKnownParam(known, { name: 'mce', value: 'off' }));
  t.true(isKnownParam(known, { name: 'ro', value: null }));
  t.false(isKnownParam(known, { name: 'ros', value: null }));
  t.true(isKnownParam(known, { name: 'root', value: '/dev/vda' })); // root=
  t.false(isKnownParam(known, { name: 'root', value: null }));
});

test("the boot loader's mark, sysctl aliases, what follows --, arguments before init=", (t) => {
  t.deepEqual(unknown('BOOT_IMAGE=/vmlinuz hung_task_panic=1 x -- y'), ['x']);
  t.deepEqual(unknown('auto init=/bin/sh one'), ['one']);
});

test('HOME and TERM take the place of the defaults; more than 32 of a kind print nothing', (t) => {
  t.deepEqual(unknown('TERM=vt100 LANG=C'), ['LANG=C']);
  const many = (count: number): string => Array.from({ length: count }, (_, i) => `x${i}`).join(' ');
  t.is(unknown(many(32)).length, 32);
  t.is(unknown(many(33)).length, 0);
});

test('copies of the command line with its final zero; the list of unknown options is taken and given back', (t) => {
  const { ctx, lines } = drawBoot({ nodes: [{ memory: [[16, 64]], cpus: 1 }], cmdline: 'nokaslr a=b' });
  ctx.memblock.debug = true;
  const before = ctx.memblock.reservedSize();
  setupCommandLine(ctx);
  t.is(ctx.memblock.reservedSize() - before, 2 * 12);
  printUnknownBootoptions(ctx);
  t.is(ctx.memblock.reservedSize() - before, 2 * 12);
  // ` nokaslr a=b` and a zero
  t.true(lines().some((line) => line.startsWith('memblock_alloc_try_nid: 13 bytes')));
  t.true(
    lines().includes('Unknown kernel command line parameters "nokaslr a=b", will be passed to user space.'),
  );
});

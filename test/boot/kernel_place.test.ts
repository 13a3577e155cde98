// Where a boot has the kernel: what the machine tells, what an option says, what is assumed; and other places it might have.
import test from 'ava';
import { runMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { kernelStart, otherPlaces } from '../../src/boot/kernel_place.ts';
import { kernelNamed } from '../../src/kernels/named.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { GiB, MiB } from '../../src/lib/units.ts';
import type { KernelPlace, MachineSpec } from '../../src/machine/spec.ts';
import type { MachineDescription } from '../../src/machine/spec/description.ts';
import { normalise } from '../../src/machine/spec/normalise.ts';

const DESCRIPTION: MachineDescription = {
  name: 'm',
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '1M', size: '1023M', type: 'usable' },
    { start: '4G', size: '1G', type: 'usable' },
  ],
  cpus: 1,
  acpi: false,
  cmdline: 'memblock=debug',
};
const spec = (more: Partial<MachineDescription> = {}): MachineSpec =>
  normalise({ ...DESCRIPTION, ...more }, { kind: 'description', path: 'm.yaml' });
const at = (kernelAt: KernelPlace | null): MachineSpec => ({ ...spec(), kernelAt });
const { kernel } = await kernelNamed('6.1');
const brkOffset = kernel.image.endOfKernelReserve - kernel.image.textStart;
const start = (machine: MachineSpec, kernelAt?: number) =>
  kernelStart(machine, kernel, { cmdline: machine.cmdline, kernelAt });

test('a description has it where a loader does, or where it says', (t) => {
  t.deepEqual(start(spec()), { kernelAt: undefined, kaslr: false, kernelUnknown: false });
  t.deepEqual(start(spec({ kernelAt: '0x20000000' })), {
    kernelAt: 0x20000000,
    kaslr: true,
    kernelUnknown: false,
  });
  t.deepEqual(start(spec({ kernelAt: { brk: '0x25000000' } })), {
    ...{ kernelAt: 0x25000000 - brkOffset, kaslr: true, kernelUnknown: false },
  });
  t.deepEqual(start(spec({ kernelAt: '0x20000000' }), 0x10000000), {
    ...{ kernelAt: 0x10000000, kaslr: true, kernelUnknown: false },
  });
  // a loader's choice: nokaslr keeps the kernel where it was loaded
  t.deepEqual(start(spec({ kernelAt: '0x20000000', cmdline: 'a nokaslr' })), {
    ...{ kernelAt: 0x20000000, kaslr: false, kernelUnknown: false },
  });
});

test('unknown, but for a kernel or command line that randomises nothing', (t) => {
  const unknown = at('unknown');
  t.deepEqual(start(unknown), { kernelAt: undefined, kaslr: true, kernelUnknown: true });
  t.false(kernelStart(unknown, kernel, { cmdline: 'quiet nokaslr' }).kernelUnknown);
  t.true(kernelStart(unknown, kernel, { cmdline: 'x=nokaslr' }).kernelUnknown);
  const fixed = { ...kernel, config: { ...kernel.config, randomizeBase: false } };
  t.false(kernelStart(unknown, fixed, { cmdline: '' }).kernelUnknown);
});

test('a place without usable memory is refused, the last that has it is not', (t) => {
  const last = GiB - Math.ceil(brkOffset / (2 * MiB)) * 2 * MiB;
  t.is(start(spec(), last).kernelAt, last);
  t.throws(() => start(spec(), last + 2 * MiB), {
    instanceOf: InputError,
    message: /^m\.yaml: kernel at 0x3[0-9a-f]+: expected usable memory from there to 0x4[0-9a-f]+$/,
  });
  t.throws(() => start(spec({ kernelAt: '2G' })), { instanceOf: InputError });
});

test('descriptions: 2 MiB from 16 MiB on, brk on whole pages', (t) => {
  for (const kernelAt of ['0x1000001', '0x1100000', '0xe00000', { brk: '0x1000000' }, { brk: 0x2000001 }])
    t.throws(() => spec({ kernelAt }), { message: /expected (an address|whole pages)/ });
});

test('other places are apart, aligned, usable and clear of the initrd', (t) => {
  const top = 5 * GiB - Math.ceil(kernel.image.initSize / (2 * MiB)) * 2 * MiB;
  const below = GiB - Math.ceil(kernel.image.initSize / (2 * MiB)) * 2 * MiB;
  t.deepEqual(otherPlaces(spec(), kernel), [top, below, 4 * GiB + 512 * MiB]);
  const initrd = { image: below + 8 * MiB, size: MiB };
  t.deepEqual(otherPlaces({ ...spec(), initrd }, kernel), [top, 4 * GiB + 512 * MiB]);
});

test('a run with an unknown place is marked, and follows the place that is told', async (t) => {
  const run = async (machine: MachineSpec) =>
    (await runMachine(machine, { ...DEFAULT_BOOT, kernel: '6.1', cmdline: machine.cmdline })).record;
  const assumed = await run(at('unknown'));
  t.like(assumed.assumedFacts, [{ fact: 'kernel.place', taken: '0x1000000' }]);
  t.deepEqual(assumed.warnings, []);
  const told = await run(spec({ kernelAt: '0x20000000' }));
  t.deepEqual(told.assumedFacts, []);
  const brk = (lines: readonly { text: string }[]): string | undefined =>
    lines
      .map((line) => /^memblock_reserve: \[0x0*([0-9a-f]+)-.* setup_arch/.exec(line.text)?.[1])
      .find(Boolean);
  t.is(brk(assumed.logLines), (0x1000000 + brkOffset).toString(16));
  t.is(brk(told.logLines), (0x20000000 + brkOffset).toString(16));
});

test('an initrd on the preferred place: a kernel whose place is not known is at the lowest that is left', (t) => {
  const { initSize, kernelAlignment, textStart } = kernel.image;
  const withInitrd = (
    image: number,
    size: number,
    kernelAt: KernelPlace | null = 'unknown',
  ): MachineSpec => ({
    ...spec({ initrd: { image, size } }),
    kernelAt,
  });
  const found = (machine: MachineSpec) => start(machine).kernelAt;
  // beside it on both sides: nothing changes
  t.is(found(withInitrd(textStart + initSize, MiB)), undefined);
  t.is(found(withInitrd(textStart - MiB, MiB)), undefined);
  // over it by a page: behind it, aligned
  t.is(found(withInitrd(textStart - MiB, MiB + 4096)), textStart + kernelAlignment);
  t.is(found(withInitrd(textStart + initSize - 4096, 4096)), textStart + initSize + ((-initSize % kernelAlignment) + kernelAlignment) % kernelAlignment); // prettier-ignore
  // up to the end of memory below 4 GiB: above it
  t.is(found(withInitrd(textStart, GiB - textStart)), 4 * GiB);
  // everywhere
  t.is(found(withInitrd(textStart, 5 * GiB - textStart)), undefined);
});

test('so is one of a log without KASLR; one of a description is where its loader puts it', (t) => {
  const { textStart, kernelAlignment } = kernel.image;
  const described = spec({ initrd: { image: textStart, size: 4096 } });
  t.deepEqual(start(described), { kernelAt: undefined, kaslr: false, kernelUnknown: false });
  const logged: MachineSpec = { ...described, origin: { kind: 'log', path: 'm.log' } };
  t.deepEqual(start(logged), {
    ...{ kernelAt: textStart + kernelAlignment, kaslr: false, kernelUnknown: true },
  });
});

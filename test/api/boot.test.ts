// What bootMachine() gives: the questions a Boot answers, its options, its errors.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import test from 'ava';
import {
  Boot,
  bootMachine,
  BUILTIN_NAMES,
  defineArch,
  diffBoots,
  diffText,
  FIGURE_SOURCE,
  formatLogLine,
  InputError,
  KERNEL_NAMES,
  MiB,
  RECORD_VERSION,
  resolveMachine,
  type LogLine,
  type MachineDescription,
} from '../../src/index.ts';
import { ROOT } from '../helpers/sources.ts';

const tiny = await bootMachine('tiny-512m');

test('README’s first lines of code print what they say', async (t) => {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, machine = '', append = '', address = '', caller = ''] =
    /bootMachine\('(.*?)', \{ append: '(.*?)' \}\);\nboot\.memblock\.ownerOf\((\w+)\)\?\.caller; \/\/ who reserved it: (.*)\n/.exec(
      text,
    ) ?? [];
  const boot = await bootMachine(machine, { append });
  t.is(boot.memblock.ownerOf(Number(address))?.caller, caller);
  t.is(caller, 'setup_arch#crash-low');
});

test('the handles are the record, asked', (t) => {
  t.true(tiny instanceof Boot);
  t.is(tiny.record.version, RECORD_VERSION);
  t.is(FIGURE_SOURCE[tiny.record.cpus], 'model');
  t.deepEqual(tiny.log.map(formatLogLine), tiny.record.log);
  t.deepEqual(tiny.e820[0], { start: 0, end: 0x9fbff, type: 1 });
  t.deepEqual(
    tiny.nodes.map(({ id, cpus }) => [id, cpus]),
    [[0, [0]]],
  );
  t.deepEqual(
    tiny.zones.map(({ name, startPfn }) => [name, startPfn]),
    [
      ['DMA', 1],
      ['DMA32', 4096],
    ],
  );
  t.is(tiny.zone(0, 'DMA32')?.presentPages, 0x1ffe0 - 4096);
  t.is(tiny.zone(0, 'Normal'), undefined);
  t.deepEqual(tiny.warnings, tiny.record.warnings);
});

test('a boot that is printed is a line', (t) => {
  t.deepEqual(Object.keys(tiny), []);
  t.regex(inspect(tiny), /^Boot \{ tiny-512m, kernel 6\.1, simulated CPUs, \d+ log lines, 1 job \}$/);
});

test('memblock: what is reserved, to the byte, and by whom', (t) => {
  // 0-1 MiB is reserved as a whole (setup_arch reserves the first megabyte)
  t.true(tiny.memblock.isReserved(0));
  t.true(tiny.memblock.isReserved(MiB - 1));
  t.true(tiny.memblock.isRangeReserved(0, MiB));
  t.is(tiny.memblock.ownerOf(0x90000)?.caller, 'setup_arch#first-megabyte');
  const free = tiny.memblock.memory.at(-1);
  const last = tiny.memblock.reserved.at(-1);
  t.truthy(free && last);
  const hole = tiny.memblock.reserved.find((region, i, all) => {
    const next = all[i + 1];
    return next !== undefined && region.base + region.size < next.base;
  });
  const edge = (hole?.base ?? 0) + (hole?.size ?? 0);
  t.true(tiny.memblock.isReserved(edge - 1));
  t.false(tiny.memblock.isReserved(edge));
  t.false(tiny.memblock.isRangeReserved(edge - 1, 2));
  t.is(tiny.memblock.ownerOf(0x7fff_ffff), null);
});

test('whatever is reserved was taken by somebody', async (t) => {
  for (const machine of ['tiny-512m', 'skylake-768g', 'triplett-192g']) {
    const { memblock } = await bootMachine(machine);
    for (const { base, size } of memblock.reserved)
      for (const address of [base, base + size - 1]) t.truthy(memblock.ownerOf(address), machine);
  }
});

test('jobs and timeline: the same chunks, by time', async (t) => {
  const boot = await bootMachine('laptop-16g');
  t.is(boot.timeline.length, boot.jobs.flatMap(({ chunks }) => chunks).length);
  t.true(boot.timeline.length > 1);
  t.true(boot.timeline.every((entry, i, all) => entry.startNs >= (all[i - 1]?.startNs ?? 0)));
});

test('explain: the same question as the command line asks', (t) => {
  t.is(tiny.explain(0x9fc00).e820?.type, 2);
  t.is(tiny.explain(0x2000_0000).fate.kind, 'no-memory');
  t.regex(tiny.explainText(0x9fc00), /page frame 0x9f/);
});

test('a simulated boot has no struct pages', (t) => {
  t.is(tiny.page(0x100), null);
  t.is(tiny.memmapRuns(), null);
});

test.serial('struct pages on worker threads, until the boot is disposed of', async (t) => {
  const boot = await bootMachine('tiny-512m', { cpus: 'threads' });
  // page 0 is the firmware's: reserved, bit 12 of its flags; one reference
  const page = boot.page(0x9f);
  t.is(page?.pfn, 0x9f);
  t.is((page?.flags ?? 0n) & (1n << 12n), 1n << 12n);
  t.is(page?.refcount, 1);
  t.is(page?.mapcount, -1);
  t.is(page?.private, 0n);
  t.is(boot.page(0x40000), null);
  t.regex(boot.memmapRuns() ?? '', /^0x0 /m);
  t.is(FIGURE_SOURCE[boot.record.cpus], 'measured');
  await boot[Symbol.asyncDispose]();
  t.is(boot.page(0x9f), null);
  t.is(boot.memmapRuns(), null);
});

test('every kind of machine: built-in, description, resolved, path', async (t) => {
  t.true(BUILTIN_NAMES.includes('tiny-512m'));
  const spec = await resolveMachine('tiny-512m');
  t.deepEqual((await bootMachine(spec)).record, tiny.record);
  const description: MachineDescription = {
    name: 'mine',
    map: [
      { start: 0, size: '640K', type: 'usable' },
      { start: '1M', end: 0x7ffffff, type: 1 },
    ],
    acpi: false,
  };
  const boot = await bootMachine(description);
  t.deepEqual(
    boot.e820.map(({ end }) => end),
    [0x9ffff, 0x7ffffff],
  );
});

test('options: kernel, command line, hook, listener', async (t) => {
  t.true(KERNEL_NAMES.includes('5.8'));
  const lines: LogLine[] = [];
  const boot = await bootMachine('laptop-16g', {
    kernel: '5.8',
    append: 'mem=8G',
    maxThreads: 3,
    onLine: (line) => lines.push(line),
  });
  t.is(boot.record.kernel, '5.8');
  t.regex(boot.record.cmdline, / mem=8G$/);
  t.deepEqual([...new Set(boot.jobs.map(({ maxThreads }) => maxThreads))], [3]);
  t.deepEqual(lines, boot.log);
  const arch = defineArch({ name: 'two', deferredPageInitMaxThreads: () => 2.9 });
  const mine = await bootMachine('laptop-16g', { arch });
  t.deepEqual([...new Set(mine.jobs.map(({ maxThreads }) => maxThreads))], [2]);
  const generic = await bootMachine('laptop-16g', { arch: 'generic' });
  t.deepEqual([...new Set(generic.jobs.map(({ workers }) => workers))], [1]);
});

test('two boots compared', async (t) => {
  const other = await bootMachine('tiny-512m', { append: 'mem=256M' });
  const diff = diffBoots(tiny.record, other.record);
  t.true(diff.zones.length > 0);
  t.regex(diffText(diff), /^zones: \d+ lines differ$/m);
  t.deepEqual(diffBoots(tiny.record, tiny.record), {
    log: [],
    zones: [],
    jobs: [],
    times: [],
    moved: null,
  });
});

const BAD = [
  ['an unknown machine', () => bootMachine('no-such'), 'usage'],
  ['no machine at all', () => bootMachine(JSON.parse('null')), 'usage'],
  ['an unknown kernel', () => bootMachine('tiny-512m', { kernel: '9.9' }), 'usage'],
  ['no threads', () => bootMachine('tiny-512m', { maxThreads: 0 }), 'usage'],
  ['a map without RAM', () => bootMachine({ name: 'x', map: [] }), 'map'],
  ['a value of the wrong type', () => bootMachine({ name: '', map: [] }), 'schema'],
  ['a CPU feature that is none', () => bootMachine('tiny-512m', { cpu: 'warp=on' }), 'usage'],
  [
    'a hook that returns nothing useful',
    () =>
      bootMachine('laptop-16g', {
        arch: defineArch({ name: 'bad', deferredPageInitMaxThreads: () => Number.NaN }),
      }),
    'hook',
  ],
] as const;

for (const [what, boot, kind] of BAD)
  test(`${what}: an InputError of kind ${kind}`, async (t) => {
    const error = await t.throwsAsync(boot, { instanceOf: InputError });
    t.is(error.kind, kind);
  });

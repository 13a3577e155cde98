// Machines and command lines that make Linux stop: its log up to there, a record that says so, exit status 1. Texts and the
// places of BUG_ON() are those of Debian's 6.1.192.
import test from 'ava';
import { readFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootMachine, DEFAULT_BOOT, runMachine } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { Failure } from '../../src/lib/failure.ts';
import { builtinMachine } from '../../src/machine/builtin/list.ts';
import type { MachineSpec } from '../../src/machine/spec.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';
import { recordSchema } from '../../src/report/record-schema.ts';
import { cli } from '../helpers/cli.ts';

async function builtin(name: string): Promise<MachineSpec> {
  const spec = await builtinMachine(name);
  if (spec === null) throw new Error(name);
  return spec;
}

async function record(spec: MachineSpec, cmdline: string): Promise<RunRecord> {
  return (await runMachine(spec, { ...DEFAULT_BOOT, cmdline })).record;
}

const described = (description: object): Promise<MachineSpec> =>
  loadDescription(JSON.stringify({ name: 'm', ...description }), 'm.json', () =>
    Promise.reject(new Error('none')),
  );

const texts = (run: RunRecord): string[] => run.logLines.map((line) => line.text);
const options = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join(' ');

/** Command lines of tiny-512m, and the line with which the log ends; null: it boots. */
const CASES: readonly [string, string | null][] = [
  // the user's map: fewer than two entries, or one that reaches 2^64
  ['memmap=exactmap', 'Kernel panic - not syncing: Invalid user supplied memory map'],
  ['memmap=exactmap memmap=1G@0', 'Kernel panic - not syncing: Invalid user supplied memory map'],
  ['memmap=exactmap memmap=639K@0 memmap=511M@1M', null],
  ['memmap=1G!0xfffffffffffff000', 'Kernel panic - not syncing: Invalid user supplied memory map'],
  // 16E is 2^64, which is 0: an empty reservation, and a mem= that says nothing
  ['memmap=16E$0', null],
  ['mem=16E', null],
  // RAM that holds no page tables beside the kernel
  ['mem=8', 'Kernel panic - not syncing: alloc_low_pages: can not alloc memory'],
  // a letter of memparse() without a number is 0: all RAM goes
  ['memmap=kilo', 'Kernel panic - not syncing: alloc_low_pages: can not alloc memory'],
  ['memmap=1G%0-1+1', 'kernel BUG at arch/x86/kernel/e820.c:469!'],
  ['memmap=1G%0-1+2', 'Kernel panic - not syncing: alloc_low_pages: can not alloc memory'],
  // init has 31 places for variables beside HOME and TERM, and 32 for arguments
  [options(31, (i) => `e${i}=1`), null],
  [options(32, (i) => `e${i}=1`), "Kernel panic - not syncing: Too many boot env vars at `e31=1'"],
  [options(32, (i) => `a${i}`), null],
  [options(33, (i) => `a${i}`), "Kernel panic - not syncing: Too many boot init vars at `a32'"],
];
for (const [cmdline, last] of CASES) {
  test(`${cmdline.slice(0, 60)} (${cmdline.length}): ${last ?? 'boots'}`, async (t) => {
    const run = await record(await builtin('tiny-512m'), cmdline);
    t.is(run.panic, last ?? undefined);
    if (last !== null) t.is(texts(run).at(-1), last);
    else t.true(texts(run).some((text) => text.startsWith('smp: Brought up')));
    t.true(recordSchema.safeParse(run).success);
  });
}

test('no room for per-CPU areas: both ways to place them are tried before', async (t) => {
  const spec = await described({
    map: [
      { start: 0, size: '639K', type: 'usable' },
      { start: '1M', size: '127M', type: 'usable' },
      { start: '128M', size: '2M', type: 'ACPI data' },
    ],
    cpus: 2048,
  });
  const run = await record(spec, '');
  t.is(run.panic, 'Kernel panic - not syncing: cannot initialize percpu area (err=-12)');
  t.true(texts(run).includes('setup_percpu: auto allocator failed (-12), falling back to page size'));
});

test('no place for an initrd that is not mapped', async (t) => {
  const map = [
    { start: 0, size: '639K', type: 'usable' },
    { start: '1M', size: '127M', type: 'usable' },
    { start: '128M', size: '1M', type: 'ACPI data' },
  ];
  const run = await record(await described({ map, initrd: { image: '1G', size: '1G' } }), '');
  t.is(run.panic, `Kernel panic - not syncing: Cannot find place for new RAMDISK of size ${2 ** 30}`);
});

test('a map of one entry is no map to Linux: it asks the older BIOS calls', async (t) => {
  const map = [{ start: '1M', size: '511M', type: 'usable' }];
  const run = await record({ ...(await described({ map })), acpi: null }, '');
  t.true(
    texts(run).some((text) => /^BIOS-(e801|88): /.test(text)),
    texts(run).slice(0, 5).join('\n'),
  );
  t.is(run.panic, undefined);
});

test('who only wants a booted machine is told in one line', async (t) => {
  const spec = await builtin('tiny-512m');
  const error = await t.throwsAsync(bootMachine(spec, { ...DEFAULT_BOOT, cmdline: 'mem=8' }), {
    instanceOf: Failure,
  });
  t.is(error.message, 'tiny-512m: Kernel panic - not syncing: alloc_low_pages: can not alloc memory');
});

test('boot prints the log, says why on stderr, writes the record, and fails', async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'earlyboot-test-')), 'run.json');
  const { stdout, stderr, code } = await cli(['boot', 'tiny-512m', '--append', 'mem=8', '--json', file]);
  t.is(code, 1);
  t.true(stdout.endsWith('] Kernel panic - not syncing: alloc_low_pages: can not alloc memory\n'));
  t.regex(
    stderr,
    /^earlyboot: tiny-512m: Linux does not boot on this machine: Kernel panic - not syncing: /m,
  );
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
  t.true(recordSchema.safeParse(written).success);
  const explained = await cli(['explain', 'tiny-512m', '1G', '--append', 'mem=8']);
  t.is(explained.code, 1);
  t.regex(explained.stderr, /^earlyboot: .*Kernel panic - not syncing: /);
  t.is(explained.stderr.trimEnd().split('\n').length, 1);
});

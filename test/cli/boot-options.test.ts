// One set of options for machine, kernel and CPUs: every command that boots has it, two-sided ones three times; a record is not booted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { choicesOf, namesOf, saysTwo } from '../../src/cli/boot-options.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { capture, captureText } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';

const MACHINE = ['append', 'boot', 'cmdline', 'cpu', 'cpu-count', 'initrd-size'];
const KERNEL = ['arch', 'kernel', 'kernel-at', 'max-threads'];
const ALL = [...MACHINE, ...KERNEL, 'strict'].toSorted();

/** What each command has of them; the kernel of history is --from and --to, of judge and linux a real one's image. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['boot', 'explain', 'fits', 'lint', 'verify', 'predict', 'calibrate', 'explore'].map((name) => [
      name,
      ALL,
    ]),
  ),
  ...Object.fromEntries(
    ['diff', 'missing', 'report'].map((name) => [
      name,
      [...ALL, ...[...MACHINE, ...KERNEL].flatMap((option) => [`${option}-a`, `${option}-b`])].toSorted(),
    ]),
  ),
  history: ALL.filter((option) => option !== 'kernel'),
  judge: [...MACHINE, 'kernel'].toSorted(),
  linux: [...MACHINE, 'kernel'].toSorted(),
  import: ['boot', 'cpu', 'cpu-count', 'initrd-size', 'strict'],
  profile: ['boot'],
};

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-options-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** A log of another build than the built-in one: its kernel's facts are assumed. */
const LOG = captureText(capture('6.1', 'q35-3g-2c'), 'dmesg.txt').replace('6.1.0-56-amd64', '6.1.0-99-amd64');
writeFileSync(join(folder, 'log.txt'), LOG);

const nothing = (): void => undefined;
/** Commands are made with it, not run. */
const NOBODY = {
  ...{ stdout: nothing, stderr: nothing, styledStdout: nothing, styledStderr: nothing, setFailed: nothing },
  ...{ stdoutIsTTY: false, stderrIsTTY: false, columns: 80, color: false, env: {}, cwd: '/', now: () => 0 },
};

test('every command that boots has the same options', async (t) => {
  for (const { name, load } of COMMANDS) {
    const { options } = (await load())(NOBODY, COMMANDS);
    const long = options.map((option) => option.long?.replace(/^--/, '') ?? '');
    const shared = long.filter((option) => ALL.includes(option.replace(/-[ab]$/, '')));
    t.deepEqual(shared.toSorted(), [...(EXPECTED[name] ?? [])], name);
  }
});

test('of two boots each has its own choice before that for both; parameters of both are appended', (t) => {
  const options = {
    ...{ kernel: '6.1', kernelB: '6.12', append: 'x=1', appendA: 'y=2', cpuCountB: 3 },
    ...{ maxThreads: { kind: 'cores' } as const, strict: true as const },
  };
  t.like(choicesOf(options, 'a'), { kernel: '6.1', append: 'x=1 y=2', cpuCount: undefined, strict: true });
  t.like(choicesOf(options, 'b'), {
    kernel: '6.12',
    append: 'x=1',
    cpuCount: 3,
    maxThreads: { kind: 'cores' },
  });
  t.true(saysTwo(options));
  t.false(saysTwo({ kernel: '6.1', append: 'x', strict: true }));
  t.deepEqual(namesOf({ cpuCount: 1, kernelAt: 2, append: 'x' }), ['--append', '--cpu-count', '--kernel-at']);
});

test('a record stands wherever a boot does: explain, diff, missing and report read it as what it records', async (t) => {
  const record = join(folder, 'run.json');
  t.is((await cli(['boot', 'tiny-512m', '--append', 'mem=256M', '--json', record])).code, 0);
  const same = async (argv: string[], ofMachine: string[]): Promise<void> => {
    const [read, booted] = [await cli(argv), await cli(ofMachine)];
    t.is(read.code, 0, read.stderr);
    t.true(read.stdout.length > 20);
    t.is(read.stdout, booted.stdout, argv.join(' '));
  };
  const append = ['--append', 'mem=256M'];
  await same(['explain', record, '0x1000000'], ['explain', 'tiny-512m', '0x1000000', ...append]);
  await same(['explain', record, '--reserved'], ['explain', 'tiny-512m', '--reserved', ...append]);
  await same(['missing', record], ['missing', 'tiny-512m', ...append]);
  await same(
    ['diff', record, 'tiny-512m', '--json'],
    ['diff', 'tiny-512m', '--append-a', 'mem=256M', '--json'],
  );
  t.is(
    (await cli(['diff', record, 'tiny-512m', '--append-b', 'mem=256M'])).stdout,
    'log: the same\nzones: the same\njobs: the same\ntimes: the same\n',
  );
  for (const argv of [
    ['explain', record, '1M', '--append', 'x', '--kernel', '6.1'],
    ['diff', record, 'tiny-512m', '--append', 'x', '--kernel', '6.1'],
    ['missing', 'tiny-512m', record, '--append-b', 'x', '--kernel-b', '6.1'],
    ['report', record, '--append', 'x', '--kernel', '6.1', '-o', join(folder, 'none.html')],
  ]) {
    const { code, stdout, stderr } = await cli(argv);
    t.deepEqual([code, stdout], [2, ''], argv.join(' '));
    t.is(
      stderr,
      `earlyboot: --append, --kernel: ${record} is a run record, which is not booted again: expected a machine\n`,
    );
  }
});

test('options for both boots, and for one: each is booted as it was asked for', async (t) => {
  const same = await cli([
    'diff',
    'tiny-512m',
    '--cmdline',
    'console=ttyS0',
    '--append',
    'mem=256M',
    '--all',
  ]);
  t.regex(same.stdout, /^log: the same\n/);
  const one = await cli([
    'diff',
    'tiny-512m',
    '--append',
    'mem=256M',
    '--append-b',
    'crashkernel=32M',
    '--all',
  ]);
  t.regex(one.stdout, /^- Command line: .*mem=256M$/m);
  t.regex(one.stdout, /^\+ Command line: .*mem=256M crashkernel=32M$/m);
  const kernels = await cli(['missing', 'tiny-512m', '--kernel-a', '6.12', '--json']);
  t.deepEqual(Object.keys(JSON.parse(kernels.stdout)), ['version', 'a', 'b']);
  const fewer = await cli(['diff', join(folder, 'log.txt'), '--cpu-b', 'la57=off', '--all']);
  t.regex(fewer.stdout, /^[-+] last_pfn = .*max_arch_pfn = /m);
});

test('--strict refuses on every command what boot --strict refuses', async (t) => {
  const log = join(folder, 'log.txt');
  const refused = (await cli(['boot', log, '--strict'])).stderr;
  t.regex(refused, /^earlyboot: --strict: log: \d+ facts would be assumed: /);
  for (const argv of [
    ['explain', log, '1M'],
    ['diff', log],
    ['missing', log],
    ['predict', log],
    ['fits', log, '--cma', '1M'],
    ['history', log, '--from', '6.1', '--to', '6.4'],
    ['explore', log],
  ]) {
    const { code, stdout, stderr } = await cli([...argv, '--strict']);
    t.deepEqual([code, stdout], [2, ''], argv.join(' '));
    t.regex(stderr, /^earlyboot: --strict: log: \d+ facts would be assumed: [^\n]*\n$/, argv.join(' '));
  }
});

test('options that would do nothing are refused', async (t) => {
  for (const [argv, expected] of [
    [
      ['boot', 'tiny-512m', '--cpu-count', '2'],
      '--cpu-count: tiny-512m is a built-in machine: expected a kernel log',
    ],
    [
      ['lint', 'test/ask/lint/fixtures/faulty.yaml', '--boot', '1'],
      / is a description: expected a kernel log$/,
    ],
    [
      ['explore', 'hand-out-2x4', '--kernel', '6.1'],
      '--kernel: hand-out-2x4 is a scenario: expected a machine, which boots',
    ],
    [['history', '--append', 'x'], '--append: expected a machine that boots'],
  ] as const) {
    const { code, stderr } = await cli(argv);
    t.is(code, 2);
    if (typeof expected === 'string') t.is(stderr, `earlyboot: ${expected}\n`);
    else t.regex(stderr.trimEnd(), expected);
  }
});

test('help COMMAND is COMMAND --help', async (t) => {
  const help = await cli(['help', 'diff']);
  t.deepEqual(help, await cli(['diff', '--help']));
  t.is(help.code, 0);
  t.regex(help.stdout, /^The second boot alone:\n +--kernel-b <kernel>/m);
});

test('a diff that moves pages from deferred to early init says that it is no speed-up; the way back as well', async (t) => {
  const moved = async (argv: string[]): Promise<string | undefined> =>
    (await cli(['diff', 'laptop-16g', ...argv])).stdout.split('\n').at(-2);
  // 16 GiB from 4 GiB on, but for the last 3 (below) and 1 movable: the boundary goes up by 12.75 GiB
  t.regex(
    (await moved(['--append-b', 'movablecore=1G'])) ?? '',
    /^3342336 pages \(12\.8 GiB\) move from deferred to early init: .*: less deferred time is no speed-up$/,
  );
  t.regex(
    (await moved(['--append-a', 'movablecore=1G'])) ?? '',
    /^3342336 pages \(12\.8 GiB\) move from early to deferred init: /,
  );
  // less memory is less of both
  t.regex((await moved(['--append-b', 'mem=8G'])) ?? '', /^\+ node 0: deferred pages initialised/);
});

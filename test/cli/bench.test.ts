// bench through the command line, on a machine so small that it takes no time: what is measured, not how long it took.
import test from 'ava';
import { spawnSync } from 'node:child_process';
import { refuseManyThreads } from '../../src/cli/bench.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { cli } from '../helpers/cli.ts';

interface Result {
  readonly rows: readonly {
    readonly gib: number;
    readonly pages: number;
    readonly threads: number;
    readonly wallNs: number;
    readonly native: { readonly wallNs: number } | null;
    readonly wallRatio: number | null;
  }[];
  readonly emptyJob: { readonly threads: number; readonly padataNs: number; readonly atomicsNs: number };
}

test('--json: a row for each size and number of threads; without C no ratios', async (t) => {
  const { code, stdout } = await cli([
    'bench',
    '--gib',
    '1,2',
    '--threads',
    '1,2',
    '--runs',
    '1',
    '--no-native',
    '--json',
  ]);
  t.is(code, 0);
  const { rows, emptyJob } = JSON.parse(stdout) as Result;
  t.deepEqual(
    rows.map((row) => [row.gib, row.pages, row.threads, row.native, row.wallRatio]),
    [
      [1, 262144, 1, null, null],
      [1, 262144, 2, null, null],
      [2, 524288, 1, null, null],
      [2, 524288, 2, null, null],
    ],
  );
  t.true(rows.every((row) => row.wallNs > 0));
  t.is(emptyJob.threads, 2);
  t.true(emptyJob.padataNs > 0 && emptyJob.atomicsNs > 0);
});

test('the table has a line for each row, with the same work in C where gcc is there', async (t) => {
  const { code, stdout } = await cli(['bench', '--gib', '1', '--threads', '1', '--runs', '1']);
  t.is(code, 0);
  const [heading = '', row = ''] = stdout.split('\n');
  t.regex(heading, /^GiB {2}threads +ms {2}Mpages\/s {2}GB\/s {2}speed-up +C ms/);
  const hasGcc = spawnSync('gcc', ['--version']).status === 0;
  t.regex(row, hasGcc ? /^ +1 +1 +[\d.]+ +\d+ +[\d.]+ +1\.00 +[\d.]+ +1\.00 +[\d.]+ +[\d.]+$/ : /-$/);
  t.regex(stdout, /1024 empty chunks takes \d+ µs on 1 workers/);
});

test('bad lists are bad input', async (t) => {
  for (const list of ['0', '1,x', '']) {
    const { code, stderr } = await cli(['bench', '--gib', list]);
    t.is(code, 2);
    t.regex(stderr, /--gib <list>.*expected whole numbers from 1/);
  }
});

test('more than the host holds is refused with the figure', async (t) => {
  const { code, stderr } = await cli(['bench', '--gib', '1048576', '--no-native', '--threads', '1']);
  t.is(code, 2);
  t.regex(stderr, /real struct pages for 1048576\.0 GiB of modelled memory need 16384\.5 GiB/);
});

test('threads: four for each CPU of the host, a thousand where that is forced, and nothing is started before', async (t) => {
  t.notThrows(() => refuseManyThreads([1, 8], false, 2));
  const error = t.throws(() => refuseManyThreads([1, 9], false, 2), { instanceOf: InputError });
  t.regex(
    error.message,
    /^--threads 9: expected at most 8 threads, 4 for each of the host's 2 CPUs \(--force/,
  );
  t.notThrows(() => refuseManyThreads([9, 1024], true, 2));
  t.throws(() => refuseManyThreads([1025], true, 2), {
    message: '--threads 1025: expected at most 1024 threads',
  });
  const { code, stdout, stderr } = await cli(['bench', '--threads', '100000']);
  t.is(code, 2);
  t.is(stdout, '');
  t.regex(stderr, /^earlyboot: --threads 100000: expected at most \d+ threads/);
});

test('--cpu-count: as many as Linux can number', async (t) => {
  const { code, stderr } = await cli(['boot', 'laptop-16g', '--cpu-count', '99999999999']);
  t.is(code, 2);
  t.regex(stderr, /expected at most 8192 CPUs/);
  // 8192 is a number of CPUs, so that what is refused is where it is given
  const onMachine = await cli(['boot', 'tiny-512m', '--cpu-count', '8192']);
  t.is(onMachine.code, 2);
  t.regex(onMachine.stderr, /^earlyboot: --cpu-count: /);
  t.notRegex(onMachine.stderr, /at most/);
});

// earlyboot report, and the traces of boot: files written whole, records and machines taken alike.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-report-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = { cwd: folder };
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test.serial('a machine and the record of its boot give the same report', async (t) => {
  t.is((await cli(['boot', 'laptop-16g', '--json', 'run.json'], inFolder)).code, 0);
  t.is((await cli(['report', 'run.json', '-o', 'a.html'], inFolder)).code, 0);
  const { code, stderr } = await cli(['report', 'laptop-16g', '-o', 'b.html'], inFolder);
  t.is(code, 0, stderr);
  t.regex(stderr, /b\.html: \d+ KiB/);
  t.is(read('a.html'), read('b.html'));
  t.regex(read('a.html'), /With one thread for each node it would have been [\d.]+ ms \(model\)/);
});

test.serial('two runs: two records, or one machine with two caps', async (t) => {
  t.is((await cli(['report', 'run.json', 'tiny-512m', '-o', 'two.html'], inFolder)).code, 0);
  t.regex(read('two.html'), /What changed/);
  const { stdout } = await cli(['report', 'laptop-16g', '--max-threads-b', '1', '-o', '-'], inFolder);
  t.regex(stdout, /laptop-16g \(A\)/);
  t.regex(stdout, /One thread a node did the work/);
});

test.serial('bad input: one line, status 2, nothing half-written', async (t) => {
  const before = readdirSync(folder);
  writeFileSync(join(folder, 'bad.json'), read('run.json').replace('"version": 1', '"version": 9'));
  const cases: readonly [readonly string[], RegExp][] = [
    [['report', 'bad.json'], /^earlyboot: bad\.json: version: 9: expected 1\n$/],
    [['report', 'no-such-machine'], /no such file, folder or built-in machine/],
    [['report', 'a', 'b', 'c'], /3 runs: expected one, or two to compare/],
    [['report', 'run.json', '-o', 'none/r.html'], /none\/r\.html: cannot be written/],
  ];
  for (const [argv, message] of cases) {
    const { code, stderr } = await cli(argv, inFolder);
    t.is(code, 2, argv.join(' '));
    t.regex(stderr, message);
  }
  t.deepEqual(readdirSync(folder), [...before, 'bad.json'].sort());
});

test.serial(
  'boot writes both traces; the summary and explain draw in ASCII where stdout is no terminal',
  async (t) => {
    const { code, stdout } = await cli(
      ['boot', 'laptop-16g', '--summary', '--trace', 't.json', '--ftrace', 't.txt'],
      inFolder,
    );
    t.is(code, 0);
    const trace: unknown = JSON.parse(read('t.json'));
    t.like(trace, { otherData: { machine: 'laptop-16g', times: 'model' } });
    t.regex(read('t.txt'), /^# tracer: function\n/);
    t.regex(stdout, /\nfirmware map    [#a-z?. -]+\n/);
    t.regex(stdout, /\nnode 0, CPU 0 +[#= ]+\n/);
    const explained = await cli(['explain', 'laptop-16g', '0x1000000'], inFolder);
    t.regex(explained.stdout, /\n +\^ 0x1000000\n/);
    const json = await cli(['explain', 'laptop-16g', '0x1000000', '--json'], inFolder);
    t.notThrows(() => void JSON.parse(json.stdout));
  },
);

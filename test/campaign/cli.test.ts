// earlyboot campaign on the command line: killed and gone on with, reported, replayed; kinds on small spaces.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { resultsOf } from '../../src/campaign/results/folder.ts';
import { cli } from '../helpers/cli.ts';
import { capture } from '../helpers/captures.ts';
import { start } from '../helpers/process.ts';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-campaign-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Until an item's line is in results/ below `cwd`. */
async function firstResult(cwd: string): Promise<void> {
  for await (const { filename } of watch(cwd, { recursive: true }))
    if (filename?.endsWith('.jsonl') && [...resultsOf(join(cwd, 'results'))].length > 0) return;
}

/** A thousand items of a millisecond or two; a third of them find the fault that is planted in their scenario. */
const TEXT = `kind: explore
space:
  scenario: [hand-out-2x2, mutant/no-lock, serial]
  schedules: 8
  seed: { range: { from: 1, to: 400 } }
`;

test('killed with -9 and started again: every item once; the report, the exit status', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'c.yaml'), TEXT);
  const first = start(['campaign', 'c.yaml', '-o', 'results', '--jobs', '1'], cwd);
  await firstResult(cwd);
  t.is(await first.ends('SIGKILL'), 'SIGKILL');
  const done = [...resultsOf(join(cwd, 'results'))].length;
  t.true(done < 1200, String(done));
  const again = await cli(['campaign', 'c.yaml', '-o', 'results', '--jobs', '1', '--no-reduce'], { cwd });
  t.is(again.code, 1);
  t.regex(again.stdout, /^c \(explore, seed 1\): 1,200 of 1,200 items: 800 ok, 400 failed\n/);
  const numbers = [...resultsOf(join(cwd, 'results'))].map(({ item }) => item).sort((a, b) => a - b);
  t.deepEqual(
    numbers,
    Array.from({ length: 1200 }, (_, i) => i),
  );

  const report = await cli(
    [
      'campaign',
      'report',
      'results',
      '--no-reduce',
      '--html',
      'r.html',
      '--junit',
      'r.xml',
      '--fail-on',
      'none',
    ],
    { cwd },
  );
  t.deepEqual([report.code, report.stderr], [0, '']);
  t.is(report.stdout, again.stdout);
  t.true(readFileSync(join(cwd, 'r.html'), 'utf8').includes('400 of 1200 items fail'));
  t.true(readFileSync(join(cwd, 'r.xml'), 'utf8').includes('failures="1"'));
  t.is((await cli(['campaign', 'report', 'results', '--no-reduce'], { cwd })).code, 1);
  t.is(
    (await cli(['campaign', 'report', 'results', '--no-reduce', '--fail-on', 'panic,missing'], { cwd })).code,
    0,
  );

  // one item again, from the file and from the folder; its token is the explorer's
  const item = await cli(['campaign', 'replay', 'results#400'], { cwd });
  t.is(item.code, 1);
  t.is(item.stdout, (await cli(['campaign', 'replay', 'c.yaml#400'], { cwd })).stdout);
  const [, token = ''] = /explore --replay (\S+)/.exec(item.stdout) ?? [];
  t.is((await cli(['explore', '--replay', token])).code, 1);
});

test('a kind on the command line; the base run', async (t) => {
  const space = ['machine=tiny-512m', 'kernel=6.1,base', 'threads=1,2'].flatMap((text) => ['--space', text]);
  const { code, stdout } = await cli(['campaign', 'boot', ...space, '--jobs', '1']);
  t.is(code, 0, stdout);
  t.regex(stdout, /^boot \(boot, seed 1\): 4 of 4 items: 4 ok, 0 failed\n/);
});

test('captures, predictions, made-up input: one item each', async (t) => {
  const replay = async (text: string) => {
    const cwd = folder(t);
    writeFileSync(join(cwd, 'c.yaml'), text);
    return cli(['campaign', 'replay', 'c.yaml#0'], { cwd });
  };
  const { path } = capture('6.1', 'q35-8g-2n-4c');
  const verify = await replay(
    `kind: verify\nspace: { capture: ${path} }\ncheck: { expect: fidelity == 1.0 }\n`,
  );
  t.is(verify.code, 0, verify.stdout);
  const predict = await replay(
    'kind: predict\nspace: { machine: skylake-768g, threads: 26 }\ncheck: { expect: deferredInitMs.value < baseMs.value }\n',
  );
  t.is(predict.code, 0, predict.stdout);
  const fuzz = await replay('kind: fuzz\nspace: { target: description, seed: 3 }\n');
  t.is(fuzz.code, 0, fuzz.stdout);
  const wrong = await replay(`kind: verify\nspace: { capture: nowhere }\n`);
  t.is(wrong.code, 0);
  t.regex(wrong.stdout, /# c#0: refused: .*nowhere/);
});

test('what cannot be run is one line', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'c.yaml'), TEXT);
  writeFileSync(join(cwd, 'file'), 'x');
  const line = async (...argv: readonly string[]) => {
    const { code, stdout, stderr } = await cli(['campaign', ...argv], { cwd });
    t.deepEqual([code, stdout], [2, ''], stderr);
    return stderr;
  };
  t.regex(
    await line('c.yaml', '-o', '.'),
    /^earlyboot: .*: expected a new or empty folder, or one with a campaign's results\n$/,
  );
  t.regex(await line('c.yaml', '-o', 'file'), /^earlyboot: .*file: .*\n$/);
  t.regex(
    await line('report', 'nowhere'),
    /^earlyboot: .*nowhere: expected a folder with a campaign's results\n$/,
  );
  t.regex(await line('c.yaml', '--time', 'soon'), /expected a time such as 30s, 10m or 2h/);
  t.regex(await line('c.yaml', '--fail-on', 'ok'), /expected some of refused,panic,failed,missing, or none/);
  t.regex(await line('c.yaml', '--redis', 'nowhere'), /--redis: expected redis:\/\/HOST:PORT/);
});

test('kinds and built-in campaigns are listed', async (t) => {
  const { code, stdout } = await cli(['campaign']);
  t.is(code, 0);
  for (const name of ['boot', 'memblock-differential', 'judge', 'random-maps', 'explorer'])
    t.regex(stdout, new RegExp(`^${name} {2,}\\S`, 'm'));
});

test('the list takes no options of a campaign', async (t) => {
  const { code, stdout, stderr } = await cli(['campaign', '--items', '5', '--no-reduce']);
  t.deepEqual(
    [code, stdout, stderr.trimEnd()],
    [
      2,
      '',
      'earlyboot: --items, --no-reduce: of what: expected a campaign file, a built-in campaign or a kind',
    ],
  );
  t.is((await cli(['campaign', '--json'])).code, 0);
});

test('every kernel boots a machine whose deferred pages begin off any chunk', async (t) => {
  // ktask's chunks are not aligned: with 5.8's deferral its jobs would have initialised pages twice
  const space = ['machine=laptop-16g', 'kernel=all', 'threads=4'].flatMap((text) => ['--space', text]);
  const { code, stdout } = await cli([
    'campaign',
    'boot',
    ...space,
    '--jobs',
    '1',
    '--fail-on',
    'failed,refused,panic',
  ]);
  t.is(code, 0, stdout);
});

// Which answers go through a pager, what it gets, and what is printed all the same.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { folderOfNpmRun, wantsColor } from '../../src/cli/environment.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { heldIo, pagerFor, runPager } from '../../src/cli/pager.ts';
import { withoutPagerOption } from '../../src/cli/pager-option.ts';

function terminal(env: CliIo['env'] = {}, stdoutIsTTY = true) {
  const said: string[] = [];
  const to =
    (name: string) =>
    (text: string): void =>
      void said.push(`${name}: ${text}`);
  const io: CliIo = {
    stdout: to('stdout'),
    stderr: to('stderr'),
    styledStdout: to('styled'),
    styledStderr: to('progress'),
    ...{ stdoutIsTTY, stderrIsTTY: true, columns: 10, color: true, env, cwd: '/' },
    now: () => 0,
    setFailed: () => undefined,
  };
  return { io, said };
}

test('answers on a terminal have a pager: EARLYBOOT_PAGER, PAGER, less', (t) => {
  const of = (argv: readonly string[], env: CliIo['env'] = {}, isTerminal = true): string | null =>
    pagerFor(terminal(env, isTerminal).io, argv);
  t.is(of(['diff', 'a']), 'less');
  t.is(of(['diff', 'a'], { PAGER: 'more' }), 'more');
  t.is(of(['diff', 'a'], { PAGER: 'more', EARLYBOOT_PAGER: 'most -s' }), 'most -s');
  t.is(of(['campaign', '--help']), 'less');
  t.is(of(['help', 'campaign']), 'less');
  for (const none of ['', 'cat', ' cat '])
    t.is(of(['diff', 'a'], { PAGER: 'more', EARLYBOOT_PAGER: none }), null);
  t.is(of(['diff', 'a'], { TERM: 'dumb' }), null);
  t.is(of(['diff', 'a'], {}, false), null);
  t.is(of(['diff', 'a', '--no-pager']), null);
  // talks with a guest, or writes for a shell
  t.is(of(['linux']), null);
  t.is(of(['completion', 'bash']), null);
  t.is(of([]), null);
});

test('--no-pager stands anywhere, but not behind --', (t) => {
  t.deepEqual(withoutPagerOption(['--no-pager', 'diff', 'a']), ['diff', 'a']);
  t.deepEqual(withoutPagerOption(['diff', '--', '--no-pager']), ['diff', '--', '--no-pager']);
});

test('an answer longer than the screen goes through the pager, warnings after it', (t) => {
  const { io, said } = terminal();
  const held = heldIo(io);
  held.io.stderr('first\n');
  held.io.stdout('a\x1bb\n');
  held.io.stderr('warning\n');
  held.io.styledStdout('\x1b[31mc\x1b[39m\x1b[2J\n');
  held.io.styledStderr('progress');
  t.deepEqual(said, ['stderr: first\n', 'progress: progress']);
  let paged = '';
  held.flush(2, (text) => ((paged = text), true));
  // what steers a terminal is visible in the pager as well
  t.is(paged, 'a\\x1bb\n\x1b[31mc\x1b[39m\\x1b[2J\n');
  t.deepEqual(said.slice(2), ['stderr: warning\n']);
});

test('an answer that fits, and one whose pager is missing, are printed in their order', (t) => {
  for (const [rows, found] of [
    [4, true],
    [3, false],
  ] as const) {
    const { io, said } = terminal();
    const held = heldIo(io);
    held.io.stdout('one\n');
    held.io.stderr('warning\n');
    held.io.stdout('a line of more than ten\n'); // three on the screen
    held.flush(rows + 1, () => found);
    t.deepEqual(said, ['stdout: one\n', 'stderr: warning\n', 'stdout: a line of more than ten\n']);
  }
  // four lines on a screen of four: the prompt needs one
  const { io, said } = terminal();
  const held = heldIo(io);
  held.io.stdout('one\na line of more than ten\n');
  held.flush(4, () => true);
  t.deepEqual(said, []);
});

test('a pager gets the text; a program that is not there is none', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-pager-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'seen');
  t.true(runPager(`cat > '${file}'`, 'the answer\n', process.env));
  t.is(readFileSync(file, 'utf8'), 'the answer\n');
  t.false(runPager('earlyboot-no-such-pager', 'x', process.env));
  t.false(runPager('earlyboot-no-such-pager -x 2> /dev/null', 'x', process.env));
});

test('colours: a terminal, NO_COLOR, FORCE_COLOR', (t) => {
  t.true(wantsColor({}, true));
  t.false(wantsColor({}, false));
  t.false(wantsColor({ TERM: 'dumb' }, true));
  t.false(wantsColor({ NO_COLOR: '1' }, true));
  t.true(wantsColor({ NO_COLOR: '' }, true));
  t.true(wantsColor({ FORCE_COLOR: '1', NO_COLOR: '1' }, false));
  t.false(wantsColor({ FORCE_COLOR: '0' }, true));
});

test('the folder that npm run earlyboot was called in, for this package’s own script only', (t) => {
  const env = { npm_package_name: 'earlyboot', npm_lifecycle_event: 'earlyboot', INIT_CWD: '/home/me' };
  t.is(folderOfNpmRun(env), '/home/me');
  t.is(folderOfNpmRun({ ...env, npm_package_name: 'mine' }), null);
  t.is(folderOfNpmRun({ ...env, npm_lifecycle_event: 'npx' }), null);
  t.is(folderOfNpmRun({ INIT_CWD: '/home/me' }), null);
});

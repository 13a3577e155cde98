// What reaches a terminal: a log, a name or a file cannot steer it; a pipe gets every byte. util-linux's script makes the terminal.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { printable, printableProgress, printableStyled } from '../../src/lib/printable.ts';
import { cli } from '../helpers/cli.ts';
import { EARLYBOOT, has, shell } from '../helpers/process.ts';

/** Sets a title, clears the screen, goes to the line's start, and a C1 control that begins a sequence. */
const EVIL = '\x1b]0;owned\x07\x1b[2J\x9b1m\u202e';
const TAMED = String.raw`\x1b]0;owned\x07\x1b[2J\x9b1m\u202e`;

async function folderWithEvil(t: ExecutionContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-terminal-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await cli(['boot', 'tiny-512m', '--append', 'MARK']);
  writeFileSync(join(folder, `a${EVIL}.log`), stdout.replaceAll('MARK', `x=${EVIL}`));
  return folder;
}

/** What a terminal gets where `line` runs on it. */
function onTerminal(t: ExecutionContext, line: string, cwd: string): string | null {
  if (!has('script')) {
    t.log('skipped: no script of util-linux');
    return null;
  }
  // a pager would wait for a key
  writeFileSync(join(cwd, 'run.sh'), `export EARLYBOOT_PAGER=\n${line}`);
  return shell(`script -qec 'bash run.sh' /dev/null < /dev/null`, cwd).stdout;
}

/** Everything that steers, but for newlines as a terminal has them and our own colours and renewed lines. */
function steering(text: string): RegExpMatchArray | null {
  const own = text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r\x1b[K', '')
    .replace(/\x1b\[\d{1,2}m/g, '');
  return /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.exec(own);
}

test.serial(
  'a log and a name on a terminal: stdout and stderr are tamed, the summary with them',
  async (t) => {
    const cwd = await folderWithEvil(t);
    const shown = onTerminal(t, `${EARLYBOOT} boot a*.log`, cwd);
    if (shown === null) {
      t.pass();
      return;
    }
    t.is(steering(shown), null);
    t.true(shown.includes(`Command line: console=ttyS0 x=${TAMED}`));
    // the summary's head begins with the name
    t.true(shown.includes(`a${TAMED}, kernel 6.1, `), shown.slice(-3000));
    t.regex(shown, /\x1b\[\d+m/);
  },
);

test.serial('each stream for itself: a file beside it keeps its bytes', async (t) => {
  const cwd = await folderWithEvil(t);
  const bad = onTerminal(t, `${EARLYBOOT} boot a*.log --kernel $'no\\e[2Jsuch' > out`, cwd);
  if (bad === null) {
    t.pass();
    return;
  }
  t.is(steering(bad), null);
  t.true(bad.includes(String.raw`no\x1b[2Jsuch`));
  onTerminal(t, `${EARLYBOOT} boot a*.log > out 2> err`, cwd);
  t.true(shell('cat out', cwd).stdout.includes(`x=${EVIL}`));
  const direct = onTerminal(t, `${EARLYBOOT} boot a*.log --json /dev/tty > out 2> err`, cwd);
  t.is(steering(direct ?? ''), null);
});

test.serial('a pager gets what the terminal would', async (t) => {
  const cwd = await folderWithEvil(t);
  const paged = onTerminal(t, `EARLYBOOT_PAGER='sed s/^/paged:/' ${EARLYBOOT} boot a*.log`, cwd);
  if (paged === null) {
    t.pass();
    return;
  }
  t.is(steering(paged), null);
  // behind the line of progress, where the boot took long enough for one
  t.regex(paged, /(?:^|\x1b\[K)paged:\[ +0\.000000\] Linux version /m);
  t.true(paged.includes(`Command line: console=ttyS0 x=${TAMED}`));
});

test.serial('a pipe gets every byte', async (t) => {
  const cwd = await folderWithEvil(t);
  t.true(
    shell(`${EARLYBOOT} boot a*.log | cat`, cwd).stdout.includes(`Command line: console=ttyS0 x=${EVIL}`),
  );
  t.true(shell(`${EARLYBOOT} boot $'no\\e[2Jsuch' 2>&1 | cat`, cwd).stdout.includes('no\x1b[2Jsuch'));
});

test.serial('printable: what steers becomes visible, everything else stays', (t) => {
  t.is(printable(`a\tb\nc${EVIL}`), `a\tb\nc${TAMED}`);
  t.is(printable('\0\r\x7f\x85\u2028\u200f\u2066'), String.raw`\x00\x0d\x7f\x85\u2028\u200f\u2066`);
  t.is(printable('grün – 漢字 😀 \\x1b ~ \u00a0'), 'grün – 漢字 😀 \\x1b ~ \u00a0');
});

test.serial(
  'printableStyled keeps colours, printableProgress a line that renews itself, and nothing else',
  (t) => {
    const styled = '\x1b[1mbold\x1b[0m \x1b[31m';
    t.is(printableStyled(styled), styled);
    t.is(
      printableStyled('\x1b[2J\r\x1b[K\x1b[1;1H\x1b[100m'),
      String.raw`\x1b[2J\x0d\x1b[K\x1b[1;1H\x1b[100m`,
    );
    t.is(printableProgress('\r\x1b[Kwork'), '\r\x1b[Kwork');
    t.is(printableProgress('\rwork\x1b[K\x1b[2J'), String.raw`\x0dwork\x1b[K\x1b[2J`);
  },
);

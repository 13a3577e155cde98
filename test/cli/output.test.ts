// What commands write: whole or not at all, to what the path leads to, and nothing lost without a word.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { renameAll } from '../../src/cli/rename.ts';
import { cli } from '../helpers/cli.ts';
import { EARLYBOOT, has, shell } from '../helpers/process.ts';

const BOOT = `${EARLYBOOT} boot tiny-512m`;

function temporary(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-output-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const mode = (path: string): number => statSync(path).mode & 0o7777;
const isRecord = (text: string): boolean => /^\{\n[^]*\}\n$/.test(text) && text.includes('"logLines"');

test.serial(
  'a file is replaced with its mode, a new one has that of the umask; nothing else is left',
  async (t) => {
    const cwd = temporary(t);
    for (const old of [0o600, 0o640, 0o666, 0o755]) {
      writeFileSync(join(cwd, 'run.json'), 'old');
      chmodSync(join(cwd, 'run.json'), old);
      t.is((await cli(['boot', 'tiny-512m', '--json', 'run.json'], { cwd })).code, 0);
      t.is(mode(join(cwd, 'run.json')), old);
      t.true(isRecord(readFileSync(join(cwd, 'run.json'), 'utf8')));
    }
    t.is(shell(`umask 027 && ${BOOT} --json new.json`, cwd).status, 0);
    t.is(mode(join(cwd, 'new.json')), 0o640);
    t.deepEqual(readdirSync(cwd).toSorted(), ['new.json', 'run.json']);
  },
);

test.serial('symbolic links are followed, those that dangle too; a circle is bad input', async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'there'));
  writeFileSync(join(cwd, 'there', 'a.yaml'), 'old');
  symlinkSync('there/a.yaml', join(cwd, 'a.yaml'));
  symlinkSync('there/b.yaml', join(cwd, 'b0.yaml'));
  symlinkSync('b0.yaml', join(cwd, 'b.yaml'));
  symlinkSync('circle', join(cwd, 'circle'));
  const log = join(cwd, 'log.txt');
  writeFileSync(log, (await cli(['boot', 'tiny-512m'])).stdout);
  for (const name of ['a.yaml', 'b.yaml']) {
    t.is((await cli(['import', log, '-o', name], { cwd })).code, 0);
    t.true(lstatSync(join(cwd, name)).isSymbolicLink());
    t.regex(readFileSync(join(cwd, 'there', name), 'utf8'), /^# yaml-language-server: .*\nname: log\n/);
  }
  t.is(readlinkSync(join(cwd, 'b0.yaml')), 'there/b.yaml');
  t.deepEqual(readdirSync(join(cwd, 'there')).toSorted(), ['a.yaml', 'b.yaml']);
  const circle = await cli(['import', log, '-o', 'circle'], { cwd });
  t.is(circle.code, 2);
  t.is(circle.stderr, 'earlyboot: circle: cannot be written: symbolic links lead in a circle\n');
});

test.serial('what cannot be written to is refused before anything is done', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'file'), '');
  mkdirSync(join(cwd, 'folder'));
  const cases: [string, RegExp][] = [
    ['nowhere/x', /^earlyboot: nowhere\/x: cannot be written: there is no folder .*nowhere\n$/],
    ['file/x', /^earlyboot: file\/x: cannot be written: .*is not a folder\n$/],
    ['/dev/null/x', /^earlyboot: \/dev\/null\/x: cannot be written: .*is not a folder\n$/],
    ['folder', /^earlyboot: folder: cannot be written: is a folder\n$/],
    ['new/', /^earlyboot: new\/: cannot be written: expected the name of a file\n$/],
    ['', /^earlyboot: : cannot be written: expected the name of a file\n$/],
    ['/dev/fd/99', /^earlyboot: \/dev\/fd\/99: cannot be written: is not open\n$/],
    [`${'n'.repeat(300)}`, /cannot be written: the name is too long\n$/],
  ];
  // the machine is bad input as well: the output is complained of, so it was looked at first
  const commands = [
    ...['--json', '--trace', '--ftrace', '--memmap-runs', '--proc', '--dump-memmap'].map((option) => [
      ...['boot', 'no-such-machine', '--cpus', 'threads', option],
    ]),
    ['boot', 'no-such-machine', '--cpus', 'emulated', '--record'],
    ['import', 'no-such-log', '-o'],
    ['report', 'no-such-machine', '-o'],
    ['profile', 'no-such-log', '-o'],
    ['predict', 'no-such-machine', '--svg'],
    ['calibrate', 'no-such-machine', '--from', 'x', '-o'],
  ];
  for (const command of commands)
    for (const [path, expected] of cases) {
      const { code, stdout, stderr } = await cli([...command, path], { cwd });
      t.is(code, 2, `${command.join(' ')} ${path}`);
      t.is(stdout, '');
      t.regex(stderr, expected, command.join(' '));
    }
  const twice = await cli(['boot', 'tiny-512m', '--json', 'x', '--trace', './x'], { cwd });
  t.deepEqual([twice.code, twice.stderr], [2, 'earlyboot: ./x: two outputs have this name\n']);
  t.deepEqual(readdirSync(cwd).toSorted(), ['file', 'folder']);
});

test.serial('a FIFO and a device are written to and stay what they are', (t) => {
  const cwd = temporary(t);
  shell('mkfifo pipe', cwd);
  const { status, stdout } = shell(`cat pipe & ${BOOT} --json pipe > log.txt && wait`, cwd);
  t.is(status, 0);
  t.true(isRecord(stdout));
  t.true(lstatSync(join(cwd, 'pipe')).isFIFO());
  const late = shell(
    `${BOOT} --json pipe 2> said > log.txt & until grep -q reader said; do :; done; cat pipe`,
    cwd,
  );
  t.true(isRecord(late.stdout));
  t.regex(readFileSync(join(cwd, 'said'), 'utf8'), /^earlyboot: pipe: waiting for a reader\n$/m);
  t.is(shell(`${BOOT} --json /dev/null --trace /dev/null > log.txt`, cwd).status, 0);
  t.true(statSync('/dev/null').isCharacterDevice());
  // a device node of another name, where we may make one
  if (shell('mknod null c 1 3', cwd).status !== 0) return;
  t.is(shell(`${BOOT} --json null > log.txt`, cwd).status, 0);
  t.true(lstatSync(join(cwd, 'null')).isCharacterDevice());
});

test.serial(
  '/dev/stdout and open descriptors are written to where they stand, files behind them too',
  (t) => {
    const cwd = temporary(t);
    for (const path of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', 'out.txt']) {
      t.is(shell(`echo before > out.txt; ${BOOT} --json ${path} >> out.txt`, cwd).status, 0, path);
      t.regex(
        readFileSync(join(cwd, 'out.txt'), 'utf8'),
        /^before\n\{\n[^]*\n\}\n\[ +0\.000000\] Linux version/,
        path,
      );
    }
    t.regex(
      shell(`${BOOT} --json /dev/stdout | cat`, cwd).stdout,
      /^\{\n[^]*\n\}\n\[ +0\.000000\] Linux version/,
    );
    t.is(shell(`${BOOT} --json /dev/fd/7 7> seven > log.txt`, cwd).status, 0);
    t.true(isRecord(readFileSync(join(cwd, 'seven'), 'utf8')));
    const sub = shell(`${BOOT} --json >(cat > sub.json; echo done) > log.txt | cat`, cwd);
    t.is(sub.stdout, 'done\n');
    t.true(isRecord(readFileSync(join(cwd, 'sub.json'), 'utf8')));
  },
);

test.serial(
  'of several outputs none is left behind when one fails; what was there before is there still',
  (t) => {
    const cwd = temporary(t);
    writeFileSync(join(cwd, 'old.json'), 'old');
    const { status, stdout, stderr } = shell(
      `${BOOT} --json old.json --trace new.json --ftrace /dev/full`,
      cwd,
    );
    t.is(status, 1);
    t.is(stdout, '');
    t.is(stderr, 'earlyboot: /dev/full: cannot be written: no space left on the device\n');
    t.deepEqual(readdirSync(cwd), ['old.json']);
    t.is(readFileSync(join(cwd, 'old.json'), 'utf8'), 'old');
    // 10 KiB are allowed: the record is larger
    const limited = shell(`ulimit -f 10; ${BOOT} --ftrace f.txt --json old.json | cat`, cwd);
    t.regex(
      limited.stderr,
      /^earlyboot: old\.json: cannot be written: the file would be larger than is allowed\n$/,
    );
    t.deepEqual(readdirSync(cwd), ['old.json']);
    t.is(readFileSync(join(cwd, 'old.json'), 'utf8'), 'old');
  },
);

test.serial('a renaming that fails takes back those before it', (t) => {
  const cwd = temporary(t);
  const path = (name: string): string => join(cwd, name);
  for (const name of ['1.tmp', '2.tmp', '3.tmp']) writeFileSync(path(name), 'new');
  writeFileSync(path('was'), 'old');
  mkdirSync(path('folder'));
  const renaming = (temporary: string, name: string) => ({ temporary: path(temporary), path: path(name) });
  const all = [renaming('1.tmp', 'was'), renaming('2.tmp', 'is-new'), renaming('3.tmp', 'folder')];
  t.throws(() => renameAll(all), { code: 'EISDIR' });
  t.is(readFileSync(path('was'), 'utf8'), 'old');
  t.deepEqual(readdirSync(cwd).toSorted(), ['3.tmp', 'folder', 'was']);
  writeFileSync(path('1.tmp'), 'new');
  writeFileSync(path('2.tmp'), 'new');
  renameAll(all.slice(0, 2));
  t.is(readFileSync(path('was'), 'utf8'), 'new');
  t.deepEqual(readdirSync(cwd).toSorted(), ['3.tmp', 'folder', 'is-new', 'was']);
});

test.serial('stdout that cannot take everything: one line and 1, whatever was printed', (t) => {
  const cwd = temporary(t);
  for (const argv of [
    'boot tiny-512m',
    'boot skylake-768g --json -',
    'machines',
    '--help',
    'completion bash',
  ]) {
    const { status, stderr } = shell(`${EARLYBOOT} ${argv} > /dev/full`, cwd);
    t.is(status, 1, argv);
    t.regex(stderr, /^earlyboot: stdout: no space left on the device\n$/, argv);
  }
  // 64 KiB are allowed, as on a disk that fills up in the middle of a write
  const cut = shell(`ulimit -f 64; ${EARLYBOOT} boot skylake-768g --json - > cut.json`, cwd);
  t.is(cut.status, 1);
  t.regex(cut.stderr, /earlyboot: stdout: the file would be larger than is allowed\n$/);
  t.is(statSync(join(cwd, 'cut.json')).size, 65_536);
  t.is(shell(`${BOOT} --cpu-count x 2> /dev/full`, cwd).status, 2);
  t.is(shell(`${BOOT} --cpus threads --dump-memmap /dev/null 2> /dev/full > log.txt`, cwd).status, 0);
});

test.serial(
  'all of a large output comes through a pipe that does not block, however slow its reader',
  (t) => {
    if (!has('perl')) {
      t.log('skipped: no perl to make a pipe that does not block');
      t.pass();
      return;
    }
    const cwd = temporary(t);
    const nonblocking = `perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY|O_NONBLOCK); exec @ARGV' --`;
    // dd is started anew for every 8 KiB, 233 KB come
    const slow = `while dd bs=8192 count=1 2> /dev/null > part && test -s part; do cat part; done`;
    const { stdout } = shell(`${nonblocking} ${EARLYBOOT} boot skylake-768g --json - | (${slow}) | cat`, cwd);
    t.is(stdout, shell(`${EARLYBOOT} boot skylake-768g --json -`, cwd).stdout);
    t.true(stdout.length > 200_000);
  },
);

test.serial('a reader that goes away ends stdout quietly, and files are there', (t) => {
  const cwd = temporary(t);
  const { stdout, stderr } = shell(`${BOOT} --json run.json | head -n 1`, cwd);
  t.regex(stdout, /^\[ +0\.000000\] Linux version [^\n]*\n$/);
  t.is(stderr, '');
  t.true(existsSync(join(cwd, 'run.json')));
});

// Whatever a command is pointed at: files without end, devices, pipes and standard input, with a heap of 400 MB.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cli } from '../helpers/cli.ts';
import { EARLYBOOT, shell } from '../helpers/process.ts';

const SMALL_HEAP = 'NODE_OPTIONS=--max-old-space-size=400';

async function folderWithLog(t: ExecutionContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-input-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'log.txt'), (await cli(['boot', 'tiny-512m'])).stdout);
  return folder;
}

test.serial('every option and argument that names a file refuses a device, with one line', async (t) => {
  const cwd = await folderWithLog(t);
  for (const name of ['zero.json', 'zero.js', 'zero.yaml', 'zero']) symlinkSync('/dev/zero', join(cwd, name));
  mkdirSync(join(cwd, 'folder'));
  symlinkSync('/dev/zero', join(cwd, 'folder', 'dmesg.txt'));
  const map = 'map: [{ start: 1M, size: 510M, type: usable }]\n';
  writeFileSync(
    join(cwd, 'table.yaml'),
    `name: x\n${map}acpi: { root: { address: 0x1f0000 }, tables: [{ address: 1M, file: zero }] }\n`,
  );
  writeFileSync(
    join(cwd, 'mp.yaml'),
    `name: x\n${map}acpi: false\nmpTable: { pointer: 0xf0000, file: zero }\n`,
  );
  const cases = [
    ...['zero', 'zero.yaml', 'zero.json', 'folder', 'table.yaml', 'mp.yaml'].map((path) => ['boot', path]),
    ['boot', 'tiny-512m', '--bios', '/dev/zero'],
    ['boot', 'tiny-512m', '--kernel', join(cwd, 'zero.json')],
    ['boot', 'tiny-512m', '--max-threads', join(cwd, 'zero.js')],
    ['predict', 'tiny-512m', '--max-threads', 'zero.js'],
    ['calibrate', 'tiny-512m', '--from', '/dev/zero'],
    ...['import', 'verify', 'profile', 'report', 'diff', 'predict', 'explore'].map((name) => [name, 'zero']),
    ['explain', 'zero', '1M'],
    ['report', 'zero.json'],
  ];
  for (const argv of cases) {
    const { code, stdout, stderr } = await cli(argv, { cwd });
    t.is(code, 2, argv.join(' '));
    t.is(stdout, '', argv.join(' '));
    t.regex(
      stderr,
      /^earlyboot: [^\n]*(?:zero|dmesg\.txt)[^\n]*: is a device: expected a file or a pipe\n$/,
      argv.join(' '),
    );
  }
});

test.serial('endless pipes and files as large as a disk do not fill the memory', async (t) => {
  const cwd = await folderWithLog(t);
  writeFileSync(join(cwd, 'huge.log'), '');
  truncateSync(join(cwd, 'huge.log'), 2 ** 40);
  const cases: [string, RegExp][] = [
    [
      'boot huge.log',
      /^earlyboot: huge\.log: 1099511627776 bytes: expected a kernel log of at most 256 MiB\n$/,
    ],
    [
      'boot <(yes)',
      /^earlyboot: \/dev\/fd\/\d+: more than 268435456 bytes: expected a kernel log of at most 256 MiB\n$/,
    ],
    [
      'boot - < <(yes)',
      /^earlyboot: stdin: more than 268435456 bytes: expected a kernel log of at most 256 MiB\n$/,
    ],
    ['boot tiny-512m --bios <(yes)', /more than 16777216 bytes: expected a BIOS image of at most 16 MiB\n$/],
  ];
  for (const [argv, expected] of cases) {
    const { status, stdout, stderr } = shell(`${SMALL_HEAP} ${EARLYBOOT} ${argv}`, cwd);
    t.is(status, 2, argv);
    t.is(stdout, '', argv);
    t.regex(stderr, expected, argv);
  }
});

test.serial(
  '- is standard input: a log, a description, a record, for every command that takes a machine',
  async (t) => {
    const cwd = await folderWithLog(t);
    const log = readFileSync(join(cwd, 'log.txt'), 'utf8');
    const fromFile = await cli(['boot', join(cwd, 'log.txt')]);
    for (const redirect of ['cat log.txt |', '< log.txt'])
      t.is(shell(`${redirect} ${EARLYBOOT} boot -`, cwd).stdout, fromFile.stdout, redirect);
    t.is(shell(`${EARLYBOOT} boot /dev/stdin`, cwd, log).stdout, fromFile.stdout);
    t.is(shell(`${EARLYBOOT} boot <(cat log.txt)`, cwd).stdout, fromFile.stdout);
    t.regex(
      shell(`${EARLYBOOT} machines laptop-16g | ${EARLYBOOT} boot - | tail -n 1`, cwd).stdout,
      /software IO TLB/,
    );
    t.regex(
      shell(`${EARLYBOOT} import - | head -n 2`, cwd, log).stdout,
      /^# yaml-language-server: .*\nname: stdin\n$/,
    );
    t.regex(shell(`${EARLYBOOT} verify -`, cwd, log).stdout, /^stdin: [\d.]+ % of memory lines exact/);
    t.regex(shell(`${EARLYBOOT} verify <(cat log.txt)`, cwd).stdout, /^\d+: [\d.]+ % of memory lines exact/);
    t.regex(shell(`${EARLYBOOT} diff - -`, cwd, log).stdout, /^log: the same\n/);
    const piped = shell(`${EARLYBOOT} boot tiny-512m --json - | ${EARLYBOOT} report - -o - | head -n 1`, cwd);
    t.regex(piped.stdout, /^<!doctype html>/);
  },
);

test.serial(
  'a terminal or a device on standard input is refused, an empty one said to be empty',
  async (t) => {
    const cwd = await folderWithLog(t);
    t.is(
      shell(`${EARLYBOOT} boot - < /dev/null`, cwd).stderr,
      'earlyboot: stdin: is a device: expected a file or a pipe\n',
    );
    t.regex(
      shell(`: | ${EARLYBOOT} boot -`, cwd).stderr,
      /^earlyboot: stdin: the file is empty: expected a kernel log/,
    );
    t.is(
      shell(`${EARLYBOOT} boot - < .`, cwd).stderr,
      'earlyboot: stdin: is a folder: expected a file or a pipe\n',
    );
  },
);

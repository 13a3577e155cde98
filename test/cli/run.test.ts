import { spawnSync } from 'node:child_process';
import test from 'ava';
import { Bug } from '../../src/lib/bug.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { report } from '../../src/cli/run.ts';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';

test('--help lists every command; no argument is bad input', async (t) => {
  const help = await cli(['--help']);
  t.is(help.code, 0);
  for (const { name, summary } of COMMANDS)
    t.true(help.stdout.includes(`  ${name}`) && help.stdout.includes(summary.slice(0, 20)), name);
  t.is((await cli(['help'])).stdout, help.stdout);
  const nothing = await cli([]);
  t.is(nothing.code, 2);
  t.deepEqual(await cli(['--version']), { code: 0, stdout: '1.2.3\n', stderr: '' });
});

test('every command has --help with its options and an example', async (t) => {
  for (const { name } of COMMANDS) {
    const { code, stdout, stderr } = await cli([name, '--help']);
    t.is(code, 0, name);
    t.is(stderr, '', name);
    t.true(stdout.startsWith(`Usage: earlyboot ${name} `), name);
    t.regex(stdout, new RegExp(`Examples?.*:\\n[\\s\\S]*earlyboot ${name}`), name);
  }
});

test('a wrong command, option or value: one line on stderr, nothing on stdout, status 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['bot'], /^earlyboot: unknown command "bot": did you mean boot\? \(earlyboot --help lists them\)\n$/],
    [['hlep'], /^earlyboot: unknown command "hlep": did you mean help\? /],
    [['help', 'repotr'], /^earlyboot: unknown command "repotr": did you mean report\? /],
    [['frobnicate'], /^earlyboot: unknown command "frobnicate" \(earlyboot --help lists them\)\n$/],
    [
      ['boot', 'tiny-512m', '--kernle', '6.1'],
      /^earlyboot: unknown option '--kernle': did you mean --kernel\?\n$/,
    ],
    [['--frobnicate'], /^earlyboot: unknown option '--frobnicate'/],
    [['machines', '--frobnicate'], /^earlyboot: unknown option '--frobnicate'/],
    [['boot'], /^earlyboot: missing required argument 'machine'/],
    [
      ['boot', 'tiny-512m', '--max-threads', '0'],
      /^earlyboot: option '--max-threads .*expected a number of threads/,
    ],
    [['boot', 'tiny-512m', '--max-threads', '101%'], /a share from 1% to 100%/],
    [['boot', 'tiny-512m', '--arch', 'arm64'], /Allowed choices are x86, generic/],
    [['boot', 'tiny-512m', '--seed', '-1'], /expected a whole number from 0/],
    [['boot', 'tiny-512m', '--cpu', 'la58=on'], /^earlyboot: --cpu "la58=on": expected/],
    [
      ['boot', 'tiny-513m'],
      /^earlyboot: "tiny-513m": no such file, folder or built-in machine: did you mean tiny-512m\?/,
    ],
    [
      ['machines', 'skylake'],
      /^earlyboot: "skylake": no built-in machine: did you mean skylake-768g\? \(earlyboot machines lists them\)\n$/,
    ],
    [['machines', 'zzz'], /^earlyboot: "zzz": no built-in machine \(earlyboot machines lists them\)\n$/],
    [['boot', 'tiny-512m', '--kernel', 'bsae'], /^earlyboot: kernel "bsae": did you mean base\?\n$/],
    [
      ['explain', 'tiny-512m', 'init_mem_maping'],
      /^earlyboot: "init_mem_maping": expected an address such as .*: did you mean init_mem_mapping\?$/m,
    ],
    [
      ['explain', 'tiny-512m', 'zzz'],
      /^earlyboot: "zzz": expected an address such as 0x1000000 or 700G, an owner such as .* took memory here\n$/,
    ],
    [['explain', 'tiny-512m', '4P'], /^earlyboot: "4P": expected a physical address below 2\^52, /],
    [
      ['explore', 'hand-out-3x33'],
      /^earlyboot: "hand-out-3x33": no such scenario, .*: did you mean hand-out-3x3\? /,
    ],
    [['explore', 'skylake-786g'], /: did you mean skylake-768g\? /],
    [
      ['explore', 'mutant/lost-wkae'],
      /^earlyboot: scenario "mutant\/lost-wkae": did you mean mutant\/lost-wake\?\n$/,
    ],
    [['import', 'skylake-768g'], /a machine description already: expected a kernel log/],
    [['machines', 'a', 'b'], /^earlyboot: too many arguments/],
  ];
  for (const [argv, expected] of cases) {
    const { code, stdout, stderr } = await cli(argv);
    t.is(code, 2, argv.join(' '));
    t.is(stdout, '', argv.join(' '));
    t.regex(stderr, expected, argv.join(' '));
    t.is(stderr.split('\n').length, 2, argv.join(' '));
  }
});

test('a bug prints its history and ends with 1; anything else thrown is an internal error', (t) => {
  const run = (error: unknown) => {
    let text = '';
    const code = report(error, (printed) => void (text += printed));
    return { code, text };
  };
  const bug = run(new Bug('zone 3 has no pages', ['add 0', 'remove 0']));
  t.is(bug.code, 1);
  t.regex(bug.text, /^earlyboot: BUG: zone 3 has no pages\n {2}add 0\n {2}remove 0\n/);
  t.deepEqual(run(new InputError('map', 'a\nb')), { code: 2, text: 'earlyboot: a\nearlyboot: b\n' });
  t.regex(run(new TypeError('x')).text, /^earlyboot: internal error: TypeError: x/);
  t.is(run('text').code, 1);
});

const main = ['src/cli/earlyboot.js'];

test('the process: status, streams, a closed pipe', (t) => {
  const good = spawnSync(process.execPath, [...main, 'machines', '--json'], { cwd: ROOT, encoding: 'utf8' });
  t.is(good.status, 0);
  t.is(good.stderr, '');
  const list: unknown = JSON.parse(good.stdout);
  t.true(typeof list === 'object' && list !== null && 'machines' in list);
  const bad = spawnSync(process.execPath, [...main, 'nonsense'], { cwd: ROOT, encoding: 'utf8' });
  t.is(bad.status, 2);
  const command = `'${process.execPath}' ${main[0]} machines monster-64t | head -n 1`;
  const pipe = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
  t.is(pipe.stdout, 'name: monster-64t\n');
  t.is(pipe.stderr, '');
});

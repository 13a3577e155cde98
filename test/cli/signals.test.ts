// Signals end every command at once, in the middle of whatever it does: nothing goes on, nothing lies about.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { BUILTIN_NAMES } from '../../src/machine/builtin/list.ts';
import { cli } from '../helpers/cli.ts';
import { EARLYBOOT, has, shell, start, type Running } from '../helpers/process.ts';

function temporary(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-signals-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Processes that have `text` on their command line or in their environment. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(text);
        } catch {
          return false; // it has ended, or is another user's
        }
      }),
    );
}

const HOURS = '1000000000';
const many = (count: number): string[] => Array.from({ length: count }, () => BUILTIN_NAMES).flat();

/** Each would go on for a minute at least. */
const LONG: readonly (readonly [
  name: string,
  argv: readonly string[],
  until: (run: Running) => Promise<void>,
])[] = [
  ['explore', ['explore', 'serial-hotplug', '--schedules', HOURS], (run) => run.computes(1)],
  ['predict', ['predict', ...many(50)], (run) => run.computes(2)],
  ['emulated CPUs', ['boot', 'skylake-768g', '--cpus', 'emulated'], (run) => run.computes(2)],
  [
    'worker threads',
    ['bench', '--no-native', '--runs', HOURS],
    (run) => run.says('16 GiB of modelled memory'),
  ],
];

for (const [name, argv, until] of LONG)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    test.serial(`${name}: ${signal}`, async (t) => {
      t.timeout(60_000);
      const run = start(argv, temporary(t));
      await until(run);
      t.is(await run.ends(signal), signal);
    });

test.serial('boots one after the other, and one that waits for its input', async (t) => {
  t.timeout(120_000);
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'log.txt'), (await cli(['boot', 'skylake-768g'])).stdout);
  shell('mkfifo pipe', cwd);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const boots = start(['verify', ...Array.from({ length: 1000 }, () => 'log.txt')], cwd);
    await boots.computes(1);
    t.is(await boots.ends(signal), signal);
    const reading = start(['boot', 'pipe'], cwd);
    await reading.computes(0.1);
    t.is(await reading.ends(signal), signal);
  }
});

test.serial('a shell sees 130, 143 and 129', (t) => {
  const cwd = temporary(t);
  for (const [signal, status] of [
    ['INT', 130],
    ['TERM', 143],
    ['HUP', 129],
  ] as const) {
    // with job control: without it a shell has what it puts into the background ignore SIGINT until Node has started
    const line = `set -m; ${EARLYBOOT} explore serial-hotplug --schedules ${HOURS} & kill -${signal} $!; wait $! 2>/dev/null; echo $?`;
    t.is(shell(line, cwd).stdout, `${status}\n`);
  }
});

test.serial('bench: its folder, its C program and the compiler are gone', async (t) => {
  t.timeout(120_000);
  if (!has('gcc')) {
    t.log('skipped: no gcc');
    t.pass();
    return;
  }
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const)
    for (const moment of ['compiling', 'running']) {
      const TMPDIR = temporary(t);
      const run = start(['bench', '--runs', HOURS], TMPDIR, { TMPDIR });
      if (moment === 'running') await run.says('16 GiB of modelled memory');
      else await run.computes(0.3);
      t.is(await run.ends(signal), signal);
      t.deepEqual(readdirSync(TMPDIR), [], `${signal} ${moment}`);
      // the system takes a moment to bury them
      while (processesWith(TMPDIR).length > 0) await setTimeout(20);
    }
});

test.serial('outputs: no temporary file is left while a pipe waits for its reader', async (t) => {
  t.timeout(60_000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const cwd = temporary(t);
    shell('mkfifo pipe; echo old > run.json', cwd);
    const run = start(['boot', 'tiny-512m', '--json', 'run.json', '--trace', 'pipe'], cwd);
    await run.says('waiting for a reader');
    t.is(readdirSync(cwd).length, 3, 'the record is in a temporary file');
    t.is(await run.ends(signal), signal);
    t.deepEqual(readdirSync(cwd).toSorted(), ['pipe', 'run.json']);
    t.is(readFileSync(join(cwd, 'run.json'), 'utf8'), 'old\n');
  }
});

// Completion scripts: made from the commands, run by their shells where these are installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { KERNEL_NAMES } from '../../src/kernels/named.ts';
import { allScenarios } from '../../src/scenarios/catalogue.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { cli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-completion-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const SHELLS = ['bash', 'zsh', 'fish'] as const;

for (const shell of SHELLS) {
  test(`${shell}: knows every command, options with their choices, and machines`, async (t) => {
    const { code, stdout } = await cli(['completion', shell]);
    t.is(code, 0);
    for (const { name } of COMMANDS) t.regex(stdout, new RegExp(`\\b${name}\\b`));
    t.regex(stdout, shell === 'fish' ? /-l max-threads/ : /--max-threads/);
    t.regex(stdout, /x86 generic/);
    t.regex(stdout, /skylake-768g/);
    t.regex(stdout, shell === 'fish' ? /-l append-b/ : /--append-b/);
    for (const name of [...KERNEL_NAMES, ...allScenarios().map((scenario) => scenario.name)])
      t.true(stdout.includes(name), name);
  });

  test(`${shell}: the shell itself accepts the script`, async (t) => {
    const { stdout } = await cli(['completion', shell]);
    const file = join(folder, shell);
    writeFileSync(file, stdout);
    const { error, status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    if (error) {
      t.log(`skipped: ${shell} is not installed`);
      t.pass();
      return;
    }
    t.is(status, 0, stderr);
  });
}

/** What bash offers for `words`, of which the last is being typed. */
async function bashOffers(words: readonly string[]): Promise<string[]> {
  const { stdout } = await cli(['completion', 'bash']);
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${stdout}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _earlyboot; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' });
  return run.error ? [] : run.stdout.trim().split('\n');
}

test('bash offers commands, machines, kernels, scenarios, flags and choices', async (t) => {
  if (spawnSync('bash', ['-c', 'true']).error) {
    t.log('skipped: bash is not installed');
    t.pass();
    return;
  }
  t.deepEqual(await bashOffers(['earlyboot', 'expla']), ['explain']);
  t.deepEqual(await bashOffers(['earlyboot', 'boot', 'sky']), ['skylake-768g']);
  t.deepEqual(await bashOffers(['earlyboot', 'boot', '--arch', '']), ['x86', 'generic']);
  t.deepEqual(await bashOffers(['earlyboot', 'boot', '--ftr']), ['--ftrace']);
  t.deepEqual(await bashOffers(['earlyboot', 'completion', 'f']), ['fish']);
  t.deepEqual(await bashOffers(['earlyboot', 'diff', '--kernel-b', '6.12']), ['6.12', '6.12-cloud']);
  t.deepEqual(await bashOffers(['earlyboot', 'kernels', '7.3']), ['7.3']);
  t.deepEqual(await bashOffers(['earlyboot', 'history', '--from', '5.1']), ['5.10']);
  t.deepEqual(await bashOffers(['earlyboot', 'explore', 'hand-out-3']), ['hand-out-3x3']);
  t.deepEqual(await bashOffers(['earlyboot', 'explore', 'mutant/lost-w']), ['mutant/lost-wake']);
  t.deepEqual(await bashOffers(['earlyboot', 'help', 'comp']), ['completion']);
  t.deepEqual(await bashOffers(['earlyboot', 'kernels', 'sky']), ['']); // no machine
});

test('an unknown shell is refused', async (t) => {
  const { code, stderr } = await cli(['completion', 'tcsh']);
  t.is(code, 2);
  t.regex(stderr, /bash, zsh, fish/);
});

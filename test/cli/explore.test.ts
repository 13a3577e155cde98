// earlyboot explore as a user runs it.
import test from 'ava';
import { cli } from '../helpers/cli.ts';

test('a sound scenario: one line of what was done, exit 0', async (t) => {
  const { code, stdout } = await cli(['explore', 'hand-out-3x3', '--strategy', 'exhaustive']);
  t.is(code, 0);
  t.regex(stdout, /^hand-out-3x3: 3 CPUs take 3 chunks/);
  t.regex(stdout, /exhaustive, seed 1: 486 schedules, all there are, [\d,]+ steps: nothing found\n$/);
});

test('a fault is drawn, and the line below runs it again', async (t) => {
  const found = await cli(['explore', 'mutant/lost-wake']);
  t.is(found.code, 1);
  t.regex(found.stdout, /deadlock: boot sleeps/);
  const again = /earlyboot (explore --replay \S+)\n$/.exec(found.stdout)?.[1]?.split(' ') ?? [];
  const { code, stdout, stderr } = await cli(again);
  t.is(code, 1);
  t.is(stderr, '');
  t.true(found.stdout.includes(stdout.trimEnd()));
});

test('a machine under its own kernel: deferred init of all its nodes', async (t) => {
  const { code, stdout } = await cli(['explore', 'laptop-16g', '--schedules', '20', '--strategy', 'pct']);
  t.is(code, 0);
  t.regex(stdout, /pct, seed 1: 20 schedules, [\d,]+ steps: nothing found/);
});

test('the list names every scenario; JSON has them too', async (t) => {
  const { stdout } = await cli(['explore']);
  t.regex(stdout, /^hand-out-2x2 /m);
  t.regex(stdout, /^found\/wrap-3-cpus /m);
  const { scenarios } = JSON.parse((await cli(['explore', '--json'])).stdout) as { scenarios: unknown[] };
  t.is(scenarios.length, stdout.trimEnd().split('\n').length);
});

test('JSON of a failure: what, where and the token', async (t) => {
  const { code, stdout } = await cli(['explore', 'mutant/work-leak', '--json']);
  t.is(code, 1);
  const { failure } = JSON.parse(stdout) as { failure: { message: string; token: string } };
  t.regex(failure.message, /works are back in the pool/);
  t.regex(failure.token, /^mutant\/work-leak:/);
});

test('bad input: one line, exit 2', async (t) => {
  for (const argv of [
    ['explore', 'mutant/no-such'],
    ['explore', 'no-such-machine'],
    ['explore', '--replay', 'nonsense'],
    ['explore', 'mt-job', '--replay', 'hand-out-2x2:1'],
    ['explore', 'mt-job', '--schedules', '0'],
  ]) {
    const { code, stdout, stderr } = await cli(argv);
    t.is(code, 2, argv.join(' '));
    t.is(stdout, '');
    t.is(stderr.trimEnd().split('\n').length, 1, stderr);
  }
});

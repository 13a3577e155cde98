// Progress on stderr: silent for half a second, then what and how far; renewed in place on a terminal only.
import test from 'ava';
import type { CliIo } from '../../src/cli/io.ts';
import { progressOn } from '../../src/cli/progress.ts';

function streams(stderrIsTTY: boolean) {
  const state = { now: 0, text: '' };
  const io: CliIo = {
    stdout: () => undefined,
    stderr: (text) => void (state.text += text),
    styledStdout: () => undefined,
    styledStderr: (text) => void (state.text += text),
    stdoutIsTTY: false,
    stderrIsTTY,
    columns: 40,
    color: false,
    env: {},
    cwd: '/',
    now: () => state.now,
    setFailed: () => undefined,
  };
  return { io, state };
}

test('what is over within half a second says nothing', (t) => {
  const { io, state } = streams(true);
  const progress = progressOn(io, 'work');
  state.now = 499;
  progress.update(9, 10);
  progress.say('step');
  progress.done();
  t.is(state.text, '');
});

test('a terminal gets one line that renews itself and goes', (t) => {
  const { io, state } = streams(true);
  const progress = progressOn(io, 'work');
  for (const [now, done] of [
    [500, 1],
    [550, 2],
    [600, 3],
  ] as const) {
    state.now = now;
    progress.update(done, 10);
  }
  t.is(state.text, '\r\x1b[Kearlyboot: work: 1 of 10\r\x1b[Kearlyboot: work: 3 of 10');
  progress.done();
  t.true(state.text.endsWith('\r\x1b[K'));
});

test('elsewhere a line for each tenth, and one for a step', (t) => {
  const { io, state } = streams(false);
  const progress = progressOn(io, 'work');
  state.now = 1000;
  for (let done = 0; done < 100; done++) progress.update(done, 100);
  progress.done();
  const lines = state.text.trimEnd().split('\n');
  t.is(lines.length, 10);
  t.is(lines[1], 'earlyboot: work: 10 of 100');
  const other = streams(false);
  const steps = progressOn(other.io, 'work');
  other.state.now = 1000;
  steps.say('one');
  steps.say('two');
  t.is(other.state.text, 'earlyboot: work: one\n');
});

test('a line never gets wider than the terminal', (t) => {
  const { io, state } = streams(true);
  const progress = progressOn(io, 'a machine with a name that goes on and on');
  state.now = 1000;
  progress.say('step');
  t.true(state.text.replace('\r\x1b[K', '').length < 40);
});

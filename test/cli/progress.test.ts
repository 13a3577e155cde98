// Progress on stderr: silent for half a second and where there is no terminal, then what, how far and how long still.
import test from 'ava';
import type { CliIo } from '../../src/cli/io.ts';
import { clearing, progressOn } from '../../src/cli/progress.ts';

function streams(stderrIsTTY = true) {
  const state = { now: 0, text: '' };
  const print = (text: string): void => void (state.text += text);
  const io: CliIo = {
    stdout: print,
    stderr: print,
    styledStdout: print,
    styledStderr: print,
    stdoutIsTTY: false,
    stderrIsTTY,
    columns: 60,
    color: false,
    env: {},
    cwd: '/',
    now: () => state.now,
    setFailed: () => undefined,
  };
  return { io, state };
}

const lines = (text: string): string[] => text.split('\r\x1b[K').slice(1);

test('what is over within half a second says nothing', (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'work');
  state.now = 499;
  progress.update(9, 10);
  progress.say('step');
  progress.done();
  t.is(state.text, '');
});

test('one line that renews itself ten times a second at most, and goes', (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'work');
  for (const [now, step] of [
    [500, 'one'],
    [599, 'two'],
    [600, 'three'],
  ] as const) {
    state.now = now;
    progress.say(step);
  }
  progress.done();
  t.deepEqual(lines(state.text), ['earlyboot: work: one', 'earlyboot: work: three', '']);
});

test('what is left is estimated from the first count on, anew for another unit', (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'work');
  const at = (now: number, done: number, of: number, unit: string, note?: string): void => {
    state.now = now;
    progress.update(done, of, { unit, note });
  };
  at(1000, 100, 1100, 'items'); // done before
  at(3000, 300, 1100, 'items', '2 failed'); // 100 a second, 800 left
  at(4000, 0, 4_000_000, 'pages');
  at(5000, 1000, 4_000_000, 'pages'); // 3999 s
  at(6000, 4_000_000, 4_000_000, 'pages');
  t.deepEqual(lines(state.text), [
    'earlyboot: work: 100 of 1,100 items',
    'earlyboot: work: 300 of 1,100 items, 8 s left, 2 failed',
    'earlyboot: work: 0 of 4,000,000 pages',
    'earlyboot: work: 1,000 of 4,000,000 pages, 67 min left',
    'earlyboot: work: 4,000,000 of 4,000,000 pages',
  ]);
});

test('the last step of a burst is shown when it is time', async (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'work');
  state.now = 450;
  progress.say('first');
  progress.say('last');
  t.is(state.text, '');
  // the line's own timer keeps no process alive
  const alive = setInterval(() => undefined, 1000);
  await new Promise<void>((resolve) => {
    const { styledStderr } = io;
    Object.assign(io, { styledStderr: (text: string) => (styledStderr(text), resolve()) });
  });
  clearInterval(alive);
  t.is(state.text, '\r\x1b[Kearlyboot: work: last');
});

test('other lines take it away, and it comes back', (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'work');
  const own = clearing(io, progress);
  state.now = 600;
  progress.say('step');
  own.stdout('result\n');
  own.stderr('more\n');
  state.now = 700;
  progress.say('step');
  t.is(state.text, '\r\x1b[Kearlyboot: work: step\r\x1b[Kresult\nmore\n\r\x1b[Kearlyboot: work: step');
});

test('silence where stderr is no terminal', (t) => {
  const { io, state } = streams(false);
  const progress = progressOn(io, 'work');
  state.now = 1000;
  for (let done = 0; done < 100; done++) progress.update(done, 100);
  progress.say('step');
  progress.done();
  t.is(state.text, '');
});

test('a line never gets wider than the terminal', (t) => {
  const { io, state } = streams();
  const progress = progressOn(io, 'a machine with a name that goes on and on and would not fit');
  state.now = 1000;
  progress.say('step');
  t.is(state.text.replace('\r\x1b[K', '').length, 59);
});

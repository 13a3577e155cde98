// Virtual time: a run of 1000 ns with events at 100, 400 and 1000, played in 10 ms of host time.
import test from 'ava';
import { capsTo } from '../../src/report/caps.ts';
import { Player } from '../../src/web/player.ts';

const player = () => new Player(1000, [400, 100, 1000, 100], 10);

test('time stands still until it is played, and stops at the end', (t) => {
  const p = player();
  t.false(p.tick(5));
  t.is(p.nowNs, 0);
  p.play();
  t.true(p.tick(5));
  t.is(p.nowNs, 500);
  t.true(p.tick(50));
  t.is(p.nowNs, 1000);
  t.false(p.playing);
});

test('play at the end starts again', (t) => {
  const p = player();
  p.seek(1000);
  p.play();
  t.is(p.nowNs, 0);
  t.true(p.playing);
});

test('steps stop at each event, forward and back, and pause', (t) => {
  const p = player();
  p.play();
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) {
    p.step(1);
    seen.push(p.nowNs);
  }
  t.deepEqual(seen, [100, 400, 1000, 1000]);
  t.false(p.playing);
  p.step(-1);
  t.is(p.nowNs, 400);
  p.step(-1);
  p.step(-1);
  t.is(p.nowNs, 0);
});

test('seeking is clamped; speed scales', (t) => {
  const p = player();
  p.seek(-1);
  t.is(p.nowNs, 0);
  p.seek(2000);
  t.is(p.nowNs, 1000);
  p.speed = 0.25;
  p.play();
  p.tick(4);
  t.is(p.nowNs, 100);
});

test('a run without chunks has nothing to play', (t) => {
  const p = new Player(0, [], 10);
  p.play();
  t.false(p.playing);
  p.step(1);
  t.is(p.nowNs, 0);
});

test('caps: all small ones, then wider steps, always 1 and the most', (t) => {
  t.deepEqual(capsTo(1), [1]);
  t.deepEqual(capsTo(4), [1, 2, 3, 4]);
  const caps = capsTo(64);
  t.is(caps[0], 1);
  t.is(caps.at(-1), 64);
  t.true(caps.length <= 20);
  t.deepEqual(
    [...caps].sort((a, b) => a - b),
    caps,
  );
});

// Calibration finds what a machine was made with, and says where it cannot know.
import test from 'ava';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import { calibrate } from '../../src/predict/calibrate.ts';
import { calibrationText, determined } from '../../src/predict/calibration-text.ts';
import { inverse } from '../../src/predict/matrix.ts';
import { restOfBoot, standardErrorMs } from '../../src/predict/measurement.ts';
import { deferredInitMs } from '../../src/predict/slowest.ts';
import { builtin, row } from './helpers/machines.ts';

test('a machine that the model made: page cost within 2 %, bandwidth within 3 %', async (t) => {
  const { state } = await builtin('broadwell-192g');
  const truth = resolveTiming({ pageInitNs: 25, nodeBandwidthGBs: 22 });
  const rows = [1, 8, 32].map((threads) => row(threads, deferredInitMs(state, truth, threads), 0.5));
  const { timing, fitted } = calibrate(state, { cpu: 'broadwell' }, rows);
  t.true(Math.abs(Number(timing.pageInitNs) / 25 - 1) < 0.02, String(timing.pageInitNs));
  t.true(Math.abs(Number(timing.nodeBandwidthGBs) / 22 - 1) < 0.03, String(timing.nodeBandwidthGBs));
  t.deepEqual(
    fitted.map((f) => [f.key, determined(f)]),
    [
      ['pageInitNs', 'determined by the measurements'],
      ['nodeBandwidthGBs', 'determined by the measurements'],
      ['htFactor', 'mostly the default: the measurements say little'],
    ],
  );
});

test('one thread says nothing of bandwidth: the generation’s default stays, with its error', async (t) => {
  const { state } = await builtin('broadwell-192g');
  const { timing, fitted, restOfBootMs } = calibrate(state, { cpu: 'broadwell' }, [row(1, 1000, 2)]);
  const bandwidth = fitted.find((f) => f.key === 'nodeBandwidthGBs');
  t.true(Math.abs(Number(timing.nodeBandwidthGBs) / (bandwidth?.prior ?? 0) - 1) < 0.02);
  t.true(Math.abs((bandwidth?.error ?? 0) / (bandwidth?.priorError ?? 1) - 1) < 0.05);
  t.is(restOfBootMs, null);
  const text = calibrationText('m', calibrate(state, { cpu: 'broadwell' }, [row(1, 1000, 2)]));
  t.regex(text, /nodeBandwidthGBs .*mostly the default/);
  t.regex(text, /restOfBootMs +unknown/);
});

test('a fit says how far it is: the step is halved six times, from 0.16 to below 0.004', async (t) => {
  const { state } = await builtin('broadwell-192g');
  const calls: (readonly [number, number])[] = [];
  const onProgress = (done: number, of: number): void => void calls.push([done, of]);
  calibrate(state, { cpu: 'broadwell' }, [row(1, 1000, 2)], { onProgress });
  t.deepEqual(
    [...new Set(calls.map((call) => call.join(' of ')))],
    ['0 of 6', '1 of 6', '2 of 6', '3 of 6', '4 of 6', '5 of 6'],
  );
});

test('nothing to fit', async (t) => {
  const { state } = await builtin('tiny-512m');
  t.throws(() => calibrate(state, {}, []), { message: /no measurements/ });
  const nodes = state.nodes.map((node) => ({ ...node, firstDeferredPfn: null, ranges: [] }));
  t.throws(() => calibrate({ ...state, nodes }, {}, [row(1, 5)]), { message: /defers no struct pages/ });
});

test('standard errors: runs, steps and the model’s coarseness', (t) => {
  // 3 runs with 17.32 ms deviation: 10; steps of 1: 0.29; 2 % of 100: 2
  t.true(
    Math.abs(standardErrorMs(row(1, 100, Math.sqrt(300))) - Math.hypot(10, 1 / Math.sqrt(12), 2)) < 1e-9,
  );
  t.is(restOfBoot([row(1, 100)]), null);
  const boots = [110, 112, 114].map((bootMs) => ({ ...row(1, 10), bootMs }));
  t.is(restOfBoot(boots)?.ms, 102);
});

test('the inverse of a small matrix', (t) => {
  const [[a, b], [c, d]] = inverse([
    [2, 1],
    [1, 1],
  ]) as [[number, number], [number, number]];
  t.deepEqual([a, b, c, d].map(Math.round), [1, -1, -1, 2]);
});

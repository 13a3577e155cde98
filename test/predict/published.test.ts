// The seed's table: fitted on three rows a machine (without the series, 1 thread, all threads), the others predicted.
import test from 'ava';
import { calibrate } from '../../src/predict/calibrate.ts';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import type { Measurement } from '../../src/predict/measurement.ts';
import { PUBLISHED_V2 } from '../../src/predict/published/v2.ts';
import { deferredInitMs } from '../../src/predict/slowest.ts';
import { builtin } from './helpers/machines.ts';
import { lines, meanAbs, percent, worst, type Scored } from './helpers/score.ts';

interface Result {
  readonly deferred: Scored[];
  readonly boot: Scored[];
  /** T = a + b/n through the rows of 1 and of all threads. */
  readonly twoParameters: Scored[];
}

function outerRows(rows: readonly Measurement[]): [Measurement, Measurement, Measurement] {
  const [base, one, all] = [rows[0], rows[1], rows.at(-1)];
  if (!base || !one || !all) throw new Error('a table without rows');
  return [base, one, all];
}

async function results(): Promise<Result> {
  const deferred: Scored[] = [];
  const boot: Scored[] = [];
  const twoParameters: Scored[] = [];
  for (const { name: machine, rows } of PUBLISHED_V2) {
    const { state, spec } = await builtin(machine);
    const [base, one, all] = outerRows(rows);
    const { timing } = calibrate(state, { cpu: spec.timing.cpu }, [base, one, all]);
    const b = (one.deferredInitMs - all.deferredInitMs) / (1 - 1 / all.threads);
    const a = one.deferredInitMs - b;
    for (const row of rows.slice(2, -1)) {
      const { threads, deferredInitMs: measured } = row;
      const model = deferredInitMs(state, resolveTiming(timing), threads);
      deferred.push({ machine, threads, measured, model });
      boot.push({ machine, threads, measured: row.bootMs ?? 0, model: Number(timing.restOfBootMs) + model });
      twoParameters.push({ machine, threads, measured, model: a + b / threads });
    }
  }
  return { deferred, boot, twoParameters };
}

test('24 rows that were not fitted: deferred init within 6 % on average and 15 % at worst, boot within 3 %', async (t) => {
  const { deferred, boot, twoParameters } = await results();
  t.log(`deferred init, published and model:\n${lines(deferred)}`);
  t.log(`kernel boot, published and model:\n${lines(boot)}`);
  t.log(`deferred init: mean ${percent(meanAbs(deferred))}, worst ${percent(worst(deferred))}`);
  t.log(`kernel boot: mean ${percent(meanAbs(boot))}, worst ${percent(worst(boot))}`);
  t.log(`a + b/n: mean ${percent(meanAbs(twoParameters))}, worst ${percent(worst(twoParameters))}`);
  t.is(deferred.length, 24);
  t.true(meanAbs(deferred) <= 0.06);
  t.true(worst(deferred) <= 0.15);
  t.true(meanAbs(boot) <= 0.03);
  t.true(meanAbs(deferred) < meanAbs(twoParameters) / 2, 'less than half the error of a + b/n');
});

test('the built-in systems carry what calibration finds', async (t) => {
  for (const { name, rows } of PUBLISHED_V2) {
    const { state, spec } = await builtin(name);
    const { timing } = calibrate(state, { cpu: spec.timing.cpu }, outerRows(rows));
    for (const key of ['pageInitNs', 'nodeBandwidthGBs', 'htFactor', 'restOfBootMs'] as const) {
      const [found, carried] = [Number(timing[key]), Number(spec.timing[key])];
      t.true(Math.abs(found / carried - 1) < 0.02, `${name} ${key}: ${carried}, calibration finds ${found}`);
    }
  }
});

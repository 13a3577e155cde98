// How good are the defaults? Each published machine predicted without a single measurement of its own: page cost and rest of
// boot from nothing or from the others, bandwidth from its memory's peak and the share of it that the others reach.
import test from 'ava';
import { GENERATIONS } from '../../src/cpus/simulated/cost/generations.ts';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import { PUBLISHED_V2 } from '../../src/predict/published/v2.ts';
import { deferredInitMs } from '../../src/predict/slowest.ts';
import { builtin } from './helpers/machines.ts';
import { lines, meanAbs, percent, worst, type Scored } from './helpers/score.ts';

interface Known {
  readonly name: string;
  readonly cpu: string;
  readonly pageInitNs: number;
  /** Bandwidth with all threads as a share of the generation's peak; null for guests that do not reach it. */
  readonly shareOfPeak: number | null;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

async function fitted(): Promise<Known[]> {
  return Promise.all(
    PUBLISHED_V2.map(async ({ name }) => {
      const { timing, cpus } = (await builtin(name)).spec;
      const cpu = String(timing.cpu);
      const peak = GENERATIONS.find((g) => g.name === cpu)?.peakGBs ?? 1;
      const saturates = cpus.length >= 16;
      return {
        name,
        cpu,
        pageInitNs: Number(timing.pageInitNs),
        shareOfPeak: saturates ? Number(timing.nodeBandwidthGBs) / peak : null,
      };
    }),
  );
}

test('leave one machine out: its generation’s defaults, made from the other machines', async (t) => {
  const known = await fitted();
  const scored: Scored[] = [];
  for (const { name: machine, rows } of PUBLISHED_V2) {
    const own = known.find((k) => k.name === machine) as Known;
    const others = known.filter((k) => k.name !== machine);
    const sameGeneration = others.filter((k) => k.cpu === own.cpu);
    const pageInitNs = mean((sameGeneration.length > 0 ? sameGeneration : others).map((k) => k.pageInitNs));
    const share = mean(others.flatMap((k) => (k.shareOfPeak === null ? [] : [k.shareOfPeak])));
    const peak = GENERATIONS.find((g) => g.name === own.cpu)?.peakGBs ?? 1;
    const timing = resolveTiming({ pageInitNs, nodeBandwidthGBs: share * peak });
    const { state } = await builtin(machine);
    for (const { threads, deferredInitMs: measured } of rows)
      scored.push({ machine, threads, measured, model: deferredInitMs(state, timing, threads) });
  }
  t.log(lines(scored));
  t.log(`mean ${percent(meanAbs(scored))}, worst ${percent(worst(scored))}`);
  t.is(scored.length, 42);
  // a record, not a promise: what it gives is in docs/timing.md; far worse would be a fault
  t.true(meanAbs(scored) < 0.2);
});

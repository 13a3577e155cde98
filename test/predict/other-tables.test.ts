// Other published figures that the model can express. Most name no CPU, so a calibration on the first figure or a guess of the
// generation stands for it; the test prints what comes out, and holds only what must hold.
import test from 'ava';
import { demandFor, throughput } from '../../src/cpus/simulated/cost/bandwidth.ts';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import { calibrate } from '../../src/predict/calibrate.ts';
import { mostCpus } from '../../src/predict/early-state.ts';
import { deferredInitMs } from '../../src/predict/slowest.ts';
import { builtin, plain, row } from './helpers/machines.ts';
import { lines, meanAbs, percent, type Scored } from './helpers/score.ts';

test('arm64, 1 thread and all (E. Chanudet, 2024): fitted on 1 thread, bandwidth unknown', async (t) => {
  const machines = [
    { name: 'x13s', cores: 8, gib: 32, one: 108, all: 24 },
    { name: 'SA8775p guest', cores: 8, gib: 36, one: 72, all: 36 },
    { name: 'R137 guest', cores: 8, gib: 58, one: 224, all: 40 },
    { name: 'HR330', cores: 32, gib: 128, one: 324, all: 56 },
  ];
  const scored: Scored[] = [];
  for (const { name, cores, gib, one, all } of machines) {
    const { state } = await plain(name, { cores, gib });
    const { timing } = calibrate(state, {}, [row(1, one)]);
    const model = deferredInitMs(state, resolveTiming(timing), cores);
    scored.push({ machine: name, threads: cores, measured: all, model });
    t.true(model < one && model > one / cores, 'faster than one thread, not faster than ideal');
  }
  t.log(`${lines(scored)}\nmean ${percent(meanAbs(scored))} (core counts of the guests are guesses)`);
});

test('J. Triplett’s 96 CPUs (v1): fitted on one thread, 28 ms with all, in steps of 4', async (t) => {
  const { state } = await builtin('triplett-192g', 'v1');
  const { timing } = calibrate(state, { cpu: 'skylake' }, [row(1, 304)]);
  const model = deferredInitMs(state, resolveTiming(timing), mostCpus(state));
  t.log(lines([{ machine: 'triplett-192g', threads: 48, measured: 28, model }]));
  t.true(model > 304 / 48 && model < 304 / 4);
});

test('ktask, a quarter of the CPUs (2018): fitted on one thread', async (t) => {
  const machines = [
    {
      name: 'E5-2699v4, 503 GiB',
      shape: { nodes: 2, cores: 22, threads: 2, gib: 252 },
      threads: 11,
      one: 5860,
      all: 613,
    },
    {
      name: 'E7-8895v3, 1 TiB',
      shape: { nodes: 8, cores: 18, threads: 2, gib: 128 },
      threads: 9,
      one: 1261,
      all: 325,
    },
  ];
  const scored: Scored[] = [];
  for (const { name, shape, threads, one, all } of machines) {
    const { state } = await plain(name, shape);
    const { timing } = calibrate(state, {}, [row(1, one)]);
    scored.push({
      machine: name,
      threads,
      measured: all,
      model: deferredInitMs(state, resolveTiming(timing), threads),
    });
  }
  t.log(`${lines(scored)}\nmean ${percent(meanAbs(scored))} (ktask initialised and freed in two passes)`);
  for (const { model, measured } of scored) t.true(model < 3 * measured && model > measured / 3);
});

test('hugetlb by threads a node (G. Li, 2024): the bandwidth equation, fitted on 1 and 5 threads', (t) => {
  const tables = [
    { name: '2M, 256G, 2 nodes', ms: [358, 215, 157, 134, 126] },
    { name: '2M, 2T, 4 nodes', ms: [979, 679, 543, 489, 481] },
    { name: '2M, 50G, 2 nodes', ms: [71, 44, 37, 30, 31] },
  ];
  const scored = tables.flatMap(({ name, ms }): Scored[] => {
    const [one, five] = [ms[0] as number, ms[4] as number];
    const curve = (limit: number, n: number): number => one / throughput(n * demandFor(1, limit), limit);
    let [low, high] = [1.001, 100];
    for (let i = 0; i < 60; i += 1) {
      const middle = Math.sqrt(low * high);
      if (curve(middle, 5) > five) low = middle;
      else high = middle;
    }
    return [2, 3, 4].map((n) => ({
      machine: name,
      threads: n,
      measured: ms[n - 1] as number,
      model: curve(low, n),
    }));
  });
  t.log(`${lines(scored)}\nmean ${percent(meanAbs(scored))}`);
  t.true(meanAbs(scored) < 0.25);
});

// Tables of predictions: intervals, caps, forms of output, fast restart.
import test from 'ava';
import { predictionsCsv } from '../../src/predict/csv.ts';
import { withGuestsKept } from '../../src/predict/fast-restart.ts';
import { capsOf } from '../../src/predict/knee.ts';
import { allThreads, predict, tableThreads } from '../../src/predict/predict.ts';
import { representatives } from '../../src/predict/representatives.ts';
import { deferredInitMs } from '../../src/predict/slowest.ts';
import { resolveTiming } from '../../src/cpus/simulated/cost/timing.ts';
import { predictionText } from '../../src/predict/text.ts';
import { curveSvg } from '../../src/report/curve.ts';
import { cli } from '../helpers/cli.ts';
import { builtin } from './helpers/machines.ts';

test('thread counts of the published tables', (t) => {
  t.deepEqual(tableThreads(52), [1, 6, 13, 19, 26, 39, 52]);
  t.deepEqual(tableThreads(32), [1, 4, 8, 12, 16, 24, 32]);
  t.deepEqual(tableThreads(4), [1, 2, 3, 4]);
  t.deepEqual(tableThreads(1), [1]);
  t.deepEqual(allThreads(3), [1, 2, 3]);
});

test('the knee is where less than 5 % is left to gain, the cap where 1 % is', (t) => {
  const times = (ms: number[]) => capsOf(ms.map((m, i) => ({ threads: i + 1, ms: m })));
  t.deepEqual(times([100, 50, 40, 39, 38.5, 38.4]), { best: 5, knee: 3 });
  t.deepEqual(times([10]), { best: 1, knee: 1 });
  t.deepEqual(times([40, 38.1]), { best: 2, knee: 1 });
  t.deepEqual(times([40, 37.9]), { best: 2, knee: 2 });
  t.deepEqual(capsOf([{ threads: 0, ms: 5 }]), { best: 1, knee: 1 });
});

test('rows, intervals around them, published figures beside', async (t) => {
  const { state, spec } = await builtin('haswell-256g');
  const input = { machine: 'haswell-256g', kernel: 'v2', state, timing: spec.timing, threads: [1, 9, 36] };
  const { rows, nodeCpus, caps } = predict(input);
  t.is(nodeCpus, 36);
  t.deepEqual(
    rows.map((row) => row.threads),
    [0, 1, 9, 36],
  );
  t.deepEqual(
    rows.map((row) => row.nodePercent),
    [0, 3, 25, 100],
  );
  for (const { deferredInitMs: ms, bootMs } of rows) {
    t.true(ms.low < ms.value && ms.value < ms.high);
    t.true(bootMs !== null && bootMs.low < bootMs.value && bootMs.value > 1000);
  }
  t.is(rows[0]?.deferredInitSpeedupPercent, null);
  t.is(caps.best, 36);
  const unknown = predict({ ...input, timing: { cpu: 'haswell' }, threads: [36] });
  const width = (p: typeof unknown): number => {
    const ms = p.rows.at(-1)?.deferredInitMs;
    return ((ms?.high ?? 0) - (ms?.low ?? 0)) / (ms?.value ?? 1);
  };
  t.true(width(unknown) > 1.3 * width(predict(input)), 'a machine that nobody measured has wider intervals');
  t.is(unknown.rows[0]?.bootMs, null);
  t.regex(predictionText(unknown), /boot time is unknown/);
});

test('two nodes of a kind stand for 32: within 2 % of all of them', async (t) => {
  const { state, spec } = await builtin('monster-64t');
  const few = representatives(state, () => 16);
  t.is(few.nodes.length, 3);
  const timing = resolveTiming(spec.timing);
  const alone = deferredInitMs(state, timing, 16);
  const { deferredTimes } = await import('../../src/predict/deferred-time.ts');
  const whole = Math.max(...deferredTimes(state, timing, () => 16).map(({ ns }) => ns)) / 1e6;
  t.true(Math.abs(alone / whole - 1) < 0.02, `${alone} and ${whole}`);
  t.is(representatives(state, () => 65).nodes.length, 3);
  t.is(representatives(state, () => 66).nodes.length, 32, '32 × 65 helpers exhaust the pool of 2048');
});

test('CSV and SVG carry every row', async (t) => {
  const { state, spec } = await builtin('haswell-14g-guest');
  const prediction = predict({
    machine: 'a,b',
    kernel: 'v2',
    state,
    timing: spec.timing,
    threads: [1, 2],
    published: [
      {
        threads: 2,
        deferredInitMs: 36,
        deferredInitStdevMs: 5,
        bootMs: 650,
        bootStdevMs: 3,
        resolutionMs: 1,
      },
    ],
  });
  const csv = predictionsCsv([prediction]).trimEnd().split('\n');
  t.is(csv.length, 4);
  t.regex(csv[3] ?? '', /^"a,b",v2,model,2,50,.*,650,36$/);
  const svg = curveSvg([
    { machine: 'x', threads: 0, ms: 9, lowMs: 8, highMs: 10, publishedMs: null },
    { machine: 'x', threads: 1, ms: 9, lowMs: 8, highMs: 10, publishedMs: 9.5 },
    { machine: 'x', threads: 2, ms: 5, lowMs: 4, highMs: 6, publishedMs: null },
  ]);
  t.regex(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  t.is(svg.match(/\(published\)/g)?.length, 1);
});

test('guests kept: of each node the upper part, whole GiB, what is below 4 GiB stays', async (t) => {
  const { spec } = await builtin('haswell-256g');
  const kept = withGuestsKept(spec, 50);
  const high = kept.map.filter(({ addr }) => addr >= 2n ** 32n);
  const GiB = 2n ** 30n;
  t.deepEqual(
    high.map(({ addr, size, type }) => [addr / GiB, size / GiB, type]),
    [
      [4n, 63n, 1],
      [67n, 63n, 2],
      [130n, 64n, 1],
      [194n, 64n, 2],
    ],
  );
  t.deepEqual(
    withGuestsKept(spec, 0).map.filter((e) => e.type === 1).length,
    spec.map.filter((e) => e.type === 1).length + 1,
  );
  t.throws(() => withGuestsKept(spec, 96), { message: /expected 0 to 95/ });
  t.throws(() => withGuestsKept(spec, Number.NaN), { message: /expected 0 to 95/ });
});

test('a fast restart on the command line', async (t) => {
  const { code, stdout } = await cli(['predict', 'haswell-256g', '--keep-guests', '80%', '--json']);
  t.is(code, 0);
  const { restarts } = JSON.parse(stdout) as {
    restarts: { withoutMs: number; withMs: number; deferredPages: number }[];
  };
  const [whole, kept] = restarts;
  t.true((kept?.deferredPages ?? 1) < 0.25 * (whole?.deferredPages ?? 0));
  t.true((kept?.withMs ?? 1) < (kept?.withoutMs ?? 0));
});

test('the command line: JSON says model, errors name the option', async (t) => {
  const json = await cli(['predict', 'epyc-16g-guest', '--json', '--threads', '1,4']);
  t.is(json.code, 0, json.stderr);
  const { predictions } = JSON.parse(json.stdout) as { predictions: { source: string; rows: unknown[] }[] };
  t.is(predictions[0]?.source, 'model');
  t.is(predictions[0]?.rows.length, 3);
  const table = await cli(['predict', 'epyc-16g-guest', 'tiny-512m', '--kernel', 'v2']);
  t.regex(table.stdout, /published boot/);
  t.regex(table.stdout, /tiny-512m, kernel v2/);
  const bad = await cli(['predict', 'epyc-16g-guest', '--threads', '1,x']);
  t.is(bad.code, 2);
  t.regex(bad.stderr, /--threads 1,x: "x": expected whole numbers/);
  t.is((await cli(['predict', 'epyc-16g-guest', '--csv', '--json'])).code, 2);
  t.is((await cli(['predict', 'epyc-16g-guest', '--max-threads', '0'])).code, 2);
});

test('calibrate on the command line writes a description that predicts', async (t) => {
  const rows = JSON.stringify([
    { threads: 1, deferredInitMs: 60, bootMs: 700 },
    { threads: 4, deferredInitMs: 25 },
  ]);
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(tmpdir(), 'earlyboot-calibrate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'rows.json'), rows);
  const from = join(folder, 'rows.json');
  const out = join(folder, 'm.yaml');
  const made = await cli(['calibrate', 'epyc-16g-guest', '--from', from, '-o', out]);
  t.is(made.code, 0, made.stderr);
  t.regex(made.stdout, /pageInitNs .*determined by the measurements/);
  const used = await cli(['predict', out, '--threads', '1', '--json']);
  t.is(used.code, 0, used.stderr);
  const { predictions } = JSON.parse(used.stdout) as {
    predictions: { rows: { deferredInitMs: { value: number } }[] }[];
  };
  t.true(Math.abs((predictions[0]?.rows[1]?.deferredInitMs.value ?? 0) / 60 - 1) < 0.03);
  t.is((await cli(['calibrate', 'epyc-16g-guest', '--from', from, '--rows', '2'])).code, 2);
  t.is((await cli(['calibrate', 'epyc-16g-guest', '--from', from, '--cpu-generation', 'zen9'])).code, 2);
  t.is((await cli(['calibrate', 'epyc-16g-guest', '--from', join(folder, 'none.json')])).code, 2);
});

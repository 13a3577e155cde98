// Running: every item once, whoever ends it and when; items that hang or fail; the check.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Campaign, ItemResult } from '../../src/campaign/campaign.ts';
import { loadCampaign } from '../../src/campaign/file/load.ts';
import { Found, type LoadedKind } from '../../src/campaign/kinds/kind.ts';
import { Collector } from '../../src/campaign/report/summary.ts';
import { openFolder, readFacts, resultsOf, SHARD_ITEMS } from '../../src/campaign/results/folder.ts';
import { memorySink } from '../../src/campaign/results/sink.ts';
import { engineHere, type Engine } from '../../src/campaign/run/engine.ts';
import { runLocally } from '../../src/campaign/run/local.ts';
import { engineOnThreads } from '../../src/campaign/run/pool.ts';
import { InputError } from '../../src/lib/input-error.ts';

const BUILD = 'test';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-campaign-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'results');
}

const campaignOf = (text: string): Promise<Campaign> => loadCampaign(text, 'x.yaml', '/');
const NUMBERS = 'kind: boot\nspace: { machine: x, seed: { range: { from: 0, to: 24999 } } }\n';

/** Fails for sevens, refuses fives; nothing boots. */
const PAPER: LoadedKind = {
  run: ({ seed }) => {
    const n = Number(seed);
    if (n % 7 === 0) return Promise.reject(new Found(`seven times ${n / 7}`, 'a detail'));
    if (n % 5 === 0) return Promise.reject(new InputError('schema', `${n}: expected no five`));
    return Promise.resolve({ end: 'ok', facts: { n } });
  },
};

async function runInto(path: string, campaign: Campaign, most = Infinity): Promise<Collector> {
  const collector = new Collector(campaign);
  const stop = new AbortController();
  const sink = openFolder(path, { campaign, build: BUILD }, (result) => collector.add(result));
  try {
    await runLocally({
      ...{ campaign, engine: engineHere(PAPER), sink, now: () => performance.now(), signal: stop.signal },
      onResults: () => sink.done.count >= most && stop.abort(),
    });
  } finally {
    sink.close();
  }
  return collector;
}

const numbersIn = (path: string): number[] =>
  [...resultsOf(path)].map(({ item }) => item).sort((a, b) => a - b);

test('stopped and gone on with, with a line that was cut: every item once, in shards', async (t) => {
  const path = folder(t);
  const campaign = await campaignOf(NUMBERS);
  await runInto(path, campaign, 12_000);
  const before = numbersIn(path);
  t.true(before.length >= 12_000 && before.length < 25_000, String(before.length));
  const last =
    readdirSync(path)
      .filter((name) => name.endsWith('.jsonl'))
      .at(-1) ?? '';
  appendFileSync(join(path, last), '{"item":24999,"end":"o');
  const summary = (await runInto(path, campaign)).get();
  t.deepEqual(
    numbersIn(path),
    Array.from({ length: 25_000 }, (_, i) => i),
  );
  t.deepEqual(readdirSync(path).sort(), ['00000.jsonl', '00001.jsonl', '00002.jsonl', 'campaign.json']);
  t.is(readFileSync(join(path, '00000.jsonl'), 'utf8').trimEnd().split('\n').length, SHARD_ITEMS);
  // 25000 / 7 rounded up; fives that are no sevens
  t.deepEqual(summary.counts, { ok: 25_000 - 3572 - 4285, refused: 4285, panic: 0, failed: 3572 });
  t.is(summary.groups.length, 1);
  const [group] = summary.groups;
  t.deepEqual(
    [group?.count, group?.first, group?.message, group?.detail, group?.items],
    [3572, 0, 'seven times 0', 'a detail', [0, 7, 14, 21, 28]],
  );
});

test('the order in which results come does not matter to the summary', async (t) => {
  const campaign = await campaignOf(NUMBERS);
  const results = await engineHere(PAPER).run(
    campaign,
    Array.from({ length: 300 }, (_, number) => ({ number })),
  );
  const summaryOf = (list: readonly ItemResult[]) => {
    const collector = new Collector(campaign);
    for (const result of list) collector.add({ ...result, ms: 1 });
    const { slowest: _slowest, ...rest } = collector.get();
    return rest;
  };
  t.deepEqual(summaryOf(results.toReversed()), summaryOf(results));
});

test('another campaign, build or process does not add to a folder', async (t) => {
  const path = folder(t);
  const campaign = await campaignOf(`${NUMBERS}budget: { items: 3 }`);
  await runInto(path, campaign);
  const open = (other: Campaign, build = BUILD) =>
    openFolder(path, { campaign: other, build }, () => undefined);
  t.throws(() => open({ ...campaign, seed: 2 }), { message: /results of another campaign/ });
  t.throws(() => open(campaign, 'other'), { message: /results of earlyboot test, this is other/ });
  const held = open(campaign);
  writeFileSync(join(path, 'lock'), `1 ${readFileSync(join(path, 'lock'), 'utf8').split(' ')[1]}`);
  t.throws(() => open(campaign), { message: /process 1 adds to it/ });
  held.close();
  t.false(existsSync(join(path, 'lock')));
  // a budget may grow
  const more = open({ ...campaign, budget: { ...campaign.budget, items: 5 } });
  t.is(more.done.count, 3);
  more.close();
  t.is(readFacts(path).campaign.budget.items, 5);
});

test('what a process that is gone left does not keep others out', async (t) => {
  const path = folder(t);
  const campaign = await campaignOf(`${NUMBERS}budget: { items: 3 }`);
  await runInto(path, campaign);
  const lock = join(path, 'lock');
  const open = () => openFolder(path, { campaign, build: BUILD }, () => undefined);
  const opens = (text: string): void => {
    writeFileSync(lock, text);
    t.notThrows(() => open().close(), text);
  };
  // killed between the lock's making and its first word
  opens('');
  const { pid: dead } = spawnSync('true');
  opens(`${dead} ${hostname()} 12345\n`);
  writeFileSync(lock, `1 elsewhere 12345\n`);
  t.throws(open, {
    message: /process 1 on elsewhere adds to it; where that is gone, remove .*lock$/,
  });
  if (!existsSync('/proc/self/stat')) return void t.log('skipped the rest: no /proc here');
  // a shell that becomes a process that waits for nobody: its child, once killed, stays as long as it does
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  const statOf = (pid: number | undefined): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
  while (!statOf(parent.pid).includes('(sleep)')) await setImmediate();
  process.kill(child, 'SIGKILL');
  while (!statOf(child).includes(') Z ')) await setImmediate();
  const birthOf = (pid: number | undefined): number => Number(statOf(pid).split(' ')[21]);
  opens(`${child} ${hostname()} ${birthOf(child)}\n`);
  // its number is another's now; it is its own where it is as old
  opens(`${parent.pid} ${hostname()} ${birthOf(parent.pid) - 1}\n`);
  writeFileSync(lock, `${parent.pid} ${hostname()} ${birthOf(parent.pid)}\n`);
  t.throws(open, {
    message: `${path}: process ${parent.pid} adds to it: expected another folder, or one at a time`,
  });
});

test('a folder that is none, and a line that is none', async (t) => {
  const path = folder(t);
  const campaign = await campaignOf(`${NUMBERS}budget: { items: 3 }`);
  t.throws(() => readFacts(path), { message: /expected a folder with a campaign's results/ });
  await runInto(path, campaign);
  appendFileSync(join(path, '00000.jsonl'), '{"item":-1}\n');
  t.throws(() => [...resultsOf(path)], { message: /00000\.jsonl:4: .*expected the result of an item/ });
});

test('the time of a budget: what has begun is finished, the rest is left', async (t) => {
  const campaign = await campaignOf(`${NUMBERS}budget: { time: 1s }`);
  const collector = new Collector(campaign);
  const sink = openFolder(folder(t), { campaign, build: BUILD }, (result) => collector.add(result));
  let now = 0;
  t.false(await runLocally({ campaign, engine: engineHere(PAPER), sink, now: () => (now += 200) }));
  t.true(sink.done.count > 0 && sink.done.count < 100, String(sink.done.count));
  sink.close();
});

const check = async (text: string): Promise<string> => {
  const campaign = await campaignOf(`kind: boot\nspace: { machine: x, seed: 3 }\ncheck: ${text}`);
  const kind: LoadedKind = {
    run: ({ seed }) =>
      seed === 9
        ? Promise.resolve({ end: 'panic', message: 'no room', facts: { n: 9, log: ['a', 'c'] } })
        : Promise.resolve({ end: 'ok', facts: { n: seed, log: ['a', 'b'] } }),
  };
  const [result] = await engineHere(kind).run(campaign, [{ number: 0 }]);
  return `${result?.end} ${result?.message ?? ''}`.trim();
};

test('expectations, and the base run', async (t) => {
  t.is(await check('{ expect: n == 3 }'), 'ok');
  t.is(await check('{ expect: [n == 3, n < 3] }'), 'failed expected n < 3');
  t.is(await check('{ expect: item.seed == 3 }'), 'ok');
  // what does not fit fails: it would hold of nothing
  t.regex(await check('{ expect: m == 3 }'), /^failed .*Unknown variable: m/);
  t.is(await check('{ expect: n }'), 'failed expected n');
  t.is(await check('{ same: { as: { seed: 4 } } }'), 'ok');
  t.is(await check('{ same: { as: { seed: 9 } } }'), "failed log is not as the base run's: - c + b");
  t.is(await check('{ same: { as: { seed: 9 }, in: [n] } }'), "failed n is not as the base run's: - 9 + 3");
});

test('panics and refusals: taken, or a fault', async (t) => {
  const kind: LoadedKind = {
    run: ({ seed }) =>
      seed === 1
        ? Promise.resolve({ end: 'panic', message: 'no room', facts: {} })
        : Promise.reject(new InputError('map', 'x: expected a map')),
  };
  const ends = async (text: string) => {
    const campaign = await campaignOf(`kind: boot\nspace: { machine: x, seed: [1, 2] }\ncheck: ${text}`);
    return (await engineHere(kind).run(campaign, [{ number: 0 }, { number: 1 }])).map(({ end }) => end);
  };
  t.deepEqual(await ends('{}'), ['panic', 'refused']);
  t.deepEqual(await ends('{ panic: fails }'), ['failed', 'refused']);
  t.deepEqual(await ends('{ refusal: fails }'), ['panic', 'failed']);
});

test('an item that hangs ends its thread and fails; the others of its lot are run', async (t) => {
  // 10^8 schedules take longer than the deadline on any machine; three take none
  const campaign = await campaignOf(`kind: explore
space: { scenario: hand-out-3x3, schedules: [3, 100000000, 4] }
budget: { deadline: 1s }`);
  const engine = await engineOnThreads(1, 512);
  t.teardown(() => engine.close());
  const results = await engine.run(
    campaign,
    [0, 1, 2].map((number) => ({ number })),
  );
  const ends = new Map(results.map(({ item, end, message }) => [item, `${end} ${message ?? ''}`.trim()]));
  t.is(results.length, 3);
  t.deepEqual([ends.get(0), ends.get(1), ends.get(2)], ['ok', 'failed no end within 1000 ms', 'ok']);
});

test('lots grow, and get small towards the end: no lane waits long for another', async (t) => {
  const campaign = await campaignOf(NUMBERS);
  const ends: ItemResult[] = [];
  const sink = memorySink(campaign.budget.items, (result) => void ends.push(result));
  const lots: { readonly size: number; readonly left: number }[] = [];
  const engine: Engine = {
    lanes: 2,
    run: (_, items) => {
      lots.push({ size: items.length, left: sink.done.items - sink.done.count });
      return Promise.resolve(items.map(({ number }): ItemResult => ({ item: number, ms: 0, end: 'ok' })));
    },
    close: () => Promise.resolve(),
  };
  t.true(await runLocally({ campaign, engine, sink, now: () => 0 }));
  t.deepEqual(
    ends.map(({ item }) => item).sort((a, b) => a - b),
    Array.from({ length: 25_000 }, (_, i) => i),
  );
  t.is(Math.max(...lots.map(({ size }) => size)), 500);
  // two lanes: a quarter of what is not done at most, so that the last lots have one item
  t.deepEqual(
    lots.filter(({ size, left }) => size > Math.ceil(left / 4)),
    [],
  );
  t.is(lots.at(-1)?.size, 1);
});

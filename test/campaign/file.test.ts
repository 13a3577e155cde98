// Campaign files: what is read, and one line with its place for what is wrong.
import test from 'ava';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCampaign } from '../../src/campaign/file/load.ts';
import { findCampaign, findItem } from '../../src/campaign/file/find.ts';
import { KERNEL_NAMES } from '../../src/kernels/named.ts';
import { BUILTIN_NAMES } from '../../src/machine/builtin/list.ts';
import { ROOT } from '../helpers/sources.ts';

const load = (text: string) => loadCampaign(text, 'dir/Some File.yaml', '/dir');

test('what a file leaves out', async (t) => {
  const campaign = await load('{ kind: boot, space: { machine: tiny-512m } }');
  t.deepEqual(campaign, {
    name: 'some-file',
    about: '',
    kind: 'boot',
    seed: 1,
    space: [{ name: 'machine', values: { of: 'list', list: ['tiny-512m'] } }],
    check: { invariants: true, expect: [], panic: 'taken', refusal: 'taken', same: null },
    budget: { items: 1, timeMs: null, deadlineMs: 60_000, heapMiB: 2048 },
    folder: '/dir',
  });
});

test('lists, all, ranges, dice and generators', async (t) => {
  const { space, budget } = await load(`
kind: boot
space:
  machine: all
  kernel: ['6.1', all]
  threads: { range: { from: 1, to: 9, step: 4 } }
  seed: { any: { from: 1, to: 5 } }
  cmdline: { any: [mem=1G, ''] }
  map: { generator: maps }
budget: { items: 50, time: 2h, deadline: 500ms, heap: 512 }`);
  const values = new Map(space.map((axis) => [axis.name, axis.values]));
  t.deepEqual(values.get('machine'), { of: 'list', list: [...BUILTIN_NAMES] });
  t.deepEqual(values.get('kernel'), { of: 'list', list: ['6.1', ...KERNEL_NAMES] });
  t.deepEqual(values.get('threads'), { of: 'range', from: 1, to: 9, step: 4 });
  t.deepEqual(values.get('seed'), { of: 'any-number', from: 1, to: 5, step: 1 });
  t.deepEqual(values.get('cmdline'), { of: 'any', list: ['mem=1G', ''] });
  t.deepEqual(values.get('map'), { of: 'generator', generator: 'maps' });
  t.deepEqual(budget, { items: 50, timeMs: 7_200_000, deadlineMs: 500, heapMiB: 512 });
});

test('a campaign without dice has as many items as combinations, and no more', async (t) => {
  const text = 'kind: boot\nspace: { machine: [tiny-512m, laptop-16g], cmdline: ["", mem=1G, mem=2G] }\n';
  t.is((await load(text)).budget.items, 6);
  t.is((await load(`${text}budget: { items: 5 }\n`)).budget.items, 5);
  t.is((await load(`${text}budget: { items: 500 }\n`)).budget.items, 6);
});

const WRONG: readonly (readonly [string, string])[] = [
  ['kind: bot\nspace: {}', 'dir/Some File.yaml:1:7: kind: "bot": expected one of boot, '],
  ['kind: boot\nspace: {}', 'dir/Some File.yaml:2:8: space.machine: missing: expected a value'],
  ['kind: boot\nspce: {}', 'space: missing'],
  [
    'kind: boot\nspace:\n  machine: tiny-512m\n  kernl: x',
    'dir/Some File.yaml:4:3: space.kernl: unknown dimension: expected machine, ',
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m, kernel: 5.10 }',
    "space.kernel: 5.1: expected text: versions in quotes, '5.10'",
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m, threads: [1, 0] }',
    'dir/Some File.yaml:2:43: space.threads.1: 0: expected a number from 1',
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m, map: { generator: mops } }',
    'space.map.generator: "mops": expected one of machines, ',
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m, threads: { range: { from: 0, to: 3 } } }',
    'space.threads.range.from: 0: expected',
  ],
  ['kind: boot\nspace: { machine: tiny-512m, threads: { range: { from: 4, to: 3 } } }', 'space.threads: '],
  [
    'kind: boot\nspace: { machine: tiny-512m }\ncheck: { expect: "1 +" }',
    'dir/Some File.yaml:3:18: check.expect: "1 +": ',
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m }\ncheck: { same: { as: { colour: red } } }',
    'check.same.as.colour: unknown dimension',
  ],
  [
    'kind: boot\nspace: { machine: tiny-512m }\nbudget: { time: 2 days }',
    'expected a time such as 500ms, 30s, 10m or 2h',
  ],
  ['kind: [', 'expected YAML or JSON'],
];

for (const [text, complaint] of WRONG)
  test(`wrong: ${complaint.slice(0, 70)}`, async (t) => {
    const error = await t.throwsAsync(load(text), { name: 'InputError' });
    t.true(error.message.includes(complaint), error.message);
  });

test('campaigns that come with it are read, and found by name', async (t) => {
  const names = readdirSync(join(ROOT, 'campaigns'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace('.yaml', ''));
  t.true(names.includes('random-maps') && names.includes('memblock'));
  for (const name of names) {
    const campaign = await findCampaign(name, ROOT, []);
    t.is(campaign.name, name);
    t.true(readFileSync(join(ROOT, 'campaigns', `${name}.yaml`), 'utf8').startsWith('# '), name);
  }
});

test('a kind with its space on the command line', async (t) => {
  const { space } = await findCampaign('boot', ROOT, [
    'machine=all',
    'kernel=5.10,6.1',
    'threads=4,25%',
    'seed={any: {from: 1, to: 3}}',
  ]);
  t.deepEqual(space[1]?.values, { of: 'list', list: ['5.10', '6.1'] });
  t.deepEqual(space[2]?.values, { of: 'list', list: ['4', '25%'] });
  t.deepEqual(space[3]?.values, { of: 'any-number', from: 1, to: 3, step: 1 });
  await t.throwsAsync(findCampaign('boot', ROOT, ['machine']), {
    message: /--space machine: expected DIMENSION=VALUE/,
  });
  await t.throwsAsync(findCampaign('random-maps', ROOT, ['kernel=6.1']), {
    message: /--space goes with a kind/,
  });
  await t.throwsAsync(findCampaign('nosuch', ROOT, []), {
    message: /"nosuch": no such file, kind \(boot, .* campaign \(/,
  });
});

test('FILE#N', async (t) => {
  t.is((await findItem('random-maps#4711', ROOT, [])).number, 4711);
  for (const text of ['random-maps', 'random-maps#', '#3', 'random-maps#-1'])
    await t.throwsAsync(findItem(text, ROOT, []), { message: /expected FILE#N/ }, text);
});

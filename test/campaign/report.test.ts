// What a report says: text, JSON, JUnit XML, a page; groups by cause; reduction of items without machines.
import test from 'ava';
import { parseHTML } from 'linkedom';
import type { Campaign, ItemResult } from '../../src/campaign/campaign.ts';
import { loadCampaign } from '../../src/campaign/file/load.ts';
import { reportJson } from '../../src/campaign/report/json.ts';
import { reportJunit } from '../../src/campaign/report/junit.ts';
import { reportPage } from '../../src/campaign/report/page.ts';
import { itemYaml } from '../../src/campaign/report/reduce.ts';
import { reportOn } from '../../src/campaign/report/report.ts';
import { Collector, failsOn } from '../../src/campaign/report/summary.ts';
import { reportText } from '../../src/campaign/report/text.ts';

const TEXT = `kind: boot
name: paper
about: <paper> & ink
space: { machine: [tiny-512m, laptop-16g], kernel: ['6.1', '7.2', base] }
`;

const RESULTS: readonly ItemResult[] = [
  { item: 0, end: 'ok', ms: 10 },
  {
    item: 1,
    end: 'failed',
    ms: 20,
    message: 'zone 7 is <odd>',
    cause: 'zone N is <odd>',
    detail: 'line "x"',
  },
  { item: 2, end: 'panic', ms: 5, message: 'out of memory at 0x1000' },
  { item: 4, end: 'failed', ms: 30, message: 'zone 9 is <odd>', cause: 'zone N is <odd>' },
  { item: 5, end: 'panic', ms: 5, message: 'out of memory at 0x2000' },
];

async function reported() {
  const campaign = await loadCampaign(TEXT, 'paper.yaml', '/');
  const collector = new Collector(campaign);
  for (const result of RESULTS) collector.add(result);
  return reportOn({ campaign, build: '1+a' }, collector.get(), null);
}

test('text: counts, a table for each dimension, causes, times last', async (t) => {
  t.is(
    reportText(await reported()),
    `paper (boot, seed 1): 5 of 6 items: 1 ok, 2 panic, 2 failed

machine     ok  panic  failed
tiny-512m    1      1       1
laptop-16g   0      1       1

kernel  ok  panic  failed
6.1      1      0       0
7.2      0      0       2
base     0      2       0

2 items fail: zone 7 is <odd>
  line "x"
  #1, #4

to run one again: earlyboot campaign replay FILE#N, or FOLDER#N

2 panic, such as #2: out of memory at 0x1000

time: 0 s of items, slowest paper#4 with 30 ms
`,
  );
});

test('JSON: host times stand apart', async (t) => {
  const json = JSON.parse(JSON.stringify(reportJson(await reported()))) as Record<string, unknown>;
  t.deepEqual(Object.keys(json).sort(), [
    ...['axes', 'build', 'campaign', 'counts', 'done', 'groups', 'items', 'others', 'time', 'version'],
  ]);
  t.deepEqual(json['counts'], { ok: 1, refused: 0, panic: 2, failed: 2 });
  t.deepEqual(json['time'], { ms: 70, slowest: { item: 4, ms: 30 } });
});

test('JUnit: a case for each cause, one for what holds, one for what was not run', async (t) => {
  const xml = reportJunit(await reported());
  t.true(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>'));
  t.regex(xml, /<testsuite name="paper" tests="3" failures="1" skipped="1" errors="0" time="0\.070">/);
  t.regex(xml, /name="3 of 6 items hold" time="0\.070"\/>/);
  t.regex(
    xml,
    /name="zone N is &lt;odd&gt;" time="0">\n\s*<failure message="zone 7 is &lt;odd&gt;">2 items, the first is paper#1/,
  );
  t.regex(xml, /name="1 items were not run" time="0">\n\s*<skipped\/>/);
  t.is(xml.match(/<testcase /g)?.length, 3);
});

test('the page: well-formed, nothing from outside, a cell a pair', async (t) => {
  const html = reportPage(await reported());
  const { document } = parseHTML(html);
  t.is(document.querySelector('h1')?.textContent, 'paper: 2 of 5 items fail');
  t.is(document.querySelectorAll('script, link, img').length, 0);
  const grid = document.querySelector('svg[aria-label="machine against kernel"]');
  t.is(grid?.querySelectorAll('rect').length, 6);
  const titles = [...(grid?.querySelectorAll('title') ?? [])].map((title) => title.textContent);
  t.true(
    titles.includes('tiny-512m, 7.2: 1 failed') && titles.includes('laptop-16g, 6.1: not run'),
    titles.join('; '),
  );
  t.true(html.includes('&lt;paper&gt; &amp; ink') && !html.includes('<paper>'));
});

test('what makes a campaign fail', async (t) => {
  const { summary } = await reported();
  t.true(failsOn(summary, new Set(['failed'] as const)));
  t.true(failsOn(summary, new Set(['missing'] as const)));
  t.false(failsOn(summary, new Set(['refused'] as const)));
  t.false(failsOn(summary, new Set()));
  t.false(failsOn({ ...summary, done: 6 }, new Set(['missing'] as const)));
});

test('one item as a campaign file of its own, which is read again', async (t) => {
  const check = {
    invariants: true,
    expect: ['panic == null'],
    panic: 'fails',
    refusal: 'taken',
    same: null,
  } as const;
  const campaign: Campaign = { ...(await loadCampaign(TEXT, 'paper.yaml', '/')), check };
  const values = {
    machine: 'tiny-512m',
    kernel: '5.10',
    map: [{ start: '0x1000', size: '0x2000', type: 'usable' }],
  };
  const yaml = itemYaml(campaign, values);
  const again = await loadCampaign(yaml, 'one.yaml', '/');
  t.deepEqual(
    again.space.map(({ values: of }) => (of.of === 'list' ? of.list[0] : null)),
    ['tiny-512m', '5.10', [{ start: 4096, size: 8192, type: 'usable' }]],
  );
  t.deepEqual(again.check, check);
  t.is(again.budget.items, 1);
});

// The list of changes: ordered, each of them reachable and of consequence, and a fold that gives the rules of a release.
import test from 'ava';
import {
  changesOf,
  FIRST_RULES,
  foldChanges,
  hasChange,
  HISTORY,
  releaseOrder,
  rulesOf,
} from '../../src/kernels/history.ts';
import type { KernelRules } from '../../src/kernel/rules.ts';

const NEWEST = '7.3';

const ruleNames = (rules: Partial<KernelRules>): (keyof KernelRules)[] =>
  Object.keys(rules).filter((key): key is keyof KernelRules => key in FIRST_RULES);

test('changes are ordered by release, their ids are unique, and each says what it is', (t) => {
  const orders = HISTORY.map((change) => releaseOrder(change.since));
  t.deepEqual(
    orders,
    [...orders].sort((a, b) => a - b),
  );
  t.is(new Set(HISTORY.map((change) => change.id)).size, HISTORY.length);
  for (const { id, what, patch, sees, since, notIn } of HISTORY) {
    t.regex(id, /^[a-z0-9-]+$/);
    t.regex(what, /^\S.*\.$/, id);
    t.true(sees.length > 10, id);
    // a change whose patch is not known says between which kernels it came
    if (patch === null) t.truthy(notIn, id);
    else t.regex(patch, /\S.* \(\p{Lu}.*\)$/u, id);
    if (notIn !== undefined) t.true(releaseOrder(notIn) < releaseOrder(since), id);
  }
});

test('each change alters a rule of the release before it, and every rule is altered by some change', (t) => {
  const altered = new Set<string>();
  HISTORY.forEach((change, at) => {
    const before = foldChanges(HISTORY.slice(0, at));
    const names = ruleNames(change.sets);
    t.true(names.length > 0, change.id);
    for (const name of names) {
      altered.add(name);
      t.not(change.sets[name], before[name], `${change.id}: ${name} is that already`);
    }
  });
  t.deepEqual(
    ruleNames(FIRST_RULES).filter((name) => !altered.has(name)),
    [],
  );
});

test('each change is reached by a release, and a stable series has it from the release that took it back', (t) => {
  t.deepEqual(
    changesOf(NEWEST).map((change) => change.id),
    HISTORY.map((change) => change.id),
  );
  const byId = (id: string): (typeof HISTORY)[number] => {
    const change = HISTORY.find((c) => c.id === id);
    if (change === undefined) throw new Error(id);
    return change;
  };
  const nosave = byId('nosave-by-gap');
  t.deepEqual(
    ['6.1.169', '6.1.170', '6.1.192', '6.2.192', '6.15.9', '6.16', '6.16.1'].map((r) => hasChange(r, nosave)),
    [false, true, true, false, false, true, true],
  );
  for (const change of HISTORY)
    for (const stable of change.stable ?? []) {
      t.true(releaseOrder(stable) < releaseOrder(change.since), `${change.id} ${stable}`);
      t.true(hasChange(stable, change));
    }
});

test('the order of releases: the postings of the series lie between 5.7 and 5.8, patch levels count', (t) => {
  const sorted = [
    '4.17',
    '5.7',
    '5.7.9',
    'base',
    'v1',
    'v2',
    '5.8',
    '5.10.223',
    '6.1',
    '6.1.9',
    '6.1.10',
    '6.12',
    '7.0',
  ];
  for (let i = 1; i < sorted.length; i += 1)
    t.true(releaseOrder(sorted[i - 1] ?? '') < releaseOrder(sorted[i] ?? ''), sorted[i]);
});

test('rules of some releases, as their sources have them', (t) => {
  t.deepEqual(rulesOf('2.6.32'), FIRST_RULES);
  t.like(rulesOf('3.10.0'), {
    e820Lines: 'mem-e820',
    memoryLine: 'absent-pages',
    nosaveRegions: 'after-first',
  });
  t.like(rulesOf('4.16'), { deferAfter: 'static', hashdist: 'always', percpuLine: 'pointer' });
  t.like(rulesOf('4.17'), { deferAfter: 'section', zoneBatchBytes: 512 * 1024, deferredPieces: 'serial' });
  t.like(rulesOf('5.4.210'), { unavailableLine: 'by-zone', acpiTables: 'reserved', hashLine: 'place' });
  t.is(rulesOf('v1').deferredPieces, 'by-range');
  t.is(rulesOf('v2').deferredPieces, 'aligned-down');
  t.is(rulesOf('5.8').deferredLine, 'time-only');
  t.like(rulesOf('5.10.223'), {
    firstMegabyte: 'parts',
    nosaveRegions: 'by-entry',
    padataChunkFloor: 'none',
  });
  t.like(rulesOf('6.1.192'), {
    nosaveRegions: 'by-gap',
    padataChunkFloor: 'before-rounding',
    padataThreads: 'by-min-chunk',
  });
  t.like(rulesOf('6.1'), { nosaveRegions: 'by-entry', padataChunkFloor: 'none' });
  t.like(rulesOf('6.12.117'), { efiBootServices: 'freed-at-the-end', memoryLineAt: 'page_alloc_init_late' });
  t.like(rulesOf('6.18.15'), {
    efiBootServices: 'freed-late',
    deferredPieces: 'by-zone',
    e820Texts: 'usable',
  });
  t.like(rulesOf('7.2.13'), {
    zonesAt: 'mm_core_init_early',
    sparseAt: 'before-zones',
    memmapPieces: 'one-a-section',
  });
  t.like(rulesOf('7.3.4'), { sparseAt: 'after-nodes', hugetlbAt: 'after-nodes' });
});

/** Releases between those that were captured: the merge window that took each patch, as the pull requests of the time tell. */
const MERGED: readonly (readonly [
  before: string,
  since: string,
  rule: keyof KernelRules,
  then: string,
  now: string,
])[] = [
  ['5.11', '5.12', 'earlyPageTables', '12', '16'],
  ['5.13', '5.14', 'zoneLines', 'true', 'false'],
  ['6.0', '6.1', 'cpumaskBits', 'all-without-offstack', 'possible'],
  ['6.1.192', '6.2', 'percpuEarlyK', '12', '20'],
  ['6.2', '6.3', 'memblockMerge', 'whole-table', 'around-change'],
  ['6.2', '6.3', 'amdPstate', 'any-word', 'modes'],
  ['6.7', '6.8', 'stackDepotDisable', 'anything', 'boolean'],
  ['6.10', '6.11', 'lastPfn', 'ram', 'ram-and-acpi'],
  ['6.11', '6.12', 'sratApicLines', 'info', 'debug'],
  ['6.11', '6.12', 'pageTypes', 'bits', 'byte'],
  ['6.12.117', '6.13', 'vmallocHuge', 'by-share-of-node', 'by-size'],
  ['6.12.117', '6.13', 'bootmemInfo', 'in-index', 'in-private'],
  ['6.13', '6.14', 'memmapLimit', 'accessible', 'no-leak-trace'],
  ['6.16.12', '6.17', 'distanceLine', 'printed', 'debug'],
  ['6.19.14', '7.0', 'acpiWords', 'to-nocmcff', 'with-spcr'],
  ['7.0.13', '7.1', 'mtrrSpareReg', 'anything', 'number'],
];
test('between the captured kernels a change comes with the release that merged its patch', (t) => {
  for (const [before, since, rule, then, now] of MERGED) {
    t.is(String(rulesOf(before)[rule]), then, `${rule} of ${before}`);
    t.is(String(rulesOf(since)[rule]), now, `${rule} of ${since}`);
  }
});

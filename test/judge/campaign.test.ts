// Campaigns with a judge made of paper: grouping and shrinking.
import test from 'ava';
import { campaign, outcomeOf } from '../../src/judge/campaign.ts';
import type { Judgement } from '../../src/judge/judge.ts';
import { Failure } from '../../src/lib/failure.ts';
import type { MachineSpec } from '../../src/machine/spec.ts';
import type { Fidelity } from '../../src/ask/verify/fidelity.ts';

function fidelity(...texts: string[]): Fidelity {
  const differing = texts.map((text) => ({ from: 'real' as const, text, index: 0, step: '' }));
  return { matched: 100, real: 100 + texts.length, predicted: 100, beyond: 0, fidelity: 1, differing };
}

function judgement(spec: MachineSpec, ...texts: string[]): Judgement {
  return {
    name: spec.name,
    fidelity: fidelity(...texts),
    comparisons: [],
    panic: null,
    guest: { spec, files: [], args: [], tables: [], silenceMs: 0, notes: [] },
    log: [],
    guestFiles: { files: new Map(), complete: true },
    record: null,
    trace: null,
  };
}

test('lines that differ in numbers alone are of one kind', (t) => {
  const of = (...texts: string[]) => outcomeOf({ fidelity: fidelity(...texts), comparisons: [] })?.kind;
  t.is(of(), undefined);
  t.is(of('a 0x10 b', 'a 0x20 b'), of('a 0xff b'));
  t.not(of('a 0x10 b'), of('a 0x10 c'));
  const comparisons = [{ what: 'zones', count: 3, differing: ['- node 0'] }];
  t.is(outcomeOf({ fidelity: fidelity(), comparisons })?.kind, 'zones: - node #');
});

test('machines are judged seed by seed, grouped, and one of each group is made small', async (t) => {
  const names: string[] = [];
  const told: string[] = [];
  const result = await campaign({
    seed: 5,
    count: 12,
    shrinkTries: 200,
    judge: (spec) => {
      names.push(spec.name);
      const unusable = spec.map.some((entry) => entry.type === 5);
      return Promise.resolve(unusable ? judgement(spec, `line ${spec.map.length}`) : judgement(spec));
    },
    onOutcome: (name, outcome) => told.push(`${name} ${outcome === null}`),
  });
  t.deepEqual(
    [...names.slice(0, 12)],
    Array.from({ length: 12 }, (_, i) => `random-${i + 5}`),
  );
  t.is(told.length, 12);
  t.is(result.machines, 12);
  t.is(result.lines, 1200);
  t.is(result.groups.length, 1);
  const [group] = result.groups;
  t.is(result.agreeing, 12 - (group?.machines.length ?? 0));
  t.true((group?.machines.length ?? 0) > 1);
  t.deepEqual(
    group?.smallest.map.map((entry) => entry.type),
    ['unusable'],
  );
  t.is(group?.smallest.nodes, undefined);
});

test('a guest that fails is a finding; a bug ends the campaign', async (t) => {
  const failing = (error: Error) =>
    campaign({ seed: 1, count: 2, shrinkTries: 0, judge: () => Promise.reject(error) });
  const result = await failing(new Failure('did not come to init'));
  t.deepEqual(result.groups[0]?.machines, ['random-1', 'random-2']);
  t.is(result.agreeing, 0);
  await t.throwsAsync(failing(new TypeError('x')), { instanceOf: TypeError });
});

// The harness itself: each way to fail is seen, told apart, and laid at the door of the case that did it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { caseOf, loadTarget } from '../../fuzz/cases.ts';
import { runCampaign } from '../../fuzz/runner/campaign.ts';
import { Child, type Limits } from '../../fuzz/runner/child.ts';
import { keyOf } from '../../src/fuzz/cause.ts';
import { reduce, runOne } from '../../fuzz/runner/reduce.ts';
import { saveGroups } from '../../fuzz/runner/save.ts';
import { visible } from '../../fuzz/runner/text.ts';
import type { Fault, TargetEntry } from '../../src/fuzz/target.ts';

const planted: TargetEntry = {
  name: 'planted',
  about: 'faults on purpose',
  module: new URL('./helpers/planted.ts', import.meta.url),
  corpus: new URL('./no-corpus/', import.meta.url),
};
const LIMITS: Limits = { deadlineMs: 600, heapMiB: 60, outsideMiB: 150 };
/** Where memory is the point. */
const ROOMY: Limits = { ...LIMITS, deadlineMs: 20_000 };
const BUG: Fault = {
  kind: 'bug',
  message: 'BUG: 17 pages twice',
  stack: ['plantedBug (test/fuzz/helpers/planted.ts:1)'],
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The fault of a case that ends its child. */
async function deadlyFault(word: string, limits = LIMITS): Promise<Fault> {
  const verdict = await runOne(planted, { bytes: bytesOf(word), deep: true }, limits);
  if (verdict.end !== 'failed') throw new Error(`${word}: ${verdict.end}`);
  return verdict.fault;
}

test('what ends well and what fails are told apart, one case after the other in one child', async (t) => {
  const child = await Child.start(planted, LIMITS);
  const run = async (word: string) => {
    const { verdicts, died } = await child.run({ base64: Buffer.from(word).toString('base64'), deep: true });
    const [verdict] = verdicts;
    t.false(died);
    return verdict?.end === 'failed'
      ? verdict.fault
      : { kind: verdict?.end, message: verdict?.message, stack: [] };
  };
  t.is((await run('fine')).kind, 'fine');
  const refused = await run('refused');
  t.deepEqual([refused.kind, refused.message], ['refused', 'case:1: "x": expected another word']);
  const error = await run('error');
  t.is(error.kind, 'error');
  t.regex(error.message ?? '', /^TypeError: Cannot read properties of null/);
  t.regex(error.stack[0] ?? '', /^plantedError \(test\/fuzz\/helpers\/planted\.ts:\d+\)$/);
  const bug = await run('bug');
  t.deepEqual([bug.kind, bug.message], ['bug', 'BUG: 17 pages twice']);
  t.is((await run('wrong')).kind, 'wrong');
  const vague = await run('vague');
  t.deepEqual(
    [vague.kind, vague.message],
    ['vague', '"undefined" in a message: undefined: expected something'],
  );
  child.close();
});

test('a loop without end is ended, and the stack says where it loops', async (t) => {
  // time enough to get there on a busy host
  const fault = await deadlyFault('hang', { ...LIMITS, deadlineMs: 3000 });
  t.is(fault.kind, 'hang');
  t.log(fault.stack.join('; '));
  t.true(
    fault.stack.some((frame) => frame.startsWith('plantedHang (test/fuzz/helpers/planted.ts')),
    fault.stack.join('; '),
  );
});

test('a promise that nobody keeps is a hang, too', async (t) => {
  t.is((await deadlyFault('idle')).kind, 'hang');
});

test('a heap that grows without end is a lack of memory, and so are buffers outside of it', async (t) => {
  const heap = await deadlyFault('heap', ROOMY);
  t.is(heap.kind, 'memory');
  const buffers = await deadlyFault('buffers', ROOMY);
  t.is(buffers.kind, 'memory');
  t.true(
    buffers.stack.some((frame) => frame.startsWith('plantedBuffers (')),
    buffers.stack.join('; '),
  );
});

test('an error that escapes its promise, and a process that ends itself', async (t) => {
  const escaped = await deadlyFault('escape');
  t.is(escaped.kind, 'error');
  t.regex(escaped.message, /planted, where nobody awaits it/);
  const ended = await deadlyFault('exit');
  t.deepEqual([ended.kind, ended.message], ['crash', 'the process ended: status 7']);
});

test('after a case that ends the process the others are run by a new one', async (t) => {
  const child = await Child.start(planted, LIMITS);
  const { verdicts, died } = await child.run({ base64: Buffer.from('exit').toString('base64'), deep: true });
  t.true(died);
  t.deepEqual(
    verdicts.map((verdict) => verdict.end),
    ['failed'],
  );
});

test('a campaign counts every case once, whatever the number of children', async (t) => {
  const run = (jobs: number) => runCampaign({ entry: planted, cases: 130, seed: 5, jobs, limits: LIMITS });
  const [one, two] = [await run(1), await run(2)];
  const loaded = await loadTarget(planted);
  const words = Array.from({ length: 130 }, (_, i) =>
    new TextDecoder().decode(caseOf(loaded, 5, i).bytes).replace(/\n[^]*/, ''),
  );
  const count = (...names: string[]) => words.filter((word) => names.includes(word)).length;
  t.deepEqual(one.ends, { fine: count('fine'), refused: count('refused'), panic: 0 });
  t.is(one.failed, count('error', 'bug', 'wrong', 'vague'));
  t.deepEqual(
    one.groups.map((group) => [group.key, group.count, group.first]),
    two.groups.map((group) => [group.key, group.count, group.first]),
  );
  t.is(one.groups.find((group) => group.fault.kind === 'bug')?.first, words.indexOf('bug'));
});

test('a failing case is made as small as the fault allows, and written', async (t) => {
  const text = `${'line before\n'.repeat(40)}bug\n${'line behind\n'.repeat(40)}`;
  const fault = BUG;
  const small = await reduce(planted, { bytes: bytesOf(text), deep: true }, keyOf(fault), LIMITS);
  t.true(small.repeats);
  t.is(new TextDecoder().decode(small.bytes).trim(), 'bug');
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-fuzz-'));
  const group = {
    key: keyOf(fault),
    fault,
    count: 1,
    first: 0,
    smallest: [{ bytes: bytesOf('bug\n'), deep: true }],
  };
  const [saved] = await saveGroups(planted, [group], { folder, limits: LIMITS, reduced: false });
  t.is(readFileSync(saved?.file ?? '', 'utf8'), 'bug\n');
  rmSync(folder, { recursive: true });
});

test('a case that does not fail again alone says so and stays whole', async (t) => {
  const small = await reduce(planted, { bytes: bytesOf('fine\nx\n'), deep: true }, 'bug: …', LIMITS);
  t.deepEqual([small.repeats, new TextDecoder().decode(small.bytes)], [false, 'fine\nx\n']);
});

test('faults are the same where only values and line numbers differ', (t) => {
  const fault = (message: string, line: number): Fault => ({
    kind: 'error',
    message,
    stack: [`push (node_modules/x/y.js:1)`, `regionAt (src/ask/explain/explain.ts:${line})`],
  });
  t.is(keyOf(fault('Error: "a" at 0x10', 4)), keyOf(fault('Error: "bc" at 0xfff', 9)));
  t.not(keyOf(fault('Error: x', 4)), keyOf(fault('Error: y', 4)));
  t.is(keyOf(fault('Error: x', 4)), 'error: Error: x in regionAt (src/ask/explain/explain.ts)');
});

test('what a case holds does not reach the terminal as it is', (t) => {
  t.is(visible('a\u001b[31m\n"\u009b'), 'a\\u001b[31m\\n"\\u009b');
});

// --max-threads: what it takes, and what a user's own function may do wrong.
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { InputError } from '../../src/lib/input-error.ts';
import { compareHooks } from '../../src/predict/compare-hooks.ts';
import { guardedHook, hookFor, HOOK_PRESETS, type HookMachine } from '../../src/boot/hook.ts';
import { parseMaxThreads } from '../../src/boot/max_threads_text.ts';
import { cli } from '../helpers/cli.ts';
import { builtin } from '../predict/helpers/machines.ts';

const machine: HookMachine = { name: 'm', cpus: 4, coreOfCpu: [0, 0, 1, 1], nodes: [] };
const cpus = [0, 1, 2, 3];

test('a number, a share, cores, a file', (t) => {
  t.deepEqual(parseMaxThreads('13'), { kind: 'count', count: 13 });
  t.deepEqual(parseMaxThreads('25%'), { kind: 'percent', percent: 25 });
  t.deepEqual(parseMaxThreads('cores'), { kind: 'cores' });
  t.deepEqual(parseMaxThreads('./hook.ts'), { kind: 'file', path: './hook.ts' });
  t.deepEqual(parseMaxThreads('hook.mjs'), { kind: 'file', path: 'hook.mjs' });
});

test('anything else is bad usage, both sides of each edge', (t) => {
  for (const text of ['', '0', '0%', '101%', '-1', '1.5', 'core', '1e3', 'hook.json', '99999999999999999999'])
    t.throws(
      () => parseMaxThreads(text),
      { instanceOf: InputError, message: /expected a number of threads/ },
      text,
    );
  t.notThrows(() => parseMaxThreads('1'));
  t.notThrows(() => parseMaxThreads('100%'));
});

test('shares round down, at least to 1; cores counts them', (t) => {
  t.is(hookFor({ kind: 'percent', percent: 25 }, [])(Array.from({ length: 18 }, (_, i) => i)), 4);
  t.is(hookFor({ kind: 'percent', percent: 1 }, [])(cpus), 1);
  t.is(hookFor({ kind: 'cores' }, machine.coreOfCpu)(cpus), 2);
  t.is(hookFor({ kind: 'cores' }, [])([]), 1);
});

test('presets on 52 CPUs of 26 cores', (t) => {
  const many = Array.from({ length: 52 }, (_, i) => i);
  const cores = many.map((i) => i % 26);
  t.deepEqual(
    HOOK_PRESETS.map(({ name, hook }) => [name, hook(cores)(many)]),
    [
      ['generic', 1],
      ['quarter', 13],
      ['8', 8],
      ['10', 10],
      ['cores', 26],
      ['x86', 52],
    ],
  );
});

test('what a user’s function returns: a number from 1, fractions cut off', (t) => {
  t.is(guardedHook(() => 3.9, 'h.ts', machine)(cpus), 3);
  t.is(guardedHook((mask, m) => mask.length * m.cpus, 'h.ts', machine)(cpus), 16);
  const returns = (value: unknown): void => {
    t.throws(() => guardedHook(() => value, 'h.ts', machine)(cpus), {
      instanceOf: InputError,
      message: /h\.ts.*expected a number from 1/,
    });
  };
  for (const value of [NaN, 0, 0.9, -1, Infinity, '4', undefined, null, {}, 2n]) returns(value);
});

test('a function that throws is named with what it said', (t) => {
  const hook = guardedHook(
    () => {
      throw new Error('no idea');
    },
    'h.ts',
    machine,
  );
  t.throws(() => hook(cpus), {
    instanceOf: InputError,
    message: 'h.ts: deferredPageInitMaxThreads threw: no idea',
  });
});

test('more threads than CPUs: the kernel takes what the pool of works has', async (t) => {
  const { state, spec } = await builtin('epyc-16g-guest');
  const named = (name: string, count: number) => ({ name, about: '', hook: (): number => count });
  const [, all, more] = compareHooks(state, spec.timing, [named('all', 4), named('more', 400)]);
  t.deepEqual(more?.threads, [400, 400]);
  t.true((more?.deferredInitMs ?? 0) > 0);
  t.true(
    Math.abs((more?.deferredInitMs ?? 0) / (all?.deferredInitMs ?? 1) - 1) < 0.35,
    'four CPUs do the work either way',
  );
});

test('the command line loads a TypeScript hook, and says what is wrong with one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'earlyboot-hook-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const run = async (name: string, text: string | null) => {
    if (text !== null) await writeFile(join(folder, name), text);
    return cli(['predict', 'epyc-16g-guest', '--max-threads', `./${name}`], { cwd: folder });
  };
  const good = await run(
    'good.ts',
    'export const deferredPageInitMaxThreads = (m: number[]): number => m.length - 1;',
  );
  t.is(good.code, 0, good.stderr);
  t.regex(good.stdout, /good\.ts +3 /);
  for (const [name, text, message] of [
    ['none.ts', 'export const other = 1;', /expected a module that exports deferredPageInitMaxThreads/],
    ['syntax.ts', 'export const = ;', /cannot be loaded/],
    ['missing.ts', null, /no such file or folder/],
    ['nan.ts', 'export const deferredPageInitMaxThreads = () => NaN;', /returned NaN for a node of 4 CPUs/],
    ['throws.ts', 'export const deferredPageInitMaxThreads = () => { throw new Error("x"); };', /threw: x/],
  ] as const) {
    const { code, stderr } = await run(name, text);
    t.is(code, 2, name);
    t.regex(stderr, message);
  }
});

// The style rules that we care about, as tests: import direction, banned globals, `any`, file lengths, dead files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { importsOf, ROOT, sourcesBelow, type Source } from './helpers/sources.ts';

const src = sourcesBelow('src');
const everything = [...src, ...['test', 'bench', 'tools', 'examples', 'fuzz'].flatMap(sourcesBelow)];

/** lib ← machine/{op,memory} ← kernel ← mm ← arch ← profiles ← init ← drivers and edges (a ← b: b may import a). */
const LAYERS: readonly RegExp[] = [
  /^src\/lib\//,
  /^src\/cpu\//,
  /^src\/kernel\//,
  /^src\/mm\//,
  /^src\/arch\//,
  /^src\/init\//,
];
const EDGE = LAYERS.length;
/** Nothing but themselves and the entry points may import these. */
const OUTERMOST = /^src\/(cli|web)\//;
const ENTRY_POINTS = /^src\/(cli\/main|index|ava|browser|smp|web\/main)\.ts$/;

function layer(path: string): number {
  const found = LAYERS.findIndex((pattern) => pattern.test(path));
  return found === -1 ? EDGE : found;
}

const model = src.filter((source) => layer(source.path) < EDGE);

test('the model is where it is looked for', (t) => {
  for (const folder of ['src/lib/', 'src/kernel/', 'src/mm/', 'src/arch/', 'src/init/'])
    t.true(
      model.some((source) => source.path.startsWith(folder)),
      folder,
    );
});

test('imports go one way: lib, machine/{op,memory}, kernel, mm, arch, profiles, init, drivers and edges', (t) => {
  const wrong = src.flatMap((source) =>
    importsOf(source)
      .filter((to) => to.startsWith('src/'))
      .filter(
        (to) => layer(to) > layer(source.path) || (OUTERMOST.test(to) && !sameOutermost(source.path, to)),
      )
      .map((to) => `${source.path} imports ${to}`),
  );
  t.deepEqual(wrong, []);
});

function sameOutermost(from: string, to: string): boolean {
  return from.split('/')[1] === to.split('/')[1] || ENTRY_POINTS.test(from);
}

test('what the kernel model imports is its own: nothing of Node, v86 or other packages', (t) => {
  const foreign = model.flatMap((source) =>
    importsOf(source)
      .filter((to) => !to.startsWith('src/'))
      .map((to) => `${source.path} imports ${to}`),
  );
  t.deepEqual(foreign, []);
});

/** Time, randomness and output enter through constructors. */
const BANNED =
  /\b(Date\.now|new Date|Math\.random|performance\.|process\.|console\.|setTimeout|setInterval|setImmediate|queueMicrotask|fetch\(|globalThis|window\.|document\.|require\()/;

test('kernel model and simulator read no clock, roll no dice, print nothing and touch no host', (t) => {
  const simulator = src.filter((source) => source.path.startsWith('src/cpus/simulated/'));
  t.deepEqual(linesThatMatch([...model, ...simulator], BANNED), []);
});

test('v86 is imported by its one adapter only', (t) => {
  const importers = src.filter((source) =>
    importsOf(source).some((to) => to === 'v86' || to.startsWith('v86/')),
  );
  t.deepEqual(
    importers.map((source) => source.path).filter((path) => !/^src\/board\//.test(path)),
    [],
  );
  t.true(importers.length <= 2, importers.map((source) => source.path).join(', '));
});

test('no any, no double assertion, no suppressed type error, no enum', (t) => {
  t.deepEqual(
    linesThatMatch(everything, /(?::|<|\||&|=>|\bas|\bextends|,)\s*an[y]\b(?!\s*[:=])|\ban[y](?:\[\]|>)/),
    [],
  );
  t.deepEqual(linesThatMatch(everything, /\bas unknown as\b/), []);
  t.deepEqual(linesThatMatch(everything, /^\s*(export )?(const )?enum\b/), []);
  const suppressed = everything.filter((source) => /^\s*\/\/ ?@ts-(ignore|nocheck)/m.test(source.text));
  t.deepEqual(
    suppressed.map((source) => source.path),
    [],
  );
});

function linesThatMatch(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap((source) =>
    source.code
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${source.path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const LONG = 200;
const CEILING = 500;

test('files have about 200 lines; those that are longer may only shrink', (t) => {
  const listed: unknown = JSON.parse(readFileSync(join(ROOT, 'test/long-files.json'), 'utf8'));
  t.true(typeof listed === 'object' && listed !== null);
  const allowed = new Map(Object.entries(listed ?? {}).map(([path, lines]) => [path, Number(lines)]));
  const complaints: string[] = [];
  for (const { path, text } of src) {
    const lines = text.split('\n').length - 1;
    const limit = allowed.get(path) ?? LONG;
    if (lines > Math.min(limit, CEILING)) complaints.push(`${path}: ${lines} lines, at most ${limit}`);
    if (allowed.has(path) && lines <= LONG)
      complaints.push(`${path}: ${lines} lines, leave it out of test/long-files.json`);
  }
  for (const path of allowed.keys()) {
    if (!src.some((source) => source.path === path))
      complaints.push(`${path}: gone, leave it out of test/long-files.json`);
  }
  t.deepEqual(complaints, []);
});

test('no dead files: whatever is in src can be reached from an entry point, a tool or a benchmark', (t) => {
  const byPath = new Map(everything.map((source) => [source.path, source]));
  const isRoot = (path: string) =>
    ENTRY_POINTS.test(path) ||
    /(^|[/_-])worker\.ts$/.test(path) ||
    /^(bench|tools|examples|fuzz)\//.test(path);
  const reached = new Set<string>();
  const queue = [...byPath.keys()].filter(isRoot);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = byPath.get(path);
    if (source) queue.push(...importsOf(source).filter((to) => byPath.has(to)));
  }
  t.deepEqual(
    src.map((source) => source.path).filter((path) => !reached.has(path)),
    [],
  );
});

test('every test file has a name that AVA finds', (t) => {
  const tests = sourcesBelow('test').filter(
    (source) => importsOf(source).includes('ava') && !/^test\/helpers\//.test(source.path),
  );
  t.deepEqual(
    tests.map((source) => source.path).filter((path) => !path.endsWith('.test.ts')),
    [],
  );
});

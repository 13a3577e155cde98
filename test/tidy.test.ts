// The style rules that we care about, as tests: import direction, banned globals, `any`, file lengths, dead files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { circles, FLOORS, isModel, wrongDirections } from './helpers/direction.ts';
import { importsOf, ROOT, sourcesBelow, type Source } from './helpers/sources.ts';

const src = sourcesBelow('src');
const everything = [...src, ...['test', 'bench', 'tools', 'examples', 'fuzz'].flatMap(sourcesBelow)];

const ENTRY_POINTS = /^src\/(cli\/main|index|ava|node-test|vitest|browser|smp|web\/main)\.ts$/;

const model = src.filter((source) => isModel(source.path));

test('every floor has its files where they are looked for', (t) => {
  for (const { name, files } of FLOORS)
    t.true(
      src.some((source) => files.test(source.path)),
      name,
    );
});

test('imports go one way, from each floor down: see FLOORS', (t) => {
  t.deepEqual(wrongDirections(src), []);
});

test('no circle of files', (t) => {
  t.deepEqual(circles(src), []);
});

/** A file that is not there, with these imports. */
function planted(path: string, ...imports: readonly string[]): Source {
  const text = imports.map((specifier) => `import '${specifier}';\n`).join('');
  return { path, text, code: text };
}

test('a planted import from a floor above is found, as the pair', (t) => {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['src/mm/planted.ts', '../arch/x86/setup.ts', 'src/arch/x86/setup.ts'],
    ['src/cpu/planted.ts', '../kernel/kernel.ts', 'src/kernel/kernel.ts'],
    ['src/machine/planted.ts', '../cpus/simulated/boot.ts', 'src/cpus/simulated/boot.ts'],
    ['src/board/planted.ts', '../cpus/emulated/run.ts', 'src/cpus/emulated/run.ts'],
    ['src/kernels/planted.ts', '../cpus/simulated/cost.ts', 'src/cpus/simulated/cost.ts'],
    ['src/cpus/planted.ts', '../boot/early.ts', 'src/boot/early.ts'],
    ['src/ask/planted.ts', '../cli/io.ts', 'src/cli/io.ts'],
    ['src/report/planted.ts', '../web/share.ts', 'src/web/share.ts'],
    ['src/web/planted.ts', '../cli/io.ts', 'src/cli/io.ts'],
  ];
  for (const [from, specifier, to] of pairs) {
    const [complaint, ...others] = wrongDirections([...src, planted(from, specifier)]);
    t.true(complaint?.includes(`${from} `) && complaint.includes(`imports ${to} `), complaint ?? from);
    t.deepEqual(others, []);
  }
  t.deepEqual(wrongDirections([...src, planted('src/attic/planted.ts')]), [
    'src/attic/planted.ts: on no floor',
  ]);
  // down and on one's own floor
  t.deepEqual(
    wrongDirections([...src, planted('src/mm/planted.ts', '../kernel/kernel.ts', './sparse.ts')]),
    [],
  );
});

test('a planted circle is found, whether it is of two files or of three', (t) => {
  const two = [planted('src/mm/a.ts', './b.ts'), planted('src/mm/b.ts', './a.ts')];
  t.deepEqual(circles([...src, ...two]), ['src/mm/a.ts → src/mm/b.ts → src/mm/a.ts']);
  const three = [
    planted('src/mm/a.ts', './b.ts', './sparse.ts'),
    planted('src/mm/b.ts', './c.ts'),
    planted('src/mm/c.ts', './sparse.ts', './b.ts'),
  ];
  t.deepEqual(circles([...src, ...three]), ['src/mm/b.ts → src/mm/c.ts → src/mm/b.ts']);
  t.deepEqual(circles([planted('src/mm/a.ts', './a.ts')]), ['src/mm/a.ts → src/mm/a.ts']);
});

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

/** V8 allocates such a function in old space at once: what it reaches, all of a boot, then outlives every scavenge. */
const FUNCTION_ASSIGNED = /\.#?\w+\s*=\s*(?:async\s*)?(?:function\b|\w+\s*=>|\([^()]*\)(?:\s*:[^=;]+)?\s*=>)/;

test('no function literal is assigned to a property: it is named first', (t) => {
  const found = src.filter(({ path, code }) => !path.startsWith('src/web/') && FUNCTION_ASSIGNED.test(code));
  t.deepEqual(
    found.map(({ path }) => path),
    [],
  );
  for (const line of [
    'a.b = () => 1;',
    'this.#tell =\n  (x: number): void => {};',
    'x.y = async z => z;',
    'a.b = function () {};',
  ])
    t.regex(line, FUNCTION_ASSIGNED);
  for (const line of ['const b = () => 1;', 'a.b = c;', 'a.b === (c) || d;', '#run = (): void => {};'])
    t.notRegex(line, FUNCTION_ASSIGNED);
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

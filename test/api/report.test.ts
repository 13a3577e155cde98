// The public API is what api/ says it is, documented name by name, and each of its functions is used by a test or an example.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readApi, reportPath, reportText } from '../../tools/api-report.ts';
import { ROOT, sourcesBelow } from '../helpers/sources.ts';

const api = readApi();
/** docs/smp.md has the words for the names of earlyboot/smp. */
const OURS = ['index', 'ava', 'node-test', 'vitest', 'browser'];
/** `earlyboot/smp` has its values tested by test/smp.test.ts and test/cpus/emulated. */
const DOCUMENTED = [...OURS, 'smp'];

for (const [entry, names] of api)
  test(`api: ${entry} is as the report says (npm run api writes it anew)`, (t) => {
    t.is(reportText(entry, names), readFileSync(join(ROOT, reportPath(entry)), 'utf8'));
  });

test('every exported name has a docstring', (t) => {
  const bare = DOCUMENTED.flatMap((entry) => api.get(entry) ?? []).filter(({ docs }) => docs === '');
  t.deepEqual(
    bare.map(({ name }) => name),
    [],
  );
});

test('every exported value is used by a test or an example', (t) => {
  const using = ['test/api', 'test/assert', 'test/fixtures/runners', 'examples'].flatMap(sourcesBelow);
  const tested = (name: string): boolean =>
    using.some(
      ({ path, code }) => !path.endsWith('report.test.ts') && new RegExp(`\\b${name}\\b`).test(code),
    );
  const values = OURS.flatMap((entry) => api.get(entry) ?? []).filter(({ value }) => value);
  t.deepEqual(
    values.map(({ name }) => name).filter((name) => !tested(name)),
    [],
  );
});

test('the main entry needs neither ava nor a browser', (t) => {
  const declared = (entry: string): string =>
    (api.get(entry) ?? []).map(({ declaration }) => declaration).join('\n');
  t.notRegex(declared('index'), /ExecutionContext/);
  t.regex(declared('ava'), /ExecutionContext/);
});

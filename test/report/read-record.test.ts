import test from 'ava';
import { InputError, type InputErrorKind } from '../../src/lib/input-error.ts';
import { looksLikeRecord, parseRecord } from '../../src/report/read-record.ts';
import { makeRecord, SMALL } from './helpers/records.ts';

const text = JSON.stringify(makeRecord(SMALL));

test('a record comes back as it was', (t) => {
  t.true(looksLikeRecord(text));
  t.deepEqual(parseRecord(text, 'run.json'), makeRecord(SMALL));
});

test('a machine description is no record', (t) => {
  t.false(looksLikeRecord('{"name": "x", "map": []}'));
});

const cases: readonly [string, InputErrorKind, RegExp][] = [
  ['{', 'syntax', /^run\.json: .*expected the JSON of boot --json$/],
  ['[]', 'schema', /^run\.json: expected a run record/],
  ['{"machine": "x"}', 'schema', /^run\.json: version: missing: expected 1$/],
  [text.replace('"version":1', '"version":2'), 'schema', /version: 2: expected 1$/],
  [text.replace('"jobs":[', '"jobs_":['), 'schema', /jobs: missing: expected array$/],
  [text.replace('"cpu":0', '"cpu":"a"'), 'schema', /jobs\.0\.chunks\.0\.cpu: "a": expected number$/],
];

for (const [input, kind, message] of cases) {
  test(`refused: ${message}`, (t) => {
    const error = t.throws(() => parseRecord(input, 'run.json'), { instanceOf: InputError });
    t.is(error?.kind, kind);
    t.regex(error?.message ?? '', message);
  });
}

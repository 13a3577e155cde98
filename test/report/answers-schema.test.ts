// What the questions print with --json is what their schemas say, and the committed JSON Schemas are those.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ANSWER_SCHEMAS, answerJsonSchemas } from '../../src/report/answers-schema.ts';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';

const COMMANDS: readonly (readonly [schema: string, argv: readonly string[]])[] = [
  ['missing', ['missing', 'tiny-512m', '--json']],
  ['missing', ['missing', 'tiny-512m', '--append-b', 'mem=300M', '--json']],
  [
    'fits',
    ['fits', 'tiny-512m', '--crashkernel', '64M', '--hugepages', '2M:4', '--memmap', '1M!64M', '--json'],
  ],
  ['lint', ['lint', 'test/ask/lint/fixtures/faulty.yaml', '--json']],
  ['movable', ['explain', 'tiny-512m', '--movable', '--json']],
  ['slow-boot', ['predict', 'tiny-512m', '--slow-boot', '--json']],
];

test('each command prints what its schema allows, and nothing more', async (t) => {
  for (const [name, argv] of COMMANDS) {
    const printed: unknown = JSON.parse((await cli(argv)).stdout);
    const schema = ANSWER_SCHEMAS.get(name);
    const parsed = schema?.safeParse(printed);
    t.true(parsed?.success, `${name}: ${JSON.stringify(parsed?.error?.issues.slice(0, 3))}`);
    const more = typeof printed === 'object' ? { ...printed, more: 1 } : printed;
    t.false(schema?.safeParse(more).success, `${name}: a field that is not documented`);
  }
});

test('the committed JSON Schemas are the schemas (node tools/schema.ts writes them)', (t) => {
  for (const [file, schema] of Object.entries(answerJsonSchemas()))
    t.deepEqual(JSON.parse(readFileSync(join(ROOT, 'schema', file), 'utf8')), schema, file);
});

// The machine's JSON Schema tells an editor what each key is.
import test from 'ava';
import { schemaId } from '../../../src/lib/schema-id.ts';
import { machineJsonSchema } from '../../../src/machine/spec/schema.ts';
import { DESCRIBED } from '../../../src/machine/spec/schema-words.ts';

import { SIZE_EXPECTED } from '../../../src/machine/spec/size.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

interface Key {
  readonly path: string;
  readonly schema: Json;
}

/** Every key below a schema; lists and alternatives leave no trace in its path. */
function keysOf(schema: unknown, path = ''): Key[] {
  if (!isObject(schema)) return [];
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const own = Object.entries(properties).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return isObject(value) ? [{ path: at, schema: value }, ...keysOf(value, at)] : [];
  });
  const parts = [schema['items'], ...(['anyOf', 'allOf'].flatMap((name) => schema[name] ?? []) as unknown[])];
  return [...own, ...parts.flatMap((part) => keysOf(part, path))];
}

const schema = machineJsonSchema();
const keys = keysOf(schema);

test('it names itself', (t) => {
  t.is(schema['$id'], schemaId('machine'));
  t.is(schema['title'], 'earlyboot machine');
  t.is(schema['description'], 'A machine for earlyboot');
});

test('every key has a title and a description of its own', (t) => {
  t.true(keys.length > 120, `${keys.length} keys`);
  const wordless = keys.filter(
    ({ schema: { title, description } }) =>
      typeof title !== 'string' || typeof description !== 'string' || description.length < 4,
  );
  t.deepEqual(
    wordless.map(({ path }) => path),
    [],
  );
  // what every address says of its spelling is no description of a key
  const spelled = keys.filter(({ schema: { description } }) => description === SIZE_EXPECTED);
  t.deepEqual(
    spelled.map(({ path }) => path),
    [],
  );
});

test('no line of the table is about a key that there is not', (t) => {
  const known = new Set(keys.flatMap(({ path }) => [path, path.replace(/.*\./, '')]));
  t.deepEqual(
    DESCRIBED.filter((path) => !known.has(path)),
    [],
  );
});

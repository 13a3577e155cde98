// Writes schema/: the JSON Schemas of machine descriptions, run records and answers, out of the zod schemas that check them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { machineJsonSchema } from '../src/machine/spec/schema.ts';
import { answerJsonSchemas } from '../src/report/answers-schema.ts';
import { recordJsonSchema } from '../src/report/record-schema.ts';

const FOLDER = new URL('../schema/', import.meta.url);
const SCHEMAS = {
  'machine.schema.json': machineJsonSchema(),
  'run-record.schema.json': recordJsonSchema(),
  ...answerJsonSchemas(),
};

mkdirSync(FOLDER, { recursive: true });
for (const [name, schema] of Object.entries(SCHEMAS)) {
  const file = new URL(name, FOLDER);
  const config = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(schema), { ...config, parser: 'json' }));
}

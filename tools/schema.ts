// Writes schema/: the JSON Schemas of machine descriptions, campaigns, run records and every command's --json, out of the zod schemas.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { jsonSchemas } from '../src/cli/schema/all.ts';

const FOLDER = new URL('../schema/', import.meta.url);

mkdirSync(FOLDER, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  const file = new URL(name, FOLDER);
  const config = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(schema), { ...config, parser: 'json' }));
}

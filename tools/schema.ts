// Writes schema/machine.schema.json, the JSON Schema of machine descriptions, out of src/machine/spec/schema.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { machineJsonSchema } from '../src/machine/spec/schema.ts';

const FILE = new URL('../schema/machine.schema.json', import.meta.url);

mkdirSync(new URL('.', FILE), { recursive: true });
const config = await resolveConfig(FILE);
writeFileSync(FILE, await format(JSON.stringify(machineJsonSchema()), { ...config, parser: 'json' }));

// The example in docs/padata.md runs, and does what the text says.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { findScenario } from '../../src/scenarios/catalogue.ts';
import { ROOT } from '../helpers/sources.ts';

const page = readFileSync(join(ROOT, 'docs/padata.md'), 'utf8');

test('a million counted in 32 chunks, the last of 8,000', async (t) => {
  const code = /```ts\n([^]*?)```/.exec(page)?.[1];
  if (code === undefined) return t.fail('no example');
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const file = join(ROOT, '.tmp', `padata-example-${process.pid}.ts`);
  writeFileSync(file, code);
  t.teardown(() => rmSync(file));
  const { counted, chunks } = (await import(file)) as { counted: number; chunks: string[] };
  t.is(counted, 1_000_000);
  t.is(chunks.length, 32);
  t.true(chunks.includes('[992000, 1000000)'));
});

test('the scenarios that the page names exist', (t) => {
  const names = [...page.matchAll(/`((?:found|mutant)\/[a-z0-9-]+)`/g)].map((match) => match[1] as string);
  t.is(names.length, 2);
  for (const name of names) t.not(findScenario(name), undefined, name);
});

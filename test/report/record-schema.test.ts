// The schema of run records: what a boot writes passes, a wrong value is named with its path, and a wrong record reaches no
// report, however it is wrong.
import { readFileSync } from 'node:fs';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { builtinMachine } from '../../src/machine/builtin/list.ts';
import { reportHtml } from '../../src/report/html.ts';
import { parseRecord } from '../../src/report/read-record.ts';
import { recordJsonSchema } from '../../src/report/record-schema.ts';
import { cli } from '../helpers/cli.ts';

async function bootOf(name: string, cmdline = ''): Promise<RunRecord> {
  const spec = await builtinMachine(name);
  if (spec === null) throw new Error(name);
  return bootMachine(spec, { ...DEFAULT_BOOT, cmdline: `${spec.cmdline} ${cmdline}` });
}

test('the committed JSON Schema is the schema (node tools/schema.ts writes it)', async (t) => {
  const file = new URL('../../schema/run-record.schema.json', import.meta.url);
  const config = await resolveConfig(file);
  const written = await format(JSON.stringify(recordJsonSchema()), { ...config, parser: 'json' });
  t.is(readFileSync(file, 'utf8'), written);
});

test('records of real boots pass, and come back whole', async (t) => {
  for (const [name, cmdline] of [
    ['laptop-16g', 'memblock=debug'],
    ['skylake-768g', 'movablecore=1G'],
  ] as const) {
    const record = await bootOf(name, cmdline);
    t.deepEqual(parseRecord(JSON.stringify(record), 'r.json'), JSON.parse(JSON.stringify(record)));
  }
});

test('fields of a later record stay', async (t) => {
  const record = { ...(await bootOf('tiny-512m')), later: { a: 1 } };
  t.like(parseRecord(JSON.stringify(record), 'r.json'), { later: { a: 1 } });
});

/** A change of a record, and the line that it gets. */
const WRONG: readonly [string, (record: Mutable) => void, RegExp][] = [
  [
    'base: []',
    (r) => (at(r, 'memblock', 'memory', 0)['base'] = []),
    /memblock\.memory\.0\.base: \[\]: expected number/,
  ],
  [
    'size: -1',
    (r) => (at(r, 'memblock', 'memory', 0)['size'] = -1),
    /memblock\.memory\.0\.size: -1: expected /,
  ],
  [
    'size: 2^60',
    (r) => (at(r, 'memblock', 'memory', 0)['size'] = 2 ** 60),
    /memory\.0\.size: 1152921504606847000: expected /,
  ],
  ['cpus', (r) => (r['cpus'] = 'constructor'), /: cpus: "constructor": expected /],
  ['node', (r) => (at(r, 'nodes', 0)['id'] = 1024), /nodes\.0\.id: 1024: expected /],
  ['CPU', (r) => (at(r, 'nodes', 0)['cpus'] = [8192]), /nodes\.0\.cpus\.0: 8192: expected /],
  [
    'chunk',
    (r) => (at(r, 'jobs', 0, 'chunks', 0)['end'] = 0),
    /jobs\.0\.chunks\.0: .*: expected start <= end/,
  ],
  [
    'time',
    (r) => (at(r, 'jobs', 0, 'chunks', 0)['endNs'] = null),
    /jobs\.0\.chunks\.0\.endNs: null: expected number/,
  ],
  ['missing', (r) => delete r['zones'], /: zones: missing: expected array/],
  ['log', (r) => (r['log'] = []), /: logLines: .*: expected as many lines as in log/],
  ['vmemmapBase', (r) => (r['vmemmapBase'] = '0xg'), /vmemmapBase: "0xg": expected hexadecimal text/],
];
type Mutable = Record<string, unknown>;

/** The object at a path. */
function at(root: Mutable, ...path: (string | number)[]): Mutable {
  return path.reduce<Mutable>((value, key) => {
    const next: unknown = new Map(Object.entries(value)).get(String(key));
    if (typeof next !== 'object' || next === null) throw new Error(`nothing at ${path.join('.')}`);
    return next as Mutable;
  }, root);
}

for (const [what, change, message] of WRONG) {
  test(`one line with the path: ${what}`, async (t) => {
    const record = JSON.parse(JSON.stringify(await bootOf('laptop-16g'))) as Mutable;
    change(record);
    const error = t.throws(() => parseRecord(JSON.stringify(record), 'r.json'), { instanceOf: InputError });
    t.regex(error.message, message);
    t.regex(error.message, /^r\.json: /);
    t.false(error.message.includes('\n'));
  });
}

test('report of a wrong record: one line, exit status 2, no file', async (t) => {
  const record = JSON.parse(JSON.stringify(await bootOf('tiny-512m'))) as Mutable;
  at(record, 'memblock', 'memory', 0)['base'] = [];
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-test-'));
  writeFileSync(join(folder, 'r.json'), JSON.stringify(record));
  const { code, stderr } = await cli(['report', 'r.json', '-o', 'r.html'], { cwd: folder });
  t.is(code, 2);
  t.is(stderr, 'earlyboot: r.json: memblock.memory.0.base: []: expected number\n');
});

const VALUES = [null, [], {}, '', 'x', -1, 0, 1, 2 ** 40, 2 ** 53 - 1, 2 ** 60, 1e308, true] as const;

/** Every place in a value, as the object that holds it and its key. */
function places(value: unknown, found: [Mutable, string][] = []): [Mutable, string][] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Mutable;
  for (const key of Object.keys(holder)) {
    found.push([holder, key]);
    places(new Map(Object.entries(holder)).get(key), found);
  }
  return found;
}

test('a record with any one value changed is refused in one line, or drawn', async (t) => {
  const text = JSON.stringify(await bootOf('laptop-16g'));
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...VALUES), (where, value) => {
      const record = JSON.parse(text) as Mutable;
      const all = places(record).filter(([, key]) => key !== 'logLines' && key !== 'memblockEvents');
      const [holder, key] = all[where % all.length] as [Mutable, string];
      holder[key] = value;
      let parsed: RunRecord;
      try {
        parsed = parseRecord(JSON.stringify(record), 'r.json');
      } catch (error) {
        t.true(error instanceof InputError && !error.message.includes('\n'));
        return;
      }
      t.true(reportHtml([parsed]).includes('<svg'));
    }),
    { numRuns: 60, seed: 1 },
  );
});

// What commands print with --json is what their schemas say, and the committed JSON Schemas are those.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { COMMANDS } from '../../src/cli/commands.ts';
import { jsonSchemas, OUTPUTS } from '../../src/cli/schema/all.ts';
import { machineSchema } from '../../src/machine/spec/schema.ts';
import { captures } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';
import { docsWorld } from '../docs/helpers/world.ts';

const TINY = 'tiny-512m';

/** At least one of each shape; `predict` on the machine with published figures. */
const RUNS: readonly (readonly [schema: string, argv: string])[] = [
  ['missing', `missing ${TINY}`],
  ['missing', `missing ${TINY} --append-b mem=300M`],
  ['fits', `fits ${TINY} --crashkernel 64M --hugepages 2M:4 --memmap 1M!64M`],
  ['lint', 'lint test/ask/lint/fixtures/faulty.yaml'],
  ['lint-rules', 'lint --rules'],
  ['movable', `explain ${TINY} --movable`],
  ['explain', `explain ${TINY} 0x9fc00`],
  ['explain', `explain ${TINY} 0x1fd00000`],
  ['explain', `explain ${TINY} 5G`],
  ['explain', `explain ${TINY} setup_arch`],
  ['explain', `explain ${TINY} memmap`],
  ['explain', `explain ${TINY} --reserved`],
  ['diff', `diff ${TINY} --append-b mem=300M`],
  ['machines', 'machines'],
  ['campaigns', 'campaign'],
  ['kernels', 'kernels'],
  ['kernels', 'kernels 6.1 --facts'],
  ['history', 'history --from 6.1 --to 6.12'],
  ['history', `history ${TINY} --from 6.1 --to 6.4`],
  ['slow-boot', `predict ${TINY} --slow-boot`],
  ['predict', 'predict haswell-14g-guest'],
  ['predict', 'predict haswell-14g-guest --compare-hooks'],
  ['predict', 'predict haswell-14g-guest --user vfio-pin --size 1G --threads 1,4'],
  ['predict', 'predict haswell-14g-guest --kho'],
  ['predict', 'predict haswell-14g-guest --keep-guests 50'],
  ['explore', 'explore'],
  ['explore', 'explore mt-job-2x2 --schedules 5'],
  ['explore', 'explore mutant/lost-wake'],
  ['explore', 'explore --replay mutant/lost-wake:1x11.0x3'],
  ['bench', 'bench --gib 1 --threads 1 --runs 1 --no-native'],
];

/** @throws where the output is none that the schema allows, or the schema would allow more */
function holds(name: string, argv: string, stdout: string): string | null {
  const printed: unknown = JSON.parse(stdout);
  const schema = OUTPUTS.get(name)?.schema;
  if (schema === undefined) return `no schema ${name}`;
  const parsed = schema.safeParse(printed);
  if (!parsed.success) return `${argv}: ${JSON.stringify(parsed.error.issues).slice(0, 600)}`;
  const more = typeof printed === 'object' ? { ...printed, more: 1 } : printed;
  return schema.safeParse(more).success ? `${argv}: a field that is not documented is allowed` : null;
}

test('each command prints what its schema allows, and nothing more', async (t) => {
  for (const [name, argv] of RUNS) {
    const { stdout, stderr } = await cli([...argv.split(' '), '--json']);
    t.not(stdout, '', `${argv}: ${stderr}`);
    t.is(holds(name, argv, stdout), null);
  }
});

test('verify, calibrate, import and campaigns, with files of their own', async (t) => {
  const world = await docsWorld();
  const [capture] = captures('6.1');
  for (const [name, argv] of [
    ['verify', `verify ${capture?.path}`],
    ['campaign-report', 'campaign my.yaml'],
    ['campaign-report', 'campaign replay my.yaml#1'],
    ['calibrate', `calibrate skylake-768g --from ${join(world, 'deferred-init-v2.json')}`],
  ] as const)
    t.is(holds(name, argv, (await cli([...argv.split(' '), '--json'], { cwd: world })).stdout), null);
  const imported = await cli(['import', 'm', '--json'], { cwd: world });
  t.true(machineSchema.safeParse(JSON.parse(imported.stdout)).success);
  t.regex(
    (await cli(['import', 'm'], { cwd: world })).stdout,
    /^# yaml-language-server: \$schema=https:.*\/machine\.schema\.json\nname: /,
  );
});

test('what a judge of QEMU finds, and what is no such answer', (t) => {
  const fidelity = {
    matched: 1,
    estimated: [],
    real: 1,
    predicted: 1,
    beyond: 0,
    fidelity: 1,
    differing: [],
  };
  const one = {
    version: 1,
    judgements: [{ name: TINY, fidelity, comparisons: [{ what: 'zones', count: 2, differing: [] }] }],
  };
  t.is(holds('judge', 'judge', JSON.stringify(one)), null);
  t.is(
    holds('judge', 'judge', JSON.stringify({ version: 1, machines: 2, agreeing: 2, lines: 80, groups: [] })),
    null,
  );
  t.not(holds('judge', 'judge', JSON.stringify({ ...one, version: 2 })), null);
});

test('every command with --json has a schema, and every schema of an output is held against one', async (t) => {
  const of = new Set(
    [...OUTPUTS.values()].map((output) => output.of.replace(/^earlyboot /, '').split(' ')[0]),
  );
  // the run record, and the machine
  const elsewhere = new Set(['boot', 'import']);
  for (const { name } of COMMANDS)
    if ((await cli([name, '--help'])).stdout.match(/^ +--json\b/m) && !elsewhere.has(name))
      t.true(of.has(name), name);
  const held = new Set([...RUNS.map(([name]) => name), 'verify', 'calibrate', 'campaign-report', 'judge']);
  t.deepEqual(
    [...OUTPUTS.keys()].filter((name) => !held.has(name)),
    [],
  );
});

test('the committed JSON Schemas are the schemas (node tools/schema.ts writes them), each with its address and title', (t) => {
  const schemas = jsonSchemas();
  for (const [file, schema] of Object.entries(schemas)) {
    t.deepEqual(JSON.parse(readFileSync(join(ROOT, 'schema', file), 'utf8')), schema, file);
    t.like(schema, { $id: `https://unpkg.com/earlyboot/schema/${file}` });
    t.true('title' in schema && String(schema.title).startsWith('earlyboot '), file);
  }
  t.deepEqual(readdirSync(join(ROOT, 'schema')).sort(), Object.keys(schemas).sort());
});

// Maps of real firmware: nothing is an error, and what is warned of is known. docs/lint.md lists the findings.
import { join } from 'node:path';
import test from 'ava';
import { lintFindings } from '../../../src/ask/lint/lint.ts';
import { lintMachine } from '../../../src/ask/lint/find.ts';
import type { Finding } from '../../../src/ask/lint/types.ts';
import { resolveMachineName } from '../../../src/machine/resolve.ts';
import { capture, captures } from '../../helpers/captures.ts';
import { cli } from '../../helpers/cli.ts';
import { ROOT } from '../../helpers/sources.ts';

async function lint(path: string): Promise<Finding[]> {
  return lintFindings(await lintMachine(await resolveMachineName(path, '/')));
}

/** Every firmware and every kind of map that the captures of 6.1 have; the rest by hand, as docs/lint.md says. */
const CAPTURED = [
  'ovmf-8g-2n-4c',
  'pc-2g-4c',
  'q35-4g-hotplug',
  'q35-5000m-4c',
  'q35-6g-memless-node0',
  'q35-8g-4n-uneven',
];

test('maps of SeaBIOS and OVMF as real boots had them: no error, no warning', async (t) => {
  t.true(captures('6.1').length > CAPTURED.length);
  for (const name of CAPTURED) {
    const findings = await lint(capture('6.1', name).path);
    t.deepEqual(
      findings.filter(({ severity }) => severity !== 'note'),
      [],
      name,
    );
  }
});

test('maps of cloud-hypervisor and crosvm, as their sources make them: what docs/lint.md lists', async (t) => {
  const found = async (name: string): Promise<string[]> => {
    const findings = await lint(join(ROOT, 'test/ask/lint/fixtures', `${name}.yaml`));
    return [...new Set(findings.map(({ rule, severity }) => `${severity} ${rule}`))];
  };
  t.deepEqual(await found('cloud-hypervisor'), [
    'note map-unsorted',
    'warning ebda-usable',
    'warning mp-table-in-ram',
  ]);
  t.deepEqual(await found('crosvm'), []);
});

test('findings come with line and column, as text, JSON and SARIF, and an error is exit status 1', async (t) => {
  const file = 'test/ask/lint/fixtures/faulty.yaml';
  const text = await cli(['lint', file]);
  t.is(text.code, 1);
  t.true(
    text.stdout.includes(`${file}:6:5: warning: map-overlap: entries 2 (ACPI data) and 3 (reserved)`),
    text.stdout,
  );
  t.true(
    text.stdout.includes(
      `${file}:11:13: error: contradiction: nodes.1.cpus: CPU 1 belongs to node 0 as well`,
    ),
    text.stdout,
  );
  t.true(text.stdout.endsWith('faulty: 3 errors, 1 warning\n'), text.stdout);
  const json: unknown = JSON.parse((await cli(['lint', file, '--json', '--rule', 'slit-below-10'])).stdout);
  t.like(json, { version: 1, machine: 'faulty' });
  const sarif: unknown = JSON.parse(
    (await cli(['lint', file, '--format', 'sarif', '--rule', 'slit-below-10'])).stdout,
  );
  t.like(sarif, {
    version: '2.1.0',
    runs: [
      {
        results: [
          {
            ruleId: 'slit-below-10',
            ruleIndex: 0,
            level: 'error',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: file },
                  region: { startLine: 12, startColumn: 18 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('rules can be chosen and left out, and a rule that there is not is named', async (t) => {
  const file = 'test/ask/lint/fixtures/faulty.yaml';
  const quiet = await cli(['lint', file, '--disable', 'slit-below-10', 'contradiction']);
  t.is(quiet.code, 0, quiet.stdout);
  const unknown = await cli(['lint', file, '--rule', 'no-such']);
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /^earlyboot: rule "no-such": expected one of map-empty, /);
  const rules = await cli(['lint', '--rules', '--rule', 'map-overlap']);
  t.regex(rules.stdout, /^map-overlap \(warning\)\n {2}\S[^\n]+\n {2}Linux takes [^\n]+since 2/);
  t.is((await cli(['lint'])).code, 2);
});

test('a file that cannot be read at all is bad input', async (t) => {
  const { code, stderr } = await cli(['lint', join('test', 'ask', 'lint', 'fixtures', 'no-such.yaml')]);
  t.is(code, 2);
  t.regex(stderr, /no such file/);
});

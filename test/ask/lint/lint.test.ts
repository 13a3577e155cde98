// A machine without fault, and one planted fault at a time: exactly that rule finds it, at its place.
import { join } from 'node:path';
import test from 'ava';
import { RULES, lintFindings } from '../../../src/ask/lint/lint.ts';
import { lintMachine } from '../../../src/ask/lint/find.ts';
import type { Finding } from '../../../src/ask/lint/types.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { acpiTable, builtBy } from '../../../src/machine/acpi-build/header.ts';
import type {
  MachineDescription,
  MapEntryDescription,
  TableDescription,
} from '../../../src/machine/spec/description.ts';
import { loadWithPlaces } from '../../../src/machine/spec/load.ts';
import { resolveMachineName } from '../../../src/machine/resolve.ts';
import { capture, captures } from '../../helpers/captures.ts';
import { cli } from '../../helpers/cli.ts';
import { ROOT } from '../../helpers/sources.ts';

const LOW: readonly MapEntryDescription[] = [
  { start: 0, size: 0x9fc00, type: 'usable' },
  { start: 0x9fc00, size: 0x400, type: 'reserved' },
  { start: 0xf0000, size: 0x10000, type: 'reserved' },
];
const RAM: MapEntryDescription = { start: MiB, size: 2047 * MiB, type: 'usable' };
const TABLES: MapEntryDescription = { start: 2 * GiB, size: 4 * MiB, type: 'ACPI data' };
const HIGH: MapEntryDescription = { start: 4 * GiB, size: 4 * GiB, type: 'usable' };

const NODES: MachineDescription['nodes'] = [
  { cpus: '0-1', memory: [{ start: 0, size: 2 * GiB }] },
  { cpus: '2-3', memory: [{ start: 4 * GiB, size: 4 * GiB }] },
];

const SOUND: MachineDescription = {
  name: 'sound',
  map: [...LOW, RAM, TABLES, HIGH],
  cpus: 4,
  nodes: NODES,
  distances: [
    [10, 20],
    [20, 10],
  ],
  mpTable: { pointer: 0xf5b00 },
};

async function lint(machine: MachineDescription): Promise<Finding[]> {
  const contradictions: { path: readonly (string | number)[]; message: string }[] = [];
  const { spec } = await loadWithPlaces(
    JSON.stringify(machine),
    'machine.json',
    () => Promise.reject(new Error('no files')),
    (problem) => contradictions.push(problem),
  );
  return lintFindings(await lintMachine(spec, { contradictions }));
}

const map = (...entries: readonly MapEntryDescription[]): Partial<MachineDescription> => ({ map: entries });
const nodes = (
  first: NonNullable<NonNullable<MachineDescription['nodes']>[number]['memory']>,
  second: NonNullable<NonNullable<MachineDescription['nodes']>[number]['memory']>,
): Partial<MachineDescription> => ({
  nodes: [
    { cpus: '0-1', memory: first },
    { cpus: '2-3', memory: second },
  ],
});
const distances = (...rows: number[][]): Partial<MachineDescription> => ({ distances: rows });
const many = Array.from({ length: 126 }, (_, i): MapEntryDescription => ({
  start: 0xc0000000 + i * MiB,
  size: 0x1000,
  type: 'reserved',
}));

/** Tables say the nodes, or nobody does. */
const WITHOUT_NODES = { nodes: undefined, distances: undefined } as const;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** A byte that no sum allows for. */
const broken = (bytes: Uint8Array): string => base64(bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte)));

/** Local APIC entries with these ids, all enabled (ACPI 6.5, section 5.2.12.2). */
function madt(ids: readonly number[]): Uint8Array {
  const head = [0, 0, 0xe0, 0xfe, 1, 0, 0, 0];
  return acpiTable(
    'APIC',
    3,
    builtBy('TESTED'),
    Uint8Array.from([...head, ...ids.flatMap((id, cpu) => [0, 8, cpu, id, 1, 0, 0, 0])]),
  );
}

/** All memory and CPU 0 in domain 0, and a CPU that may be unknown (sections 5.2.16.1 and 2). */
function srat(apicId: number): Uint8Array {
  const cpu = (id: number): number[] => [0, 16, 0, id, 1, ...Array<number>(11).fill(0)];
  const memory = [
    1,
    40,
    0,
    0,
    0,
    0,
    0,
    0,
    ...Array<number>(8).fill(0),
    0,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    ...Array<number>(11).fill(0),
  ];
  const body = [1, ...Array<number>(11).fill(0), ...cpu(0), ...cpu(apicId), ...memory];
  return acpiTable('SRAT', 3, builtBy('TESTED'), Uint8Array.from(body));
}

function raw(...tables: readonly Omit<TableDescription, 'address'>[]): MachineDescription['acpi'] {
  return {
    root: { address: 2 * GiB },
    tables: tables.map((table, i) => ({ ...table, address: 2 * GiB + 0x1000 + i * 0x80000 })),
  };
}

/** What is planted, by the rule that must find it; and where, in the order of the map or by key. */
const FAULTS: readonly (readonly [
  rule: string,
  fault: Partial<MachineDescription>,
  path?: readonly (string | number)[],
])[] = [
  ['map-empty', { ...map({ start: 0, size: GiB, type: 'reserved' }), nodes: [], distances: [] }, ['map']],
  ['map-unsorted', map(...LOW, RAM, HIGH, TABLES), ['map', 5]],
  [
    'map-overlap',
    map(...LOW, RAM, { start: 0x7fe00000, size: 2 * MiB, type: 'ACPI NVS' }, TABLES, HIGH),
    ['map', 4],
  ],
  [
    'map-entry-empty',
    map(...LOW, RAM, { start: 3 * GiB, size: 0, type: 'reserved' }, TABLES, HIGH),
    ['map', 4],
  ],
  ['map-too-long', map(...LOW, RAM, TABLES, ...many, HIGH), ['map', 128]],
  ['map-beyond-cpu', { cpu: { physBits: 32, la57: false } }, ['map', 5]],
  [
    'ram-in-bios-area',
    map(
      ...LOW.slice(0, 2),
      { start: 0xc0000, size: 0x10000, type: 'usable' },
      LOW[2] ?? RAM,
      RAM,
      TABLES,
      HIGH,
    ),
    ['map', 2],
  ],
  [
    'ebda-usable',
    map({ start: 0, size: 0xa0000, type: 'usable' }, LOW[2] ?? RAM, RAM, TABLES, HIGH),
    ['map', 0],
  ],
  [
    'ram-off-page',
    map(...LOW, RAM, TABLES, { start: 4 * GiB, size: 4 * GiB - 1, type: 'usable' }),
    ['map', 5],
  ],
  [
    'section-tail',
    { ...map(...LOW, RAM, TABLES, { start: 4 * GiB, size: 4 * GiB - 8 * MiB, type: 'usable' }) },
  ],
  [
    'block-tail',
    {
      ...map(...LOW, RAM, TABLES, { start: 4 * GiB, size: 65 * GiB, type: 'usable' }),
      ...nodes([{ start: 0, size: 2 * GiB }], [{ start: 4 * GiB, size: 65 * GiB }]),
    },
  ],
  [
    'pmem-align',
    map(...LOW, RAM, TABLES, HIGH, { start: 16 * GiB, size: GiB + 0x1000, type: 'persistent' }),
    ['map', 6],
  ],
  [
    'pmem-shared-section',
    map(
      ...LOW,
      RAM,
      TABLES,
      HIGH,
      { start: 16 * GiB, size: 66 * MiB, type: 'persistent' },
      { start: 16 * GiB + 66 * MiB, size: 62 * MiB, type: 12 },
    ),
    ['map', 6],
  ],
  [
    'soft-reserved-align',
    map(...LOW, RAM, TABLES, HIGH, { start: 16 * GiB + MiB, size: GiB, type: 'soft reserved' }),
    ['map', 6],
  ],
  [
    'no-pci-window',
    map(...LOW, RAM, TABLES, { start: 2 * GiB + 4 * MiB, size: 2 * GiB - 4 * MiB, type: 'reserved' }, HIGH),
    ['map'],
  ],
  [
    'ram-over-device',
    {
      ...map(...LOW, RAM, TABLES, { start: 0xf8000000, size: 128 * MiB, type: 'usable' }, HIGH),
      ...nodes([{ start: 0, size: 4 * GiB }], [{ start: 4 * GiB, size: 4 * GiB }]),
    },
    ['map', 5],
  ],
  [
    'ram-over-pci-config',
    {
      ...map(...LOW, RAM, TABLES, { start: 0xe0000000, size: 128 * MiB, type: 'usable' }, HIGH),
      ...nodes([{ start: 0, size: 4 * GiB }], [{ start: 4 * GiB, size: 4 * GiB }]),
    },
    ['map', 5],
  ],
  [
    'entry-across-4g',
    map(
      ...LOW,
      RAM,
      TABLES,
      { start: 0xff000000, size: 16 * MiB + 0x1000, type: 'reserved' },
      { start: 5 * GiB, size: 3 * GiB, type: 'usable' },
    ),
    ['map', 5],
  ],
  ['acpi-in-ram', { acpi: { at: 0x7ff00000 } }, ['acpi']],
  ['rsdp-in-ram', { acpi: { rsdp: 0x7fff0000 } }, ['acpi']],
  ['rsdp-not-found', { acpi: { rsdp: 0x90000 } }, ['acpi']],
  ['mp-table-in-ram', { mpTable: { pointer: 0xf5b00, table: 0x90000 } }, ['mpTable']],
  ['ram-in-no-node', nodes([{ start: 0, size: 2 * GiB }], [{ start: 4 * GiB, size: 3 * GiB }]), ['nodes']],
  [
    'node-range-without-ram',
    nodes(
      [{ start: 0, size: 2 * GiB }],
      [
        { start: 4 * GiB, size: 4 * GiB },
        { start: 32 * GiB, size: GiB },
      ],
    ),
    ['nodes'],
  ],
  [
    'node-overlap',
    nodes(
      [
        { start: 0, size: 2 * GiB },
        { start: 4 * GiB, size: GiB },
      ],
      [{ start: 4 * GiB, size: 4 * GiB }],
    ),
    ['nodes'],
  ],
  [
    'node-overlap-self',
    nodes(
      [
        { start: 0, size: 2 * GiB },
        { start: GiB, size: GiB },
      ],
      [{ start: 4 * GiB, size: 4 * GiB }],
    ),
    ['nodes'],
  ],
  [
    'hotplug-over-fixed',
    nodes(
      [{ start: 0, size: 2 * GiB }],
      [
        { start: 4 * GiB, size: 4 * GiB },
        { start: 6 * GiB, size: 2 * GiB, hotplug: true },
      ],
    ),
    ['nodes'],
  ],
  ['slit-below-10', distances([10, 10], [10, 10]), ['distances', 0, 1]],
  ['slit-asymmetric', distances([10, 20], [21, 10]), ['distances', 0, 1]],
  ['slit-size', { nodes: [{ ...NODES?.[0] }, { ...NODES?.[1], pxm: 4 }] }, ['distances']],
  ['cpu-without-node', { cpus: 5 }, ['cpus']],
  ['cpu-twice', { cpus: [0, 1, 2, 2] }, ['cpus']],
  ['x2apic-missing', { cpus: [0, 1, 2, 300], cpu: { x2apic: false } }, ['cpus']],
  [
    'mtrr-uncovered',
    {
      mtrr: {
        default: 'uncachable',
        ranges: [
          { start: 0, size: 4 * GiB, type: 'write-back' },
          { start: 4 * GiB, size: 2 * GiB, type: 'write-back' },
        ],
      },
    },
    ['mtrr'],
  ],
  ['contradiction', { nodes: [{ ...NODES?.[0] }, { ...NODES?.[1], cpus: '1-3' }] }, ['nodes', 1, 'cpus']],
  [
    'map-entry-wraps',
    {
      ...map(...LOW, RAM, TABLES, HIGH, { start: '0xfffffffffffff000', size: 0x2000, type: 'reserved' }),
      ...WITHOUT_NODES,
    },
    ['map', 6],
  ],
  ['kernel-panics', { cmdline: 'memmap=exactmap' }],
  ['cannot-be-built', map(...LOW, RAM, HIGH)],
  ['acpi-broken', { ...WITHOUT_NODES, acpi: raw({ base64: broken(madt([0, 1])) }) }, ['acpi']],
  ['x2apic-entry', { ...WITHOUT_NODES, acpi: raw({ base64: base64(madt([0, 255])) }) }, ['cpus']],
  [
    'node-cpu-unknown',
    { ...WITHOUT_NODES, acpi: raw({ base64: base64(madt([0])) }, { base64: base64(srat(7)) }) },
    ['cpus'],
  ],
  ['acpi-too-large-early', { ...WITHOUT_NODES, acpi: raw({ signature: 'SLIT', length: 300 * 1024 }) }],
  [
    'kernel-not-in-ram',
    map(
      ...LOW,
      { start: MiB, size: 15 * MiB, type: 'usable' },
      { start: 16 * MiB, size: 3 * MiB, type: 'reserved' },
      { start: 19 * MiB, size: 2029 * MiB, type: 'usable' },
      TABLES,
      HIGH,
    ),
  ],
  ['no-trampoline', map(...LOW.slice(1), RAM, TABLES, HIGH)],
];

test('a sound machine has no finding', async (t) => {
  t.deepEqual(await lint(SOUND), []);
});

test('each planted fault is found by its rule and by no other', async (t) => {
  for (const [rule, fault, path] of FAULTS) {
    const findings = await lint({ ...SOUND, ...fault });
    const [first] = findings;
    t.deepEqual(
      [...new Set(findings.map((finding) => finding.rule))],
      [rule],
      `${rule}: ${JSON.stringify(findings)}`,
    );
    if (path) t.deepEqual(first?.path, path, rule);
    const known = RULES.find(({ id }) => id === rule);
    t.like(first, { severity: known?.severity, source: known?.source });
    t.true((first?.message ?? '').length > 10);
  }
});

// Maps of real firmware: nothing is an error, and what is warned of is known. docs/lint.md lists the findings.

async function lintPath(path: string): Promise<Finding[]> {
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
    const findings = await lintPath(capture('6.1', name).path);
    t.deepEqual(
      findings.filter(({ severity }) => severity !== 'note'),
      [],
      name,
    );
  }
});

test('maps of cloud-hypervisor and crosvm, as their sources make them: what docs/lint.md lists', async (t) => {
  const found = async (name: string): Promise<string[]> => {
    const findings = await lintPath(join(ROOT, 'campaigns/machines', `${name}.yaml`));
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
  t.regex(unknown.stderr, /^earlyboot: rule "no-such": expected one that lint --rules tells\n$/);
  const rules = await cli(['lint', '--rules', '--rule', 'map-overlap']);
  t.regex(rules.stdout, /^map-overlap \(warning\)\n {2}\S[^\n]+\n {2}Linux takes [^\n]+since 2/);
  t.is((await cli(['lint'])).code, 2);
});

test('a file that cannot be read at all is bad input', async (t) => {
  const { code, stderr } = await cli(['lint', join('test', 'ask', 'lint', 'fixtures', 'no-such.yaml')]);
  t.is(code, 2);
  t.regex(stderr, /no such file/);
});

// Descriptions as text: what they become, and what a wrong one is told.
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { format, resolveConfig } from 'prettier';
import { InputError } from '../../../src/lib/input-error.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import { machineJsonSchema } from '../../../src/machine/spec/schema.ts';

const files: Record<string, Uint8Array> = { 'ssdt.bin': Buffer.from(`SSDT${'\0'.repeat(40)}`) };

function load(text: string): Promise<MachineSpec> {
  return loadDescription(text, 'm.yaml', async (name) => {
    const found = files[name];
    if (!found) throw new InputError('file', `${name}: no such file or folder`);
    return found;
  });
}

async function complaint(t: ExecutionContext, text: string): Promise<string> {
  const error = await t.throwsAsync(load(text), { instanceOf: InputError }, text);
  return error.message;
}

const MAP = 'map:\n  - { start: 1M, size: 1G, type: usable }\n';
const MINIMAL = `name: x\n${MAP}`;

test('the least description: one CPU, no nodes, tables built, a current CPU', async (t) => {
  const machine = await load(MINIMAL);
  t.deepEqual(machine.map, [{ addr: 0x100000n, size: 0x40000000n, type: 1 }]);
  t.deepEqual(machine.cpus, [{ apicId: 0, enabled: true }]);
  t.deepEqual(machine.nodes, []);
  t.is(machine.acpi?.kind, 'build');
  t.true(machine.cpu.la57 && machine.cpu.pdpe1gb);
  t.is(machine.kernel, null);
});

test('JSON is YAML, and ends are the last byte', async (t) => {
  const json =
    '{"name":"x","map":[{"start":"0x0","end":"0x9fbff","type":"usable"},{"start":655360,"end":1048575,"type":2}]}';
  const { map } = await load(json);
  t.deepEqual(map, [
    { addr: 0n, size: 0x9fc00n, type: 1 },
    { addr: 0xa0000n, size: 0x60000n, type: 2 },
  ]);
});

test('legal maps that look wrong: empty, overlapping, wrapping past 2^64, unknown types, 200 entries, none', async (t) => {
  const { map } = await load(`name: x
map:
  - { start: 0x1000, size: 0, type: usable }
  - { start: 1M, size: 1G, type: usable }
  - { start: 2M, size: 4K, type: reserved }
  - { start: 0xfffffffffffff000, size: 8K, type: usable }
  - { start: 0xfffffffffffff000, end: 0xfff, type: usable }
  - { start: 3M, size: 4K, type: 20 }
  - { start: 4M, size: 4K, type: 4294967295 }
`);
  t.deepEqual(
    map.map((e) => e.size),
    [0n, 2n ** 30n, 4096n, 8192n, 8192n, 4096n, 4096n],
  );
  t.is(map[3]?.addr, 0xfffffffffffff000n);
  t.is(map[6]?.type, 0xffffffff);
  const many = Array.from({ length: 200 }, (_, i) => `  - { start: ${i}M, size: 1M, type: usable }\n`).join(
    '',
  );
  t.is((await load(`name: x\nmap:\n${many}`)).map.length, 200);
  t.deepEqual((await load('name: x\nmap: []\n')).map, []);
});

test('CPUs by number, by topology, siblings last, by APIC id, with hotplug', async (t) => {
  const ids = async (cpus: string) =>
    (await load(`${MINIMAL}cpus: ${cpus}\n`)).cpus.map((c) => (c.enabled ? c.apicId : -c.apicId));
  t.deepEqual(await ids('3'), [0, 1, 2]);
  // fields are as wide as their count needs: 3 cores take 2 bits
  t.deepEqual(await ids('{ sockets: 2, cores: 3, threads: 2 }'), [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13]);
  t.deepEqual(
    await ids('{ sockets: 2, cores: 2, threads: 2, order: siblings-last }'),
    [0, 2, 4, 6, 1, 3, 5, 7],
  );
  t.deepEqual(await ids('{ sockets: 1, cores: 4, hotplug: 2 }'), [0, 1, -2, -3]);
  t.deepEqual(await ids('[ 0, 16, { apicId: 32, enabled: false } ]'), [0, 16, -32]);
});

test('nodes: lists of CPUs, memory with flags, domains', async (t) => {
  const { nodes, distances } = await load(`${MINIMAL}cpus: 6
nodes:
  - { cpus: '0-1,4', memory: [ { start: 0, size: 1G } ] }
  - { pxm: 7, cpus: 2-3, memory: [ { start: 1G, end: 0x7fffffff, hotplug: true, nonvolatile: true } ] }
  - { memory: [] }
distances: [ [ 10, 20, 30 ], [ 20, 10, 30 ], [ 30, 30, 10 ] ]
`);
  t.deepEqual(nodes.map((n) => [n.pxm, n.cpus]), [[0, [0, 1, 4]], [7, [2, 3]], [2, []]]); // prettier-ignore
  t.deepEqual(nodes[1]?.memory, [{ start: 2 ** 30, size: 2 ** 30, hotplug: true, nonvolatile: true }]);
  t.is(distances?.[2]?.[0], 30);
});

test('raw tables by file, base64, and length', async (t) => {
  const { acpi } = await load(`${MINIMAL}acpi:
  rsdp: 0xf5000
  root: { address: 0x7ff00000 }
  tables:
    - { address: 0x7ff01000, file: ssdt.bin }
    - { address: 0x7ff02000, base64: U1NEVAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA }
    - { address: 0x7ff03000, signature: DSDT, length: 8K }
    - { address: 0x7ff05000, base64: U1NEVAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, length: 36 }
    - { address: 0x7ff06000, base64: U1NEVCAB, length: 16M }
`);
  if (acpi?.kind !== 'raw') return t.fail('expected raw tables');
  t.deepEqual(
    acpi.tables.map((x) => [x.what, x.address, x.bytes.length]),
    [
      ['ACPI SSDT', 0x7ff01000, 44],
      ['ACPI SSDT', 0x7ff02000, 36],
      ['ACPI DSDT', 0x7ff03000, 8192],
      ['ACPI SSDT', 0x7ff05000, 36],
      ['ACPI SSDT', 0x7ff06000, 2 ** 24],
    ],
  );
  t.deepEqual([...(acpi.tables[4]?.bytes.subarray(0, 7) ?? [])], [0x53, 0x53, 0x44, 0x54, 0x20, 1, 0]);
});

test('typos: file, line, column, path, value and expectation', async (t) => {
  const text = 'name: x\nmap:\n  - { strat: 0, size: 12Q, type: useable }\n';
  t.deepEqual((await complaint(t, text)).split('\n'), [
    'm.yaml:3:5: map.0.start: missing: expected 0x…, bytes, or a number with K, M, G, T or P',
    'm.yaml:3:23: map.0.size: "12Q": expected 0x…, bytes, or a number with K, M, G, T or P',
    'm.yaml:3:34: map.0.type: "useable": expected usable, reserved, "ACPI data", "ACPI NVS", unusable, persistent, "soft reserved" or a number',
    'm.yaml:3:7: map.0.strat: unknown key: did you mean start?',
  ]);
});

test('each wrong value at its place', async (t) => {
  const cases: [string, RegExp][] = [
    ['', /^m\.yaml:1:1: machine description: null: expected object/],
    ['just text', /^m\.yaml:1:1: machine description: "just text": expected object/],
    ['name: x\n', /^m\.yaml:1:1: map: missing: expected array/],
    ['name: [', /^m\.yaml:1:8: .*expected YAML or JSON/],
    ['name: x\nname: y\nmap: []\n', /^m\.yaml:2:1: Map keys must be unique: name: expected YAML or JSON/],
    [`${MINIMAL}cpus: 0\n`, /^m\.yaml:4:7: cpus: 0: .*expected/],
    [
      `${MINIMAL}cpus: { sockets: 2, coers: 4 }\n`,
      /^m\.yaml:4:21: cpus\.coers: unknown key: did you mean cores\?$/,
    ],
    [
      `${MINIMAL}cpus: { sockets: 2, zzz: 4 }\n`,
      /^m\.yaml:4:21: cpus\.zzz: unknown key: expected sockets, cores, threads, order, hotplug$/,
    ],
    [
      `${MINIMAL}kernelAt: here\n`,
      /^m\.yaml:4:11: kernelAt: "here": expected the address of the kernel \(0x…, .*\), \{ brk: ADDRESS \} or unknown$/,
    ],
    [`${MINIMAL}nodse: []\n`, /^m\.yaml:4:1: nodse: unknown key: did you mean nodes\?$/],
    [
      `${MINIMAL}frobnicate: 1\n`,
      /^m\.yaml:4:1: frobnicate: unknown key: expected as docs\/machine-description\.md says$/,
    ],
    [`${MINIMAL}nodes: [ { cpus: 0-1 } ]\n`, /^m\.yaml:4:18: nodes\.0\.cpus: "0-1": expected CPUs 0 to 0/],
    [`${MINIMAL}nodes: [ { cpus: x } ]\n`, /^m\.yaml:4:18: nodes\.0\.cpus: "x": expected a list such as/],
    [`${MINIMAL}nodes: [ { pxm: 1 }, { pxm: 1 } ]\n`, /^m\.yaml:4:29: nodes\.1\.pxm: 1: another node has it/],
    [
      `${MINIMAL}nodes: [ { cpus: 0 }, { cpus: 0 } ]\n`,
      /^m\.yaml:4:31: nodes\.1\.cpus: CPU 0 belongs to node 0 as well/,
    ],
    [`${MINIMAL}distances: [ [ 10 ] ]\n`, /^m\.yaml:4:12: distances: expected 0 rows/],
    [
      `${MINIMAL}nodes: []\nacpi: { root: { address: 0 }, tables: [] }\n`,
      /^m\.yaml:4:8: nodes: expected no nodes beside acpi\.tables/,
    ],
    [`${MINIMAL}acpi: { tables: [] }\n`, /^m\.yaml:4:7: acpi: expected root\.address/],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M } ] }\n`,
      /acpi\.tables\.0: expected file, base64, or signature and length/,
    ],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M, signature: SSDT, length: 35 } ] }\n`,
      /length: 35: expected the length of a table/,
    ],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M, base64: U1NEVAAA, length: 5 } ] }\n`,
      /acpi\.tables\.0\.length: 5: expected 6, the bytes that are given, to 16777216/,
    ],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M, base64: '!' } ] }\n`,
      /base64: expected base64/,
    ],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M, file: no.bin } ] }\n`,
      /^no\.bin: no such file/,
    ],
    [
      `${MINIMAL}acpi: { root: { address: 0 }, tables: [ { address: 1M, file: ssdt.bin, signature: DSDT } ] }\n`,
      /signature: DSDT: the bytes start with "SSDT"/,
    ],
    [`${MINIMAL}cpu: { physBits: 53 }\n`, /^m\.yaml:4:18: cpu\.physBits: 53: .*expected/],
    [
      `${MINIMAL}initrd: { image: 0x20000000000000, size: 1 }\n`,
      /initrd\.image: .*expected at most 2\^53 - 1/,
    ],
    [
      'name: x\nmap:\n  - { start: 0, size: 1K, end: 1, type: usable }\n',
      /^m\.yaml:3:5: map\.0: .*expected one of size and end/,
    ],
  ];
  for (const [text, expected] of cases) t.regex(await complaint(t, text), expected, text);
});

test('the committed JSON Schema is the schema (node tools/schema.ts writes it)', async (t) => {
  const file = new URL('../../../schema/machine.schema.json', import.meta.url);
  const config = await resolveConfig(file);
  const expected = await format(JSON.stringify(machineJsonSchema()), { ...config, parser: 'json' });
  t.is(readFileSync(file, 'utf8'), expected);
});

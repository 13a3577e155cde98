// What a description says and no table tells Linux: CPUs and nodes without ACPI, and beside tables that say otherwise.
import test from 'ava';
import { DEFAULT_BOOT, bootMachine } from '../../../src/boot/machine.ts';
import { buildMpTable } from '../../../src/machine/acpi-build/mptable.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';
import { toDescription } from '../../../src/machine/spec/to-description.ts';

const MAP: MachineDescription['map'] = [
  { start: 0, size: '639K', type: 'usable' },
  { start: '1M', size: '1023M', type: 'usable' },
  { start: '1G', size: '64K', type: 'ACPI data' },
];
const NODES: MachineDescription['nodes'] = [
  { cpus: '0-1', memory: [{ start: 0, size: '512M' }] },
  { cpus: '2-3', memory: [{ start: '512M', size: '512M' }] },
];

const load = (more: Partial<MachineDescription>): MachineSpec =>
  normalise({ name: 'm', map: MAP, ...more }, { kind: 'description', path: 'm.yaml' });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A MADT with the boot CPU and so many more, the last `off` of them not enabled. */
function madt(cpus: number, off = 0): Uint8Array {
  const bytes = new Uint8Array(44 + 8 * cpus);
  bytes.set([...'APIC'].map((letter) => letter.charCodeAt(0)));
  bytes[4] = bytes.length;
  for (let i = 0; i < cpus; i++) bytes.set([0, 8, i, i, i < cpus - off ? 1 : 0], 44 + 8 * i);
  return bytes;
}
const raw = (table: Uint8Array): MachineDescription['acpi'] => ({
  rsdp: 0xf59c0,
  root: { address: '1G' },
  tables: [{ address: 0x40001000, base64: base64(table) }],
});

test('without ACPI: an MP table tells CPUs, nothing tells nodes', async (t) => {
  const alone = load({ cpus: 4, nodes: NODES, acpi: false });
  t.deepEqual(alone.warnings, [
    'm: cpus: 4 CPUs, but neither a MADT nor an MP table lists CPUs: Linux finds 1',
    'm: nodes: 2 nodes, but without ACPI there is no SRAT: Linux finds one',
  ]);
  const record = await bootMachine(alone, { ...DEFAULT_BOOT });
  t.deepEqual([record.onlineCpus, record.nodes.length], [1, 1]);
  t.deepEqual(record.warnings, alone.warnings);
  const mpTable = (cpus: number): MachineDescription['mpTable'] => ({
    pointer: 0x9f000,
    base64: base64(buildMpTable(Array.from({ length: cpus }, (_, id) => id))),
  });
  t.deepEqual(load({ cpus: 4, acpi: false, mpTable: mpTable(4) }).warnings, []);
  t.deepEqual(load({ cpus: 4, acpi: false, mpTable: mpTable(2) }).warnings, [
    'm: cpus: 4 CPUs, but no MADT lists CPUs, and the MP table lists 2: Linux finds 2',
  ]);
});

test('what is a default, or what Linux has anyway, is not said', (t) => {
  t.deepEqual(load({ acpi: false }).warnings, []);
  t.deepEqual(
    load({ cpus: 1, acpi: false, nodes: NODES?.slice(0, 1).map(({ memory }) => ({ memory })) }).warnings,
    [],
  );
  t.deepEqual(load({ cpus: 4, nodes: NODES }).warnings, []);
});

test('tables of one’s own: the MADT counts, its disabled CPUs do not', (t) => {
  t.deepEqual(load({ cpus: 8, acpi: raw(madt(4)) }).warnings, [
    'm: cpus: 8 CPUs, but the MADT lists 4: Linux finds 4',
  ]);
  t.deepEqual(load({ cpus: 4, acpi: raw(madt(4)) }).warnings, []);
  t.deepEqual(load({ cpus: 3, acpi: raw(madt(4, 1)) }).warnings, []);
  t.deepEqual(load({ cpus: 4, acpi: raw(madt(4, 1)) }).warnings, [
    'm: cpus: 4 CPUs, but the MADT lists 3: Linux finds 3',
  ]);
  t.deepEqual(load({ acpi: raw(madt(4)) }).warnings, []);
});

test('nodes beside acpi.srat: false', (t) => {
  t.deepEqual(load({ cpus: 4, nodes: NODES, acpi: { srat: false } }).warnings, [
    'm: nodes: 2 nodes, but with acpi.srat: false there is no SRAT: Linux finds one',
  ]);
});

test('MTRRs of a description: what they do not have as write-back is trimmed, as by a log’s', async (t) => {
  const range = (start: string, size: string, type: 'write-back' | 'uncachable' | 'write-through') => ({
    start,
    size,
    type,
  });
  const trimmed = async (mtrr: MachineDescription['mtrr']): Promise<string | undefined> => {
    const { log } = await bootMachine(load({ mtrr }), { ...DEFAULT_BOOT });
    return log.find((line) => line.includes('losing'))?.replace(/^\[.*?\] /, '');
  };
  const half = [range('0', '512M', 'write-back')];
  const warning = (mib: number): string =>
    `WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing ${mib}MB of RAM.`;
  t.is(await trimmed({ default: 'uncachable', ranges: half }), warning(512));
  t.is(await trimmed({ default: 'uncachable', ranges: [range('0', '1G', 'write-back')] }), undefined);
  t.is(
    await trimmed({
      default: 'uncachable',
      ranges: [range('0', '1G', 'write-back'), range('1023M', '1M', 'uncachable')],
    }),
    warning(1),
  );
  // no measure to the kernel: another default, other types, no write-back at all
  t.is(await trimmed({ default: 'write-back', ranges: half }), undefined);
  t.is(
    await trimmed({ default: 'uncachable', ranges: [...half, range('512M', '256M', 'write-through')] }),
    undefined,
  );
  t.is(await trimmed({ default: 'uncachable', ranges: [] }), undefined);
  // what is told of cached memory itself goes before
  const told = load({
    mtrr: { default: 'uncachable', ranges: half },
    platform: { cached: [{ start: 0, size: '1G' }] },
  });
  t.deepEqual(told.platform?.cached, [{ start: 0, size: 2 ** 30 }]);
  t.deepEqual(toDescription(load({ mtrr: { default: 'uncachable', ranges: half } })).platform, {
    cached: [{ start: '0x0', size: '0x20000000' }],
  });
});

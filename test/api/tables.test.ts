// Tables, logs and maps from code: parseAcpi, parseDmesg, the e820 helpers, memblock by itself, the schema, units.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {
  bootMachine,
  e820Lines,
  e820TypeText,
  fidelityOf,
  GiB,
  hex,
  InputError,
  KiB,
  machineJsonSchema,
  Memblock,
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
  MiB,
  PAGE_SIZE,
  parseAcpi,
  parseDmesg,
  pfnDown,
  pfnPhys,
  pfnUp,
  PHYS_ADDR_MAX,
  sanitizeE820,
  TiB,
} from '../../src/index.ts';
import { capture, captureText } from '../helpers/captures.ts';
import { ROOT } from '../helpers/sources.ts';

const real = capture('6.1', 'q35-8g-2n-4c');
const acpi = join(real.path, 'acpi');
const table = (name: string): Uint8Array => readFileSync(join(acpi, `${name}.bin`));

test('the tables of a real boot: two nodes of two CPUs, 4 GiB each', (t) => {
  const madt = parseAcpi(table('APIC'));
  t.true(madt.checksumOk);
  t.deepEqual(madt.kind === 'madt' && madt.cpus.filter(({ enabled }) => enabled).length, 4);
  const srat = parseAcpi(table('SRAT'));
  const memory = srat.kind === 'srat' ? srat.memory : [];
  t.deepEqual(
    [0, 1].map((node) =>
      memory.filter(({ pxm }) => pxm === node).reduce((sum, { length }) => sum + length, 0),
    ),
    // QEMU leaves 640 KiB to 1 MiB out of the first node
    [4 * GiB - 384 * KiB, 4 * GiB],
  );
  const names = readdirSync(acpi).map((file) => file.slice(0, 4));
  for (const name of names.filter((signature) => signature !== 'FACS'))
    t.is(parseAcpi(table(name)).signature, name);
});

test('a table cut short', (t) => {
  const bytes = table('APIC');
  const error = t.throws(() => parseAcpi(bytes.subarray(0, bytes.length - 1)), { instanceOf: InputError });
  t.is(error?.kind, 'acpi');
  t.throws(() => parseAcpi(bytes.subarray(0, 35)), { instanceOf: InputError });
  const wrong = Uint8Array.from(bytes);
  wrong[40] = (wrong[40] ?? 0) ^ 1;
  t.false(parseAcpi(wrong).checksumOk);
});

test('bytes of any kind: a table, or an InputError', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom('APIC', 'SRAT', 'SLIT', 'HPET'),
      fc.uint8Array({ maxLength: 120 }),
      fc.integer({ min: 0, max: 200 }),
      (signature, rest, length) => {
        const bytes = new Uint8Array(36 + rest.length);
        bytes.set(new TextEncoder().encode(signature));
        bytes[4] = length;
        bytes.set(rest, 36);
        try {
          t.is(parseAcpi(bytes).length, length);
        } catch (error) {
          t.true(error instanceof InputError, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('a real log: its machine boots, and its memory lines are told apart', async (t) => {
  const text = captureText(real, 'dmesg.txt');
  const { machine, lines } = parseDmesg(text, 'dmesg.txt');
  t.is(machine.origin.kind, 'log');
  t.true(lines.some(({ text: line, memory }) => memory && line.startsWith('BIOS-e820: [mem ')));
  t.true(lines.some(({ text: line, memory }) => !memory && line.startsWith('Linux version')));
  const boot = await bootMachine(machine);
  const maps = (all: readonly { readonly text: string }[]): string[] =>
    all.map((line) => line.text).filter((line) => line.startsWith('BIOS-e820'));
  t.deepEqual(maps(boot.log), maps(lines));
  t.is(fidelityOf(maps(lines), boot.log).matched, maps(lines).length);
  t.throws(() => parseDmesg('hello'), { instanceOf: InputError });
});

test('a map with an overlap, as Linux sorts it out', (t) => {
  //  0       1M      2M      3M
  //  |usable |usable |usable |
  //          |reserved|
  const map = [
    { addr: 0, size: 3 * MiB, type: 1 },
    { addr: MiB, size: MiB, type: 2 },
  ];
  t.deepEqual(sanitizeE820(map), [
    { addr: 0, size: MiB, type: 1 },
    { addr: MiB, size: MiB, type: 2 },
    { addr: 2 * MiB, size: MiB, type: 1 },
  ]);
  t.deepEqual(e820Lines(map.slice(1)), ['BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff] reserved']);
  t.is(e820TypeText(3), 'ACPI data');
});

test('memblock by itself', (t) => {
  const lines: string[] = [];
  const memblock = new Memblock({ print: (line) => lines.push(line), debug: true });
  memblock.add(0, 16 * MiB, 'firmware');
  memblock.reserve(MiB, MiB, 'me');
  memblock.markHotplug(8 * MiB, MiB);
  t.deepEqual(
    memblock.memory.regions().map(({ base, size, flags }) => [base, size, flags]),
    [
      [0, 8 * MiB, MEMBLOCK_NONE],
      [8 * MiB, MiB, MEMBLOCK_HOTPLUG],
      [9 * MiB, 7 * MiB, MEMBLOCK_NONE],
    ],
  );
  t.deepEqual([MEMBLOCK_MIRROR, MEMBLOCK_NOMAP], [2, 4]);
  t.true(PHYS_ADDR_MAX > 2 ** 52);
  t.regex(lines[0] ?? '', /^memblock_add: \[0x0+-0x0*ffffff\] firmware/);
});

test('the schema is the published one', async (t) => {
  const file: unknown = JSON.parse(readFileSync(join(ROOT, 'schema/machine.schema.json'), 'utf8'));
  const { properties } = await machineJsonSchema();
  t.deepEqual(
    typeof file === 'object' && file !== null && 'properties' in file && file.properties,
    properties,
  );
});

test('units', (t) => {
  t.deepEqual([KiB, MiB, GiB, TiB], [2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40]);
  t.is(PAGE_SIZE, 4096);
  t.deepEqual([pfnUp(4096), pfnUp(4097), pfnDown(8191), pfnPhys(2)], [1, 2, 1, 8192]);
  t.is(hex(255, 4), '0x00ff');
});

// Whatever a log or a description holds: an InputError or a machine, and descriptions that print and read back as they were.
import test from 'ava';
import fc from 'fast-check';
import { toYaml } from '../../../src/machine/spec/yaml.ts';
import { InputError } from '../../../src/lib/input-error.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';
import { toBoardConfig } from '../../../src/machine/spec/to-board.ts';
import { toDescription } from '../../../src/machine/spec/to-description.ts';

const hexWord = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, '0'));
const number = fc.nat({ max: 0x10000000 }).map((n) => n.toString(16).toUpperCase().padStart(8, '0'));
const type = fc.constantFrom(
  'usable',
  'reserved',
  'ACPI data',
  'type 20',
  'nonsense',
  'persistent (type 12)',
);

/** Lines of the kinds that import reads, right, damaged and out of order. */
const line = fc.oneof(
  fc.tuple(hexWord, hexWord, type).map(([a, b, t]) => `BIOS-e820: [mem 0x${a}-0x${b}] ${t}`),
  fc
    .tuple(
      fc.constantFrom('RSDP', 'RSDT', 'XSDT', 'FACP', 'APIC', 'SRAT', 'FACS', 'DSDT', 'SSDT'),
      number,
      number,
    )
    .map(
      ([name, address, length]) =>
        `ACPI: ${name} 0x00000000${address} ${length.slice(2)} (v01 BOCHS  BXPC     00000001 BXPC 00000001)`,
    ),
  fc
    .tuple(fc.nat(9), fc.nat(300))
    .map(([pxm, id]) => `SRAT: PXM ${pxm} -> APIC 0x${id.toString(16)} -> Node ${pxm}`),
  fc
    .tuple(fc.nat(9), hexWord, hexWord)
    .map(([pxm, a, b]) => `ACPI: SRAT: Node ${pxm} PXM ${pxm} [mem 0x${a}-0x${b}]`),
  hexWord.map((a) => `found SMP MP-table at [mem 0x${a.slice(8)}-0x${a.slice(8)}]`),
  fc.tuple(hexWord, hexWord).map(([a, b]) => `RAMDISK: [mem 0x${a}-0x${b}]`),
  fc.constantFrom(
    'Linux version 6.1.0',
    'efi: EFI v2.70 by X',
    'DMI: A, BIOS 1.16.2-debian-1.16.2-1',
    'Command line: a b',
  ),
  fc.string(),
);

test('any text gives a machine or an InputError', (t) => {
  let machines = 0;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      try {
        machineFromLog(lines.join('\n'), { name: 'x', origin: { kind: 'log', path: 'x' } });
        machines += 1;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    }),
    { numRuns: 400 },
  );
  t.true(machines > 20, `${machines} of 400 texts were logs`);
});

const size = fc.nat({ max: 0xffffff }).map((n) => n * 4096);
const description: fc.Arbitrary<MachineDescription> = fc
  .record({
    map: fc.array(
      fc.record({
        start: hexWord.map((h) => `0x${h}`),
        size,
        type: fc.oneof(fc.constantFrom('usable', 'reserved', 'ACPI NVS', 'soft reserved'), fc.nat(30)),
      }),
      { maxLength: 6 },
    ),
    sockets: fc.integer({ min: 1, max: 3 }),
    cores: fc.integer({ min: 1, max: 5 }),
    hotplug: fc.nat(1),
    memory: fc.array(fc.record({ start: size, size, hotplug: fc.boolean() }), { maxLength: 3 }),
    la57: fc.boolean(),
    waet: fc.boolean(),
    cmdline: fc.string({ unit: 'grapheme-ascii' }),
  })
  .map(({ map, sockets, cores, hotplug, memory, la57, waet, cmdline }) => ({
    name: 'random',
    map: [
      { start: '1M', size: '1G', type: 'usable' },
      { start: '2G', size: '1M', type: 'ACPI data' },
      ...map,
    ],
    // one of them boots the machine
    cpus: { sockets, cores, hotplug: Math.min(hotplug, sockets * cores - 1) },
    nodes: [{ cpus: `0-${sockets * cores - 1}`, memory }, { pxm: 9 }],
    acpi: { waet },
    cpu: { la57 },
    cmdline,
  }));

test('a description, printed and read again, is the same board', async (t) => {
  const origin = { kind: 'description', path: 'x' } as const;
  const nothing = async () => new Uint8Array();
  await fc.assert(
    fc.asyncProperty(description, async (d) => {
      const machine = normalise(d, origin);
      const again = await loadDescription(toYaml(toDescription(machine)), 'x', nothing);
      t.deepEqual(toBoardConfig(again), toBoardConfig(machine));
    }),
    { numRuns: 40 },
  );
});

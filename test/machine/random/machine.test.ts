// Random machines: repeatable, valid, with room for a kernel, and bootable in the model.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { readBzImage } from '../../../src/judge/bzimage.ts';
import { placesFor } from '../../../src/judge/place.ts';
import { qemuMemory } from '../../../src/judge/qemu-memory.ts';
import { GiB } from '../../../src/lib/units.ts';
import { randomMachine } from '../../../src/machine/random/machine.ts';
import type { MachineSpec } from '../../../src/machine/spec.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';
import { toYaml } from '../../../src/machine/spec/yaml.ts';
import { fakeBzImage } from '../../judge/helpers/bzimage.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i);
const spec = (seed: number): MachineSpec =>
  normalise(randomMachine(seed), { kind: 'description', path: `random-${seed}` });

test('the same seed gives the same machine, another seed another one', (t) => {
  for (const seed of SEEDS) t.deepEqual(randomMachine(seed), randomMachine(seed));
  t.is(new Set(SEEDS.map((seed) => JSON.stringify({ ...randomMachine(seed), name: '' }))).size, SEEDS.length);
});

test('every machine is a valid description, written and read again', async (t) => {
  for (const seed of SEEDS) {
    const origin = { kind: 'description', path: 'm.yaml' } as const;
    const text = toYaml(randomMachine(seed));
    const loaded = await loadDescription(text, 'm.yaml', () => Promise.reject(new Error('no files')));
    t.deepEqual(loaded, normalise(randomMachine(seed), origin), `seed ${seed}`);
  }
});

test('every machine has a q35 with its memory, and room for the largest kernel', (t) => {
  const image = readBzImage(fakeBzImage({ initSize: 0x8000000 }), 'vmlinuz');
  for (const seed of SEEDS) {
    const machine = spec(seed);
    t.is(qemuMemory(machine, [], 'tcg').machine, 'q35', `seed ${seed}`);
    t.notThrows(
      () => placesFor(machine, image, 4096, [{ start: 0x78000000, end: 0x78010000 }]),
      `seed ${seed}`,
    );
  }
});

test('the dice reach what they are for', (t) => {
  const all = SEEDS.map(randomMachine);
  const some = (what: (m: (typeof all)[number]) => boolean) => all.filter(what).length;
  t.true(some((m) => m.nodes !== undefined) > 20);
  t.true(some((m) => m.nodes?.some((node) => node.cpus === undefined) ?? false) > 5);
  t.true(some((m) => /mem=/.test(m.cmdline ?? '')) > 5);
  t.true(some((m) => m.acpi === false) > 0);
  t.true(some((m) => m.map.some((entry) => entry.type === 'ACPI NVS')) > 20);
  const sorted = (m: (typeof all)[number]) =>
    m.map.every((e, i) => i === 0 || Number(e.start) >= Number(m.map[i - 1]?.start));
  t.true(some(sorted) > 0 && some((m) => !sorted(m)) > 20);
  t.true(some((m) => m.map.every((entry) => Number(entry.start) < 4 * GiB)) > 3);
});

test('every machine boots in the model', async (t) => {
  for (const seed of SEEDS.slice(0, 30)) {
    const machine = spec(seed);
    const record = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
    t.true(record.zones.length > 0, `seed ${seed}`);
  }
});

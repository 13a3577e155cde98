// 32-bit kernels: Debian's 6.1.0-50-686 and 686-pae under our loader and QEMU, on five maps, against the model. The fixtures are
// those machines, and the memory lines that the kernels printed there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { V86_CPUID } from '../../src/judge/qemu-cpus.ts';
import type { MachineSpec } from '../../src/machine/spec.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';
import { ROOT } from '../helpers/sources.ts';

const FOLDER = join(ROOT, 'test/fixtures/i386');
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

async function machine(name: string): Promise<MachineSpec> {
  const path = join(FOLDER, `${name}.yaml`);
  const none = (): Promise<never> => Promise.reject(new Error('no files'));
  const spec = await loadDescription(readFileSync(path, 'utf8'), path, none);
  return { ...spec, cpuid: V86_CPUID };
}

/** `spec` under the kernel that the fixture's name ends with. */
function boot(spec: MachineSpec, kernel: string, cmdline = spec.cmdline): Promise<RunRecord> {
  return bootMachine(spec, { ...DEFAULT_BOOT, kernel, cmdline });
}

const kernelOf = (name: string): string => (name.endsWith('-pae') ? '6.1-686-pae' : '6.1-686');

for (const name of NAMES)
  test(`${name}: every memory line is the real kernel's`, async (t) => {
    const record = await boot(await machine(name), kernelOf(name));
    const real = readFileSync(join(FOLDER, `${name}.txt`), 'latin1')
      .trimEnd()
      .split('\n');
    const { differing, matched } = fidelityOf(real, record.logLines);
    t.deepEqual(
      differing.map(({ from, text }) => `${from}: ${text}`),
      [],
    );
    t.true(matched > 140);
    t.deepEqual(record.jobs, []); // nothing is deferred
  });

test('both kernels have five maps each', (t) => {
  t.is(NAMES.length, 10);
  t.is(NAMES.filter((name) => name.endsWith('-pae')).length, 5);
});

test('low memory ends at MAXMEM: a page more is high', async (t) => {
  // VMALLOC_END - PAGE_OFFSET - 128 MiB, as the real ones said on two-gib
  for (const [kernel, end] of [
    ['6.1-686', 0x36bfe000],
    ['6.1-686-pae', 0x36ffe000],
  ] as const)
    for (const more of [0, 0x1000]) {
      const spec = await machine('tiny-512m-686');
      const map = [
        { addr: 0n, size: 0x9f000n, type: 1 },
        { addr: 0x100000n, size: BigInt(end + more - 0x100000), type: 1 },
      ];
      const record = await boot({ ...spec, map, acpi: null, mp: null, initrd: null }, kernel);
      const high = record.zones.filter((zone) => zone.name === 'HighMem');
      t.is(high.length, more / 0x1000);
      t.true(record.log.some((line) => line.endsWith(`  low ram: 0 - ${end.toString(16)}`)));
      t.is(high[0]?.presentPages ?? 0, more / 0x1000);
    }
});

test('vmalloc= takes low memory, highmem= makes some high, and not too much of it', async (t) => {
  const spec = await machine('two-gib-686');
  const low = async (parameter: string): Promise<string | undefined> => {
    const { log } = await boot(spec, '6.1-686', `${spec.cmdline} ${parameter}`);
    return log.find((line) => line.includes('LOWMEM'))?.slice(15);
  };
  t.is(await low(''), '875MB LOWMEM available.');
  t.is(await low('vmalloc=256M'), '739MB LOWMEM available.'); // 120 MiB more, and the hole of 8 MiB
  t.is(await low('mem=512M highmem=64M'), '448MB LOWMEM available.');
  t.is(await low('mem=512M highmem=449M'), '512MB LOWMEM available.'); // less than 64 MiB would be left
});

test('a machine without PAE keeps to 4 GiB and prints addresses of 32 bits', async (t) => {
  const spec = await machine('five-gib-686');
  const { log } = await boot(spec, '6.1-686');
  t.true(log.some((line) => line.includes('memblock_add: [0x00100000-0x7ffeffff] ')));
  t.false(log.some((line) => line.includes('memblock_add: [0x1')));
});

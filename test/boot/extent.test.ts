// Machines as large as they can be told: time and steps go with what is there, not with the numbers that say where.
import test from 'ava';
import { newX86State } from '../../src/arch/x86/index.ts';
import { initMemMapping } from '../../src/arch/x86/init_mem_mapping.ts';
import type { BootParams } from '../../src/arch/x86/boot/params.ts';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { profileNamed } from '../../src/kernels/profile_named.ts';
import { GiB, KiB, MiB, PAGE_SIZE, TiB } from '../../src/lib/units.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';

async function boot(description: object, cmdline = ''): Promise<RunRecord> {
  const spec = await loadDescription(JSON.stringify({ name: 'm', ...description }), 'm.json', () =>
    Promise.reject(new Error('none')),
  );
  return bootMachine(spec, { ...DEFAULT_BOOT, cmdline });
}
const texts = (run: RunRecord): string[] => run.logLines.map((line) => line.text);

const LOW = [
  { start: 0, size: '639K', type: 'usable' },
  { start: '1M', size: '2G', type: 'usable' },
  { start: '3G', size: '16M', type: 'ACPI data' },
];

const BOOT_PARAMS: BootParams = {
  ...{
    e820: [],
    e820Ignored: 0,
    e820End: 'last',
    altMemK: 0,
    extMemK: 0,
    acpi: null,
    acpiProblems: [],
    mp: null,
  },
  ...{
    bda: { baseMemKiB: 639, ebdaAddr: 0 },
    cpuid: [],
    ramdisk: null,
    efi: null,
    platform: null,
    dmi: null,
    payloadLog: [],
  },
  cmdline: '',
};

/** In how many steps RAM, pairs of start and size, is mapped. */
function steps(ram: readonly [number, number][], bottomUp: boolean): number {
  const x86 = newX86State(BOOT_PARAMS, { profile: profileNamed('6.1').kernel }, []);
  const { memblock } = x86.ctx;
  for (const [start, size] of ram) memblock.add(start, size);
  memblock.reserve(0, MiB);
  memblock.setBottomUp(bottomUp);
  const [start, size] = ram.at(-1) ?? [0, 0];
  x86.ctx.maxPfn = (start + size) / PAGE_SIZE;
  return initMemMapping(x86, 32 * MiB);
}

test('a hole of 57 TiB takes no steps, from above and from below', (t) => {
  const near: [number, number][] = [
    [0, 639 * KiB],
    [MiB, 2 * GiB],
    [3 * GiB, PAGE_SIZE],
  ];
  const far: [number, number][] = [...near.slice(0, 2), [57 * TiB, PAGE_SIZE]];
  for (const bottomUp of [false, true]) {
    const apart = steps(far, bottomUp);
    t.true(apart >= 3 && apart <= steps(near, bottomUp) + 2, `${apart} steps`);
  }
});

test('RAM above 2^52 is printed and sorted as Linux does; no page of it is used', async (t) => {
  const run = await boot({
    map: [
      { start: '0xffffffffc0000000', end: '0xffffffffffffefff', type: 'usable' },
      ...LOW,
      { start: '0x8000000000000000', size: '1G', type: 'usable' },
    ],
  });
  const lines = texts(run);
  t.deepEqual(lines.filter((text) => text.startsWith('BIOS-e820')).slice(3), [
    'BIOS-e820: [mem 0x8000000000000000-0x800000003fffffff] usable',
    'BIOS-e820: [mem 0xffffffffc0000000-0xffffffffffffefff] usable',
  ]);
  t.true(lines.includes('last_pfn = 0x80100 max_arch_pfn = 0x10000000000'));
  t.true(
    lines.includes('PM: hibernation: Registered nosave memory: [mem 0x8000000040000000-0xffffffffbfffffff]'),
  );
  t.true(lines.includes('e820: reserve RAM buffer [mem 0xfffffffffffff000-0xffffffffffffffff]'));
  t.true(run.warnings.some((text) => text.startsWith('firmware map: memory from 2^52 on')));
  t.true(run.memblock.memory.every(({ base, size }) => base + size <= 2 ** 32));
});

test('a map of 4096 entries: the count of those that Linux does not take is exact', async (t) => {
  const map = (count: number) => [
    ...LOW,
    ...Array.from({ length: count - LOW.length }, (_, i) => ({
      start: 4 * GiB + 8192 * i,
      size: 4096,
      type: 2,
    })),
  ];
  const ignored = async (count: number) =>
    (await boot({ map: map(count) })).warnings.filter((text) => text.includes('ignored'));
  t.deepEqual(await ignored(128), []);
  t.deepEqual(await ignored(4096), [
    'firmware map: 3968 entries beyond the first 128 are ignored, as Linux ignores them',
  ]);
});

test('2048 ranges in the SRAT are taken, one more throws it away', async (t) => {
  const machine = (count: number) => ({
    map: [...LOW, { start: '4G', size: '64G', type: 'usable' }],
    nodes: [
      {
        cpus: 0,
        memory: [
          { start: 0, size: '3G' },
          ...Array.from({ length: count - 2 }, (_, i) => ({ start: 4 * GiB + MiB * i, size: MiB })),
          { start: 4 * GiB + MiB * (count - 2), size: 64 * GiB },
        ],
      },
    ],
  });
  const whole = texts(await boot(machine(2048)));
  t.false(whole.includes('too many memblk ranges'));
  t.false(whole.includes('No NUMA configuration found'));
  const over = texts(await boot(machine(2049)));
  t.true(over.includes('too many memblk ranges'));
  t.true(over.includes('ACPI: SRAT: SRAT not used.'));
  t.true(over.includes('No NUMA configuration found'));
});

test('proximity domains from 1024 on are none to Linux', async (t) => {
  const lines = async (pxm: number) =>
    texts(
      await boot({
        map: LOW,
        nodes: [{ pxm, cpus: 0, memory: [{ start: 0, size: '4G' }] }],
      }),
    );
  t.true((await lines(1023)).some((text) => text.startsWith('SRAT: PXM 1023 -> APIC 0x00 -> Node 0')));
  const over = await lines(1024);
  t.true(over.includes('SRAT: Too many proximity domains 400'));
  t.true(over.includes('No NUMA configuration found'));
});

// Firmware that is wrong or odd, all the way to the kernel's log: what Linux does with it, or one clear line.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';
import type { AcpiRaw, MachineSpec } from '../../src/machine/spec.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';
import { captures } from '../helpers/captures.ts';

const boot = (spec: MachineSpec): Promise<RunRecord> =>
  bootMachine(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline });

const described = (description: object): Promise<MachineSpec> =>
  loadDescription(JSON.stringify({ name: 'm', ...description }), 'm.json', () =>
    Promise.reject(new Error('none')),
  );

const usable = { start: '1M', size: '511M', type: 'usable' };
const low = { start: 0, size: '639K', type: 'usable' };
const acpi = { start: '512M', size: '1M', type: 'ACPI data' };

async function capture(name: string): Promise<MachineSpec> {
  return machineFromFolder(captures('6.1').find((c) => c.name === name)?.path ?? '');
}

/** The machine with one of its raw tables changed; the checksum is put right again. */
function withTable(spec: MachineSpec, signature: string, change: (bytes: Uint8Array) => void): MachineSpec {
  const raw = spec.acpi as AcpiRaw;
  const tables = raw.tables.map((table) => {
    const bytes = table.bytes.slice();
    if (String.fromCharCode(...bytes.subarray(0, 4)) !== signature) return table;
    change(bytes);
    bytes[9] = 0;
    bytes[9] = -bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) & 0xff;
    return { ...table, bytes };
  });
  return { ...spec, acpi: { ...raw, tables } };
}

test('overlapping and empty entries are legal: the highest type wins, what is empty vanishes', async (t) => {
  const record = await boot(
    await described({
      map: [
        usable,
        low,
        acpi,
        { start: '16M', size: 0, type: 'reserved' },
        { start: '100M', size: '64K', type: 'reserved' },
      ],
    }),
  );
  const lines = record.logLines.map((line) => line.text).filter((text) => text.startsWith('BIOS-e820'));
  t.deepEqual(lines.slice(1, 4), [
    'BIOS-e820: [mem 0x0000000000100000-0x00000000063fffff] usable',
    'BIOS-e820: [mem 0x0000000006400000-0x000000000640ffff] reserved',
    'BIOS-e820: [mem 0x0000000006410000-0x000000001fffffff] usable',
  ]);
});

test('an entry that wraps past 2^64 makes Linux throw the map away and ask the older BIOS calls', async (t) => {
  const spec = await described({ map: [low, usable, acpi] });
  const record = await boot({
    ...spec,
    map: [...spec.map, { addr: 2n ** 64n - 4096n, size: 8192n, type: 2 }],
  });
  t.true(
    record.logLines.some(({ text }) => /^BIOS-(e801|88): \[mem 0x0+-0x000000000009efff\] usable/.test(text)),
  );
});

test('unknown types are kept by number and are no RAM', async (t) => {
  const record = await boot(
    await described({ map: [low, usable, acpi, { start: '128M', size: '1M', type: 77 }] }),
  );
  t.true(
    record.logLines.some(({ text }) => /^BIOS-e820: \[mem 0x0+8000000-0x0+80fffff\] type 77$/.test(text)),
  );
  t.true(record.memblock.memory.every((r) => r.base + r.size <= 0x8000000 || r.base >= 0x8100000));
});

test('more than 128 entries: the rest never reaches the kernel, and a warning says how many', async (t) => {
  const many = Array.from({ length: 140 }, (_, i) => ({
    start: (600 + i) * 2 ** 20,
    size: 4096,
    type: 'reserved',
  }));
  const record = await boot(await described({ map: [low, usable, acpi, ...many] }));
  t.is(record.e820.length, 128);
  t.true(
    record.warnings.some((w) => /^firmware map: 15 entries beyond the first 128/.test(w)),
    record.warnings.join('; '),
  );
});

test('SRAT names a CPU that the MADT lacks: it is no CPU, its node has one less', async (t) => {
  const spec = await capture('q35-8g-2n-4c');
  const lacking = withTable(spec, 'APIC', (madt) => {
    for (let at = 44; at < madt.length; at += madt[at + 1] as number)
      if (madt[at] === 0 && madt[at + 3] === 3) madt[at + 3] = 0xff;
  });
  const record = await boot(lacking);
  t.is(record.onlineCpus, 3);
  t.deepEqual(
    record.nodes.map((node) => node.cpus),
    [[0, 1], [2]],
  );
  t.deepEqual(
    record.jobs.map((job) => job.maxThreads),
    [2, 1],
  );
});

test('a machine without ACPI is one CPU and one node', async (t) => {
  const record = await boot({ ...(await described({ map: [low, usable, acpi] })), acpi: null });
  t.is(record.onlineCpus, 1);
  t.true(record.logLines.some(({ text }) => text === 'No NUMA configuration found'));
});

test('no usable RAM, and an empty map: one line', async (t) => {
  const reserved = { start: 0, size: '1G', type: 'reserved' };
  for (const map of [[reserved, { start: '2G', size: '1M', type: 'reserved' }], []]) {
    const error = await t.throwsAsync(async () => boot(await described({ map })));
    t.regex(error.message, /expected/);
    t.false(error.message.includes('\n'));
  }
});

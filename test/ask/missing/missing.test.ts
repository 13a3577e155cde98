// Where memory went: sums over random machines, and rows of machines drawn by hand.
import test, { type ExecutionContext } from 'ava';
import { groupRows } from '../../../src/ask/missing/groups.ts';
import { missingMemory } from '../../../src/ask/missing/missing.ts';
import { memoryLine, reservedTotals } from '../../../src/ask/missing/reserved.ts';
import { compareWithReal, realFigures } from '../../../src/ask/missing/real.ts';
import type { Missing } from '../../../src/ask/missing/types.ts';
import { DEFAULT_BOOT, runMachine } from '../../../src/boot/machine.ts';
import type { RunRecord } from '../../../src/init/record.ts';
import { GiB, MiB } from '../../../src/lib/units.ts';
import { randomMachine } from '../../../src/machine/random/machine.ts';
import { loadDescription } from '../../../src/machine/spec/load.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { accountsOf } from './helpers/accounts.ts';

/** 10,000 by hand: EARLYBOOT_CASES=10000 npx ava test/ask/missing/missing.test.ts --timeout=60m */
const CASES = Number(process.env['EARLYBOOT_CASES'] ?? 24);
const KERNELS = ['6.1', '5.10', '6.12', '7.3'];

/** What `missing` says, whose figures add up. */
function checked(t: ExecutionContext, record: RunRecord, name: string): Missing {
  const { missing, wrong } = accountsOf(record);
  t.deepEqual(wrong, [], name);
  return missing;
}

async function boot(machine: MachineDescription, append = '', kernel = '6.1'): Promise<RunRecord> {
  const spec = await loadDescription(JSON.stringify(machine), 'machine.json', () =>
    Promise.reject(new Error('no files')),
  );
  const cmdline = [spec.cmdline, append].filter((text) => text !== '').join(' ');
  return (await runMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel })).record;
}

test('rows, MemTotal and windows of devices are the map to the byte, and totals by owner the reserved pages', async (t) => {
  let booted = 0;
  for (let seed = 0; seed < CASES; seed++) {
    const record = await boot(randomMachine(seed), '', KERNELS[seed % KERNELS.length]);
    if (record.panic !== undefined) continue;
    booted += 1;
    checked(t, record, `seed ${seed}`);
    const { reservedBytes, loggedBytes } = reservedTotals(record);
    t.is(loggedBytes, reservedBytes, `seed ${seed}: reserved`);
  }
  t.true(booted > CASES / 2);
});

/** 2 GiB in one piece, with 1 MiB of ACPI tables behind it, a window of devices and half a page. */
const DRAWN: MachineDescription = {
  name: 'drawn',
  map: [
    { start: 0, size: 0x9fc00, type: 'usable' },
    { start: 0x9fc00, size: 0x400, type: 'reserved' },
    { start: MiB, size: 2047 * MiB - 0x800, type: 'usable' },
    { start: 2 * GiB, size: MiB, type: 'ACPI data' },
    { start: 0xb0000000, size: 256 * MiB, type: 'reserved' },
  ],
  cpus: 1,
};

const bytesOf = (record: RunRecord, owner: string): number =>
  missingMemory(record).rows.reduce((sum, row) => sum + (row.owner === owner ? row.bytes : 0), 0);

test('each byte has the owner that the drawing gives it', async (t) => {
  const record = await boot(DRAWN);
  const missing = checked(t, record, 'drawn');
  t.is(missing.installedBytes, 2 * GiB + MiB - 0x800);
  t.is(missing.deviceBytes, 256 * MiB);
  t.is(bytesOf(record, 'hole'), 384 * 1024);
  // 0x400 bytes of reserved memory at 639 KiB, ACPI's 1 MiB, and half a page at the end of RAM, half a page before 0x9fc00
  t.like(missing.rows.filter((row) => row.stage === 'firmware' && row.what.startsWith('ACPI'))[0], {
    bytes: MiB,
    node: null,
  });
  t.is(missing.rows.find((row) => row.what.startsWith('entries that do not'))?.bytes, 0x800 + 0xc00);
  t.is(bytesOf(record, 'first-megabyte'), 4096);
  t.is(bytesOf(record, 'crash'), 0);
});

test('parameters take what they say: mem=, memmap=, crashkernel=, hugepages=', async (t) => {
  const limited = await boot(DRAWN, 'mem=1G memmap=16M$0x20000000');
  checked(t, limited, 'mem=');
  t.is(bytesOf(limited, 'mem='), GiB - 0x1000);
  t.is(missingMemory(limited).rows.find((row) => row.owner === 'memmap=')?.cause, 'memmap=16M$0x20000000');
  t.is(bytesOf(limited, 'memmap='), 16 * MiB);
  const crash = await boot(DRAWN, 'crashkernel=128M');
  t.is(bytesOf(crash, 'crash'), 128 * MiB);
  const large: MachineDescription = {
    ...DRAWN,
    map: [...DRAWN.map, { start: 4 * GiB, size: 4 * GiB, type: 'usable' }],
    cpu: { pdpe1gb: true },
  };
  const huge = await boot(large, 'hugepagesz=1G hugepages=2');
  const { taken, memTotalBytes } = checked(t, huge, 'huge');
  t.is(memTotalBytes, missingMemory(await boot(large)).memTotalBytes);
  t.like(taken[0], { owner: 'hugetlb', bytes: 2 * GiB, node: 0, estimate: false });
});

test('what is installed can be said: the map then lacks some, or has too much', async (t) => {
  const record = await boot(DRAWN);
  const { installedBytes, memTotalBytes } = missingMemory(record);
  for (const given of [4 * GiB, 2 * GiB]) {
    const missing = missingMemory(record, { installedBytes: given });
    t.is(missing.installedBytes, given);
    t.is(missing.memTotalBytes, memTotalBytes);
    t.is(missing.rows[0]?.owner, 'not-in-map');
    t.is(missing.rows[0]?.bytes, given - installedBytes);
  }
});

test('groups add up to the rows', async (t) => {
  const { rows } = missingMemory(await boot(randomMachine(3)));
  const all = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const by of ['owner', 'node', 'zone'] as const)
    t.is(
      groupRows(rows, by).reduce((sum, { bytes }) => sum + bytes, 0),
      all,
      by,
    );
});

test("a real boot's figures are held against the model, and what is not told is left out", async (t) => {
  const record = await boot(DRAWN);
  const missing = missingMemory(record);
  const totals = reservedTotals(record);
  const model = memoryLine(record.log);
  const meminfo = `MemTotal:       ${missing.memTotalBytes / 1024 - 4} kB\nMemFree: 1 kB\n`;
  const compared = compareWithReal(missing, totals, model, realFigures(record.log, meminfo));
  t.deepEqual(
    compared.map(({ differenceBytes }) => differenceBytes),
    [0, 0, 4096],
  );
  t.deepEqual(compareWithReal(missing, totals, model, realFigures(['nothing'], null)), []);
});

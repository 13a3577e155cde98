// Firmware and tables that are wrong: what the payload passes over, what it notes, and what ends the boot with one clear line.
// Where Linux goes on (a bad table checksum), so does the payload; where it gives up (a bad RSDP), there is no ACPI.
import test from 'ava';
import { parseHandoff } from '../../src/arch/x86/boot/handoff.ts';
import { InputError } from '../../src/lib/input-error.ts';
import type { BoardConfig } from '../../src/board/config.ts';
import { runBoardOnNode } from '../../src/board/node.ts';
import type { BoardLimits } from '../../src/board/node.ts';
import {
  acpiTable,
  board,
  checksum,
  fadt,
  mpPointer,
  PC_MAP,
  rootTable,
  rsdp1,
  rsdp2,
} from './helpers/machines.ts';

async function discover(parts: Partial<BoardConfig>) {
  return parseHandoff((await runBoardOnNode(board(parts))).handoff);
}

/** RSDP and RSDT in the BIOS area, and these tables. */
function withTables(...tables: readonly { readonly address: number; readonly bytes: Uint8Array }[]) {
  return [
    { address: 0xf0000, bytes: rsdp1(0xf1000), what: 'RSDP' },
    {
      address: 0xf1000,
      bytes: rootTable(
        'RSDT',
        tables.map((table) => table.address),
      ),
      what: 'RSDT',
    },
    ...tables.filter((table) => table.bytes.length > 0).map((table) => ({ ...table, what: 'table' })),
  ];
}

/** The error's kind and message, for boards that must not boot. */
async function refusal(parts: Partial<BoardConfig>, limits: BoardLimits = {}) {
  const error = await runBoardOnNode(board(parts), limits).catch((caught: unknown) => caught);
  return error instanceof InputError ? [error.kind, error.message] : ['no InputError', String(error)];
}

const SSDT = acpiTable('SSDT', new Uint8Array(100).fill(3));

test('a firmware that forgets SMAP: the whole map is thrown away, as Linux does', async (t) => {
  for (const wrongSmapAt of [0, 2]) {
    const found = await discover({ faults: { wrongSmapAt } });
    t.deepEqual(found.e820, []);
    t.is(found.e820End, 'no-smap');
  }
});

test('carry in the middle ends the map there', async (t) => {
  const found = await discover({ faults: { carryAt: 2 } });
  t.deepEqual(found.e820, PC_MAP.slice(0, 2));
  t.is(found.e820End, 'carry');
});

test('an EBX chain without end is cut at 128 entries', async (t) => {
  const found = await discover({ faults: { endlessEbx: true } });
  t.is(found.e820.length, 128);
  t.is(found.e820End, 'full');
  t.is(found.e820Ignored, 4096 - 128);
  t.deepEqual(found.e820.slice(0, 5), PC_MAP);
  t.deepEqual(found.e820[5], PC_MAP[1]);
});

test('128 entries are taken, of 129 and 300 the rest is reported as ignored', async (t) => {
  const map = (entries: number) =>
    Array.from({ length: entries }, (_, i) => ({ addr: BigInt(i) * 0x100000n, size: 0x1000n, type: 1 }));
  for (const [entries, taken, ignored, end] of [
    [128, 128, 0, 'last'],
    [129, 128, 1, 'full'],
    [300, 128, 172, 'full'],
  ] as const) {
    const found = await discover({ e820: map(entries) });
    t.deepEqual(found.e820, map(taken));
    t.is(found.e820Ignored, ignored);
    t.is(found.e820End, end);
  }
});

test('no RSDP: no ACPI, and the payload says so', async (t) => {
  const found = await discover({ blobs: [{ address: 0xf0000, bytes: mpPointer(0), what: 'MP pointer' }] });
  t.is(found.acpi, null);
  t.deepEqual(found.acpiProblems, []);
  t.true(found.payloadLog.includes('payload: no RSDP'));
});

test('an RSDP with a bad checksum is passed over, the next good one taken', async (t) => {
  const bad = rsdp1(0xf1000);
  bad[19] = 1;
  const root = { address: 0xf1000, bytes: rootTable('RSDT', [0]), what: 'RSDT' };
  const alone = await discover({ blobs: [{ address: 0xe0000, bytes: bad, what: 'bad RSDP' }, root] });
  t.is(alone.acpi, null);
  t.deepEqual(alone.acpiProblems, [
    'RSDP at 0xe0000: its 20 bytes do not sum to 0, passed over unless a loader handed it over',
  ]);
  const good = { address: 0xe0020, bytes: rsdp1(0xf1000), what: 'RSDP' };
  const both = await discover({ blobs: [{ address: 0xe0000, bytes: bad, what: 'bad RSDP' }, good, root] });
  t.is(both.acpi?.rsdpAddr, 0xe0020);
});

test('the second checksum of a revision 2 RSDP counts, and only there', async (t) => {
  const bad = rsdp2(0xf1000n);
  bad[33] = 1;
  const root = { address: 0xf1000, bytes: rootTable('XSDT', [0]), what: 'XSDT' };
  const found = await discover({ blobs: [{ address: 0xf0000, bytes: bad, what: 'RSDP' }, root] });
  t.is(found.acpi, null);
  t.regex(found.acpiProblems[0] ?? '', /^RSDP at 0xf0000: its 36 bytes/);
});

test("a loader's RSDP is taken with a bad checksum, as Linux takes it; without a signature there is none", async (t) => {
  const bad = rsdp1(0xf1000);
  bad[19] = 0x80; // RSDT at 0x800f1000, and the sum is wrong
  const parts = {
    rsdpAddr: 0x7f77d014,
    blobs: [
      { address: 0x7f77d014, bytes: bad, what: 'RSDP' },
      { address: 0x800f1000, bytes: rootTable('RSDT', [0]), what: 'RSDT' },
    ],
  };
  const found = await discover(parts);
  t.is(found.acpi?.rsdpAddr, 0x7f77d014);
  t.is(found.acpi?.tables.length, 1);
  const missing = await discover({ rsdpAddr: 0x7f77d014 });
  t.is(missing.acpi, null);
  t.deepEqual(missing.acpiProblems, [
    'RSDP at 0x7f77d014: handed over by the loader, but no RSDP stands there',
  ]);
});

test('a table with a bad checksum is handed over, marked and noted with what it should be', async (t) => {
  const bad = SSDT.slice();
  bad[9] = ((bad[9] ?? 0) + 5) & 0xff;
  const { acpi } = await discover({ blobs: withTables({ address: 0x7ff00000, bytes: bad }) });
  t.deepEqual(acpi?.tables[1], { signature: 'SSDT', address: 0x7ff00000, bytes: bad, checksumOk: false });
  const hex = (byte: number | undefined) => `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
  t.deepEqual(acpi?.problems, [
    `SSDT at 0x7ff00000: incorrect checksum ${hex(bad[9])}, should be ${hex(SSDT[9])}`,
  ]);
});

test('a truncated table is read on into nothing, as on a real bus, and its checksum tells', async (t) => {
  const bytes = SSDT.subarray(0, 100);
  const { acpi } = await discover({ blobs: withTables({ address: 0x7ff00000, bytes }) });
  const table = acpi?.tables[1];
  t.is(table?.bytes.length, 136);
  t.deepEqual(table?.bytes.subarray(100), new Uint8Array(36).fill(0xff));
  t.false(table?.checksumOk);
});

test('a table that claims more than its memory can hold gives its header only', async (t) => {
  const bytes = SSDT.slice();
  new DataView(bytes.buffer).setUint32(4, 0x7fffffff, true);
  const { acpi } = await discover({
    blobs: withTables({ address: 0x7ff00000, bytes }, { address: 0x7ff10000, bytes: SSDT }),
  });
  t.is(acpi?.tables[1]?.bytes.length, 36);
  t.regex(acpi?.problems[0] ?? '', /^SSDT at 0x7ff00000: its length 0x7fffffff is more than can be taken/);
  t.deepEqual(acpi?.tables[2]?.bytes, SSDT);
});

test('a table shorter than a header', async (t) => {
  for (const [length, problems] of [
    [36, 1], // whole, only its checksum is wrong now
    [35, 2],
    [0, 2],
  ] as const) {
    const bytes = SSDT.slice();
    new DataView(bytes.buffer).setUint32(4, length, true);
    const { acpi } = await discover({ blobs: withTables({ address: 0x7ff00000, bytes }) });
    t.is(acpi?.tables[1]?.bytes.length, 36);
    t.is(acpi?.problems.length, problems, String(length));
  }
});

test('a table above 4 GiB is out of reach: noted where the XSDT names it, refused where it is described', async (t) => {
  const blobs = [
    { address: 0xf0000, bytes: rsdp2(0xf1000n), what: 'RSDP' },
    { address: 0xf1000, bytes: rootTable('XSDT', [0x1_0000_0000n, 0x7ff00000]), what: 'XSDT' },
    { address: 0x7ff00000, bytes: SSDT, what: 'SSDT' },
  ];
  const { acpi } = await discover({ blobs });
  t.deepEqual(
    acpi?.tables.map((table) => table.signature),
    ['XSDT', 'SSDT'],
  );
  t.deepEqual(acpi?.problems, [
    "table at 0x100000000: lies above 4 GiB, where the payload's 32 bits do not reach",
  ]);
  t.deepEqual(await refusal({ blobs: [{ address: 2 ** 32, bytes: SSDT, what: 'SRAT' }] }), [
    'acpi',
    "SRAT at 0x100000000, 136 bytes, lies above 4 GiB, where the payload's 32 bits do not reach",
  ]);
  // The last byte below 4 GiB may be used, the first above may not.
  t.is((await refusal({ blobs: [{ address: 2 ** 32 - 135, bytes: SSDT, what: 'SRAT' }] }))[0], 'acpi');
  t.is((await discover({ blobs: [{ address: 2 ** 32 - 136, bytes: SSDT, what: 'SRAT' }] })).acpi, null);
});

test('a root table above 4 GiB, absent, or without an entry', async (t) => {
  const above = await discover({ blobs: [{ address: 0xf0000, bytes: rsdp2(0x1_0000_0000n), what: 'RSDP' }] });
  t.is(above.acpi?.rootAddress, 0x1_0000_0000);
  t.deepEqual(above.acpi?.tables, []);
  t.regex(above.acpiProblems[0] ?? '', /^table at 0x100000000: lies above 4 GiB/);
  const absent = await discover({ blobs: [{ address: 0xf0000, bytes: rsdp1(0x7ff00000), what: 'RSDP' }] });
  t.deepEqual(absent.acpiProblems, [
    'table at 0x7ff00000: nothing stands there (reads 0xffffffff instead of a signature)',
  ]);
  const root = { address: 0xf1000, bytes: rootTable('RSDT', []), what: 'RSDT' };
  const empty = await discover({ blobs: [{ address: 0xf0000, bytes: rsdp1(0xf1000), what: 'RSDP' }, root] });
  t.is(empty.acpi?.tables.length, 1);
  t.deepEqual(empty.acpiProblems, [
    'RSDT at 0xf1000: its length 0x24 leaves no room for one entry, no table can be reached',
  ]);
});

test('a FADT without a DSDT, and more tables than fit the list', async (t) => {
  const facp = await discover({ blobs: withTables({ address: 0x7ff00000, bytes: fadt(244, {}) }) });
  t.deepEqual(facp.acpiProblems, ['FACP names no DSDT']);
  const one = acpiTable('SSDT', new Uint8Array());
  const many = Array.from({ length: 256 }, (_, i) => ({ address: 0x7ff00000 + 0x40 * i, bytes: one }));
  const full = await discover({ blobs: withTables(...many) });
  t.is(full.acpi?.tables.length, 256);
  t.deepEqual(
    full.acpiProblems,
    ['table at 0x7ff03fc0: left out, more than 256 tables'].map((line) => line.replace('table', 'SSDT')),
  );
});

test('a blob on the firmware itself, or on another blob, is refused by name', async (t) => {
  const blob = (address: number, what: string) => ({ address, bytes: new Uint8Array(16), what });
  const [kind, message] = await refusal({ blobs: [blob(0x7fff0, 'RSDP')] });
  t.is(kind, 'acpi');
  t.regex(message ?? '', /^RSDP at 0x7fff0, 16 bytes, lies on the emulated firmware's own memory/);
  t.regex(
    (await refusal({ blobs: [blob(0xf0008, 'MP table'), blob(0xf0000, 'RSDP')] }))[1] ?? '',
    /^RSDP at 0xf0000, 16 bytes, overlaps MP table at 0xf0008/,
  );
  t.is((await discover({ blobs: [blob(0x80000, 'one'), blob(0x80010, 'next to it')] })).acpi, null);
});

test('a guest that loops, halts, faults or is too slow ends with what it last said', async (t) => {
  const said = 'diagnostic code 0x20, last words: "payload: e820 entries 5, beyond 128: 0"';
  const loop = await refusal({ faults: { payload: 'loop' } }, { maxInstructions: 1_000_000 });
  t.is(loop[0], 'guest');
  t.regex(loop[1] ?? '', /^the guest gave no signal within 1000000 instructions, now at 0x2[0-9a-f]{4}; /);
  t.true(loop[1]?.endsWith(said));
  const slow = await refusal({ faults: { payload: 'loop' } }, { maxMs: 0 });
  t.regex(slow[1] ?? '', /^the guest gave no signal within 0 ms, \d+ instructions executed; /);
  const halt = await refusal({ faults: { payload: 'halt' } });
  t.regex(halt[1] ?? '', /^the guest halted at 0x2[0-9a-f]{4} without a signal; /);
  const fault = await refusal({ faults: { payload: 'triple-fault' } });
  t.regex(fault[1] ?? '', /^the guest faulted \(.+\); /);
  t.true(fault[1]?.endsWith(said));
});

test('a payload that finds no room gives up with a reason', async (t) => {
  const message = (await refusal({ cmdline: 'x'.repeat(0x50001) }))[1] ?? '';
  t.regex(message, /gave up \(signal 0x11\).*no room for the fw_cfg file opt\/earlyboot\/cmdline"$/);
  t.is((await discover({ cmdline: 'x'.repeat(0x50000 - 0x100) })).cmdline.length, 0x50000 - 0x100);
});

test('the checksum helper of these tests is the one that ACPI means', (t) => {
  t.is(SSDT.reduce((a, b) => a + b, 0) % 256, 0);
  t.is(checksum(Uint8Array.of(1, 99, 3), 1), 252);
});

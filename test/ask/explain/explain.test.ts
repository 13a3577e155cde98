// Addresses of captured boots, looked up by hand in the captures' own logs: who has them, and what was asked for.
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { diffBoots, diffText } from '../../../src/ask/diff.ts';
import { describeCaller, eventsOfSymbol, explainAddress } from '../../../src/ask/explain/explain.ts';
import { explanationText, sizeText, symbolText } from '../../../src/ask/explain/text.ts';
import type { RunRecord } from '../../../src/init/record.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { capture } from '../../helpers/captures.ts';

const booted = new Map<string, Promise<RunRecord>>();

async function boot(name: string, append = ''): Promise<RunRecord> {
  const machine = await machineFromFolder(capture('6.1', name).path);
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline: `${machine.cmdline} ${append}`.trim() });
}

function once(name: string): Promise<RunRecord> {
  const record = booted.get(name) ?? boot(name);
  booted.set(name, record);
  return record;
}

/** Capture, address, last one to take it, boot step, bytes asked for (null: reserved, not allocated). */
const OWNERS: readonly (readonly [string, number, string, string, number | null])[] = [
  ['q35-8g-2n-4c', 0x98000, 'setup_arch', 'reserve_real_mode', null], // the trampoline, then all of the first MiB
  ['q35-8g-2n-4c', 0xf5b90, 'setup_arch', 'reserve_real_mode', null],
  ['q35-8g-2n-4c', 0x1000000, 'setup_arch', 'early_reserve_memory', null],
  ['q35-8g-2n-4c', 0x4400000, 'setup_arch', 'reserve_brk', null],
  ['q35-8g-2n-4c', 0x7ffe2370, 'acpi_reserve_initial_tables', 'acpi_boot_table_init', null], // SRAT
  ['q35-8g-2n-4c', 0x17ffd5000, 'alloc_node_data', 'initmem_init', 176128],
  ['q35-8g-2n-4c', 0x27fe00000, 'sparse_init', 'sparse_init', 2097152], // probed by init_mem_mapping, given back
  ['q35-8g-2n-4c', 0x17be00000, 'sparse_init_nid', 'sparse_init', 67108864],
  ['q35-8g-2n-4c', 0x7bee4000, 'swiotlb_init_remap', 'pci_iommu_alloc', 67108864],
  ['q35-8g-exactmap', 0x176f03000, 'setup_arch', 'reserve_initrd', 1032192], // the initrd, moved
  ['ovmf-8g-2n-4c', 0x7dd06018, 'efi_memattr_init', 'efi_init', null],
  ['q35-8g-2n-numafake8', 0x27fffd000, 'numa_alloc_distance', 'initmem_init', 64],
];

/** Of OWNERS, what lies in the firmware's own range: reserved, though it is no memory of Linux's. */
const FIRMWARE = new Set([0xf5b90, 0x7ffe2370]);

for (const [name, address, caller, step, size] of OWNERS) {
  test(`${name}: 0x${address.toString(16)} belongs to ${caller}`, async (t) => {
    const { history, fate } = explainAddress(await once(name), address);
    const takes = history.filter((event) => event.op === 'alloc' || event.op === 'reserve');
    t.is(takes.at(-1)?.caller.replace(/#.*/, ''), caller);
    t.is(takes.at(-1)?.step, step);
    t.is(takes.at(-1)?.request?.size ?? null, size);
    t.is(fate.kind, FIRMWARE.has(address) ? 'no-memory' : 'reserved');
  });
}

test('what was probed and given back is told as such', async (t) => {
  const { history } = explainAddress(await once('q35-8g-2n-4c'), 0x27fe00000);
  const steps = history.filter((e) => e.step === 'init_mem_mapping').map((e) => e.op);
  t.deepEqual(steps, ['alloc', 'free']);
});

test('a deferred page: its chunk as padata.txt has it, its struct page, both sides of the chunk', async (t) => {
  const record = await once('q35-8g-2n-4c');
  const at = (pfn: number) => explainAddress(record, pfn * 4096);
  const inside = at(0x110000);
  t.is(inside.structPage, '0xffd4000004400000'); // vmemmap + 0x110000 × 64
  t.like(inside, { node: 0, section: 34 });
  t.is(inside.fate.kind, 'deferred');
  if (inside.fate.kind === 'deferred') t.like(inside.fate.chunk, { start: 0x110000, end: 0x120000 });
  const before = at(0x10ffff).fate;
  t.true(before.kind === 'deferred' && before.chunk.end === 0x110000);
  t.is(at(0x107fff).fate.kind, 'freed-early');
  t.is(at(0x108000).fate.kind, 'deferred');
});

test('a page with one reserved byte is reserved, all of it; the pages beside it are not', async (t) => {
  const record = await once('q35-8g-2n-4c');
  // pfn:       110000   110001   110002   110003
  // reserved:  .        ....####  ####....  .
  const region = { base: 0x110001800, size: 0x1000, flags: 0, nid: 0 };
  const cut = { ...record, memblockLate: { ...record.memblockLate, reserved: [region] } };
  const fateAt = (address: number) => explainAddress(cut, address).fate;
  for (const address of [0x110000fff, 0x110003000])
    t.is(fateAt(address).kind, 'deferred', address.toString(16));
  for (const address of [0x110001000, 0x1100017ff, 0x110001800, 0x1100027ff, 0x110002800, 0x110002fff])
    t.deepEqual(fateAt(address), { kind: 'reserved', region }, address.toString(16));
  const text = (address: number) => explanationText(cut, explainAddress(cut, address));
  t.regex(
    text(0x110001800),
    /^reserved {8}\[mem 0x0000000110001800-.*\nnode and zone.*\nin the end {6}stays reserved: its /m,
  );
  t.regex(
    text(0x1100017ff),
    /^reserved {8}other bytes of its page\nnode and zone .*\nin the end {6}stays reserved, as other bytes of its page are, \[mem 0x0000000110001800-0x00000001100027ff\] 4 KiB: its struct page/m,
  );
  // and the other way round: of two reservations in one page that leave bytes between them
  const two = [region, { ...region, base: 0x110002c00, size: 0x100 }];
  const between = { ...record, memblockLate: { ...record.memblockLate, reserved: two } };
  t.is(explainAddress(between, 0x110002900).fate.kind, 'reserved');
  t.is(explainAddress(between, 0x110003000).fate.kind, 'deferred');
});

test('no memory, and what no section holds', async (t) => {
  const record = await once('q35-8g-2n-4c');
  t.like(explainAddress(record, 0xfee00000), { memory: null, structPage: null, node: null });
  t.is(explainAddress(record, 0xfee00000).fate.kind, 'no-memory');
  const reserved = explainAddress(record, 0x7fff0000); // firmware's, in a section with memory
  t.is(reserved.e820?.type, 2);
  t.not(reserved.structPage, null);
});

test('the answer fits one screen and names function, step and request', async (t) => {
  const record = await once('q35-8g-2n-4c');
  const text = explanationText(record, explainAddress(record, 0x17ffd5000));
  t.true(text.split('\n').length < 24);
  t.regex(
    text,
    /in initmem_init\n {4}allocated: \[mem 0x000000017ffd5000-0x000000017fffffff\] 172 KiB by alloc_node_data/,
  );
  t.regex(text, /asked for 172 KiB, aligned to 64 bytes.*node 0 first/);
});

test('a symbol: every change that it made; the names of call sites', async (t) => {
  const record = await once('q35-8g-2n-4c');
  const events = eventsOfSymbol(record, 'acpi_reserve_initial_tables');
  t.is(events.length, 8);
  t.regex(
    symbolText('acpi_reserve_initial_tables', events),
    /^acpi_reserve_initial_tables: 8 changes of memblock, /,
  );
  t.deepEqual(eventsOfSymbol(record, 'nobody'), []);
  t.is(describeCaller('setup_arch#brk'), 'setup_arch (brk)');
  t.is(describeCaller('sparse_init'), 'sparse_init');
});

test('sizes in the largest unit that divides them', (t) => {
  t.deepEqual([0, 1, 4097, 4096, 2 ** 20 * 3, 2 ** 31].map(sizeText), [
    '0 bytes',
    '1 byte',
    '4097 bytes',
    '4 KiB',
    '3 MiB',
    '2 GiB',
  ]);
});

test('diff: movablecore=1G makes a Movable zone, as in the capture booted with it', async (t) => {
  const plain = await boot('q35-8g-movablecore1g');
  const machine = await machineFromFolder(capture('6.1', 'q35-8g-movablecore1g').path);
  const without = await bootMachine(machine, {
    ...DEFAULT_BOOT,
    cmdline: machine.cmdline.replace(' movablecore=1G', ''),
  });
  const diff = diffBoots(without, plain);
  t.true(diff.log.some(({ side, text }) => side === 'b' && text === '  Node 0: 0x0000000240000000'));
  t.true(
    diff.zones.some(
      ({ side, text }) => side === 'b' && text.startsWith('node 0 zone Movable: start 0x240000'),
    ),
  );
  t.true(diff.jobs.length > 0);
  t.regex(diffText(diff), /^log: \d+ lines differ\n/);
  const same = diffBoots(plain, plain, true);
  t.is(diffText(same), 'log: the same\nzones: the same\njobs: the same\ntimes: the same\n');
});

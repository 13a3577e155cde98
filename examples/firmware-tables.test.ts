// Firmware's tables, tested as bytes and as Linux reads them: npx ava examples/firmware-tables.test.ts
import { earlybootTest } from 'earlyboot/ava';
import { MiB, parseAcpi, type MachineDescription } from 'earlyboot';

/** The firmware under test: an SRAT with one CPU and one range of memory, put together by hand. */
function srat(memory: { pxm: number; base: bigint; length: bigint }): Uint8Array {
  const bytes = new Uint8Array(48 + 16 + 40);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('SRAT'));
  view.setUint32(4, bytes.length, true);
  bytes[8] = 3; // revision
  view.setUint32(36, 1, true);
  bytes.set([0, 16, memory.pxm, 0, 1], 48); // APIC id 0, enabled
  bytes.set([1, 40, memory.pxm], 64);
  view.setBigUint64(64 + 8, memory.base, true);
  view.setBigUint64(64 + 16, memory.length, true);
  view.setUint32(64 + 28, 1, true); // enabled
  bytes[9] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

const table = srat({ pxm: 7, base: 0n, length: 0x2000_0000n });

/** A machine that has this table and no other. */
const machine: MachineDescription = {
  name: 'firmware-under-test',
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '1M', end: '0x1ffeffff', type: 'usable' },
    { start: '0x1fff0000', size: '64K', type: 'ACPI data' },
  ],
  acpi: {
    rsdp: '0xf5000',
    root: { address: '0x1fff0000' },
    tables: [{ address: '0x1fff1000', base64: Buffer.from(table).toString('base64') }],
  },
};

const test = earlybootTest();

test('the table says what it was meant to say', async (t) => {
  const read = parseAcpi(table);
  t.true(read.checksumOk);
  t.deepEqual(read.kind === 'srat' && read.memory[0]?.length, 512 * MiB);
});

test('Linux keeps the table and makes proximity domain 7 its node 0', async (t) => {
  const boot = await t.boot(machine);
  t.reserved(boot, { start: 0x1fff1000, size: table.length });
  t.true(boot.log.some(({ text }) => text === 'ACPI: SRAT: Node 0 PXM 7 [mem 0x00000000-0x1fffffff]'));
  t.zone(boot, 0, 'DMA32', { startPfn: 0x1000 });
});

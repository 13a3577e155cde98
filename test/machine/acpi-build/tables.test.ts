// Oracle: the tables that QEMU 7.2 made for the captured machines. Ours hold the same bytes behind the header.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { byteSum } from '../../../src/machine/acpi-build/bytes.ts';
import {
  buildHpet,
  buildMcfg,
  buildStub,
  buildWaet,
  patchFadt,
} from '../../../src/machine/acpi-build/fixed.ts';
import { acpiTable, builtBy } from '../../../src/machine/acpi-build/header.ts';
import { buildMadt } from '../../../src/machine/acpi-build/madt.ts';
import {
  buildMpPointer,
  buildMpTable,
  mpCpusThatFill,
  mpTableSize,
} from '../../../src/machine/acpi-build/mptable.ts';
import { buildRoot, buildRsdp } from '../../../src/machine/acpi-build/root.ts';
import { buildSlit, buildSrat } from '../../../src/machine/acpi-build/srat.ts';
import { capture } from '../../helpers/captures.ts';

const BODY = 36;
const GiB = 2 ** 30;
const maker = builtBy('BOCHS ');
/** As QEMU signs its tables. */
const qemu = {
  oemId: 'BOCHS ',
  oemTableId: 'BXPC    ',
  oemRevision: 1,
  creatorId: 'BXPC',
  creatorRevision: 1,
};

function captured(name: string, table: string): Uint8Array {
  return readFileSync(join(capture('6.1', name).path, 'acpi', `${table}.bin`));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const enabled = (apicId: number) => ({ apicId, enabled: true });

test('MADT of four CPUs: byte for byte what QEMU made', (t) => {
  const built = buildMadt([0, 1, 2, 3].map(enabled), qemu, { revision: 1 });
  t.is(hexOf(built), hexOf(captured('q35-8g-2n-4c', 'APIC')));
});

test('SRAT of two nodes: byte for byte what QEMU made', (t) => {
  const range = (start: number, end: number) => ({
    start,
    size: end - start,
    hotplug: false,
    nonvolatile: false,
  });
  const nodes = [
    { pxm: 0, cpus: [0, 1], memory: [range(0, 0xa0000), range(0x100000, 2 * GiB), range(4 * GiB, 6 * GiB)] },
    { pxm: 1, cpus: [2, 3], memory: [range(6 * GiB, 10 * GiB)] },
  ];
  const built = buildSrat(nodes, [0, 1, 2, 3].map(enabled), qemu, 1);
  t.is(hexOf(built), hexOf(captured('q35-8g-2n-4c', 'SRAT')));
});

test('SRAT flags: hot-pluggable 2, non-volatile 4, enabled 1', (t) => {
  const memory = [
    { start: 0x100000000, size: 0x1000, hotplug: true, nonvolatile: false },
    { start: 0x200000000, size: 0x2000, hotplug: true, nonvolatile: true },
  ];
  const built = buildSrat([{ pxm: 0x01020304, cpus: [0], memory }], [enabled(7)], maker);
  const view = new DataView(built.buffer);
  // CPU entry at 48: the domain's low byte at +2, its high bytes at +9, APIC id at +3
  t.deepEqual([built[48 + 2], built[48 + 3], built[48 + 9], built[48 + 10], built[48 + 11]], [4, 7, 3, 2, 1]);
  t.is(view.getUint32(64 + 28, true), 3);
  t.is(view.getUint32(104 + 28, true), 7);
  t.is(view.getBigUint64(104 + 8, true), 0x200000000n);
});

test('HPET, WAET: QEMU has the same bodies; MCFG names one segment of 256 buses', (t) => {
  const body = (bytes: Uint8Array) => hexOf(bytes.subarray(BODY));
  t.is(body(buildHpet(maker)), body(captured('q35-8g-2n-4c', 'HPET')));
  t.is(body(buildWaet(maker)), body(captured('q35-8g-2n-4c', 'WAET')));
  t.is(body(buildMcfg(0xb0000000, maker)), body(captured('q35-8g-2n-4c', 'MCFG')));
});

test('APIC ids from 255 on get x2APIC entries in MADT and SRAT, 254 does not', (t) => {
  const cpus = [enabled(254), enabled(255), { apicId: 300, enabled: false }];
  const madt = buildMadt(cpus, maker);
  t.deepEqual([...madt.subarray(44, 52)], [0, 8, 0, 254, 1, 0, 0, 0]);
  t.deepEqual([...madt.subarray(52, 68)], [9, 16, 0, 0, 255, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  t.deepEqual([...madt.subarray(68, 84)], [9, 16, 0, 0, 44, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
  const srat = buildSrat([{ pxm: 3, cpus: [0, 1], memory: [] }], cpus, maker);
  t.deepEqual([...srat.subarray(48, 52)], [0, 16, 3, 254]);
  t.deepEqual([...srat.subarray(64, 76)], [2, 24, 0, 0, 3, 0, 0, 0, 255, 0, 0, 0]);
});

test('a MADT is padded to any length with OEM entries that end exactly there', (t) => {
  const plain = buildMadt([enabled(0)], maker).length;
  for (const more of [2, 3, 254, 255, 256, 257, 258, 511, 512, 1000]) {
    const madt = buildMadt([enabled(0)], maker, { length: plain + more });
    t.is(madt.length, plain + more);
    t.is(byteSum(madt), 0);
    let at = 44;
    while (at < madt.length) at += madt[at + 1] ?? 0;
    t.is(at, madt.length, `${more} more bytes`);
  }
});

test('every built table sums to 0 and has its length in its header', (t) => {
  const slit = buildSlit([[10, 21], [21, 10]], maker); // prettier-ignore
  for (const table of [
    slit,
    buildHpet(maker),
    buildStub('SSDT', 2, 1234, maker),
    acpiTable('TEST', 1, maker, Uint8Array.of(255)),
  ]) {
    t.is(byteSum(table), 0);
    t.is(new DataView(table.buffer).getUint32(4, true), table.length);
  }
  t.deepEqual([...slit.subarray(BODY)], [2, 0, 0, 0, 0, 0, 0, 0, 10, 21, 21, 10]);
});

test('RSDP: 20 bytes and one checksum before ACPI 2.0, 36 bytes and two from then on', (t) => {
  const old = buildRsdp('BOCHS ', 0, 0x7ffe24e4);
  t.is(old.length, 20);
  t.is(byteSum(old), 0);
  t.is(hexOf(old.subarray(16)), 'e424fe7f');
  const modern = buildRsdp('BOCHS ', 2, 0x17f77c0e8);
  t.is(modern.length, 36);
  t.is(byteSum(modern.subarray(0, 20)), 0);
  t.is(byteSum(modern), 0);
  t.is(new DataView(modern.buffer).getBigUint64(24, true), 0x17f77c0e8n);
});

test('a root table is padded with null pointers to the length that was logged', (t) => {
  const rsdt = buildRoot(0, [0x1000, 0x2000], maker, 36 + 16);
  t.is(rsdt.length, 52);
  t.is(hexOf(rsdt.subarray(BODY)), '00100000002000000000000000000000');
  t.is(buildRoot(2, [0x1000], maker).length, 44);
});

test('a FADT that points nowhere is pointed at FACS and DSDT, and sums to 0 again', (t) => {
  const patched = patchFadt(buildStub('FACP', 1, 116, maker), 0x1000, 0x2000);
  const view = new DataView(patched.buffer);
  t.is(view.getUint32(36, true), 0x1000);
  t.is(view.getUint32(40, true), 0x2000);
  t.is(byteSum(patched), 0);
});

/** SeaBIOS under QEMU: -smp sockets=N gave tables of these sizes (memblock_reserve lines of the captures). */
const MP_SIZES = [
  [1, 200],
  [2, 220],
  [3, 240],
  [4, 260],
  [6, 300],
] as const;

test('the MP table has the size that SeaBIOS gave it for each number of packages', (t) => {
  for (const [cpus, size] of MP_SIZES) {
    t.is(mpTableSize(cpus), size);
    const table = buildMpTable(Array.from({ length: cpus }, (_, i) => i));
    t.is(table.length, size);
    t.is(new DataView(table.buffer).getUint16(4, true), size);
    t.is(byteSum(table), 0);
  }
  const pointer = buildMpPointer(0xf5ba0);
  t.is(byteSum(pointer), 0);
  t.is(hexOf(pointer.subarray(0, 8)), '5f4d505fa05b0f00');
});

test('the room in the F-segment tells the number of entries, 16 bytes either way', (t) => {
  // two packages: 220 bytes fit into 220..235
  t.is(mpCpusThatFill(219), null);
  t.is(mpCpusThatFill(220), 2);
  t.is(mpCpusThatFill(235), 2);
  t.is(mpCpusThatFill(236), null);
  t.is(mpCpusThatFill(240), 3);
  t.is(mpCpusThatFill(10), null);
});

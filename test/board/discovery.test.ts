// What the payload finds on a board, from hand-made tables: where it looks, in which order, and what it passes over.
import test from 'ava';
import { parseHandoff } from '../../src/arch/x86/boot/handoff.ts';
import type { BoardConfig } from '../../src/board/config.ts';
import { runBoardOnNode } from '../../src/board/node.ts';
import {
  acpiTable,
  board,
  facs,
  fadt,
  mpPointer,
  mpTable,
  PC_MAP,
  rootTable,
  rsdp1,
  rsdp2,
} from './helpers/machines.ts';

async function discover(parts: Partial<BoardConfig>) {
  return parseHandoff((await runBoardOnNode(board(parts))).handoff);
}

test('the map is handed over raw and in firmware order', async (t) => {
  const e820 = [
    { addr: 0x100000n, size: 0x10000000n, type: 1 },
    { addr: 0n, size: 0n, type: 1 },
    { addr: 0xffff_ffff_ffff_f000n, size: 0x2000n, type: 2 },
    { addr: 0x180000n, size: 0x1000n, type: 0xabcd },
  ];
  const { e820: found, e820Ignored, e820End } = await discover({ e820 });
  t.deepEqual(found, e820);
  t.is(e820Ignored, 0);
  t.is(e820End, 'last');
});

test('an empty map fails its first call, as carry', async (t) => {
  const found = await discover({ e820: [] });
  t.deepEqual(found.e820, []);
  t.is(found.e820End, 'carry');
});

test('base memory and EBDA follow the map, unless the description says otherwise', async (t) => {
  t.deepEqual((await discover({})).bda, { baseMemKiB: 639, ebdaAddr: 0x9fc00 });
  const to640K = [{ addr: 0n, size: 0xa0000n, type: 1 }, ...PC_MAP.slice(2)];
  t.deepEqual((await discover({ e820: to640K })).bda, { baseMemKiB: 640, ebdaAddr: 0 });
  const bda = { baseMemKiB: 615, ebdaAddr: 0x99c00 };
  t.deepEqual((await discover({ bda })).bda, bda);
});

test('the older services: E801 with a hole at 16 MiB, without one, and AH=88h to 63 MiB', async (t) => {
  // 15 MiB and nothing above: AX = 15 MiB, BX = 0.
  const to16M = await discover({ e820: [{ addr: 0x100000n, size: 0xf00000n, type: 1 }] });
  t.is(to16M.altMemK, 15 * 1024);
  t.is(to16M.extMemK, 15 * 1024);
  const to8M = await discover({ e820: [{ addr: 0x100000n, size: 0x700000n, type: 1 }] });
  t.is(to8M.altMemK, 7 * 1024);
  // 1 MiB + 0x7fdf0000: 0x7eef blocks of 64 KiB above 16 MiB, 2095040 KiB in all.
  const pc = await discover({});
  t.is(pc.altMemK, 15 * 1024 + 0x7eef * 64);
  t.is(pc.extMemK, 63 * 1024);
});

test('command line, ramdisk, DMI and CPUID are handed over as described', async (t) => {
  const cpuid = [{ leaf: 0, subleaf: 0, eax: 0x1f, ebx: 0x756e6547, ecx: 0x6c65746e, edx: 0x49656e69 }];
  const found = await discover({
    cmdline: 'console=ttyS0 memblock=debug ümlaut',
    ramdisk: { image: 0x12_3456_7000, size: 0xfc000 },
    dmi: 'QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2 04/01/2014',
    cpuid,
  });
  t.is(found.cmdline, 'console=ttyS0 memblock=debug ümlaut');
  t.deepEqual(found.ramdisk, { image: 0x12_3456_7000, size: 0xfc000 });
  t.is(found.dmi, 'QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2 04/01/2014');
  t.deepEqual(found.cpuid, cpuid);
});

test('without a description of the CPU, its own leaves are handed over', async (t) => {
  const { cpuid, dmi, ramdisk, efi } = await discover({});
  t.deepEqual([dmi, ramdisk, efi], [null, null, null]);
  t.deepEqual(
    cpuid.map((c) => c.leaf),
    [0, 1, 7, 0x80000000],
  );
  // v86 calls itself GenuineIntel.
  t.deepEqual([cpuid[0]?.ebx, cpuid[0]?.edx, cpuid[0]?.ecx], [0x756e6547, 0x49656e69, 0x6c65746e]);
});

test('EFI facts survive the way through the guest', async (t) => {
  const efi = {
    revision: 0x20046,
    vendor: 'EDK II',
    configTables: [
      { name: 'SMBIOS', address: 0x7f520000 },
      { name: 'ACPI 2.0', address: 0x7f77d014 },
    ],
    memmapAddr: 0x7f771040,
    memmapSize: 0x1980,
    memattrSize: 0x430,
    kernelAddr: 0x1600000,
    memmap: [{ type: 7, physAddr: 0x1_0000_0000n, numPages: 0x180000n, attribute: 0x8000_0000_0000_000fn }],
  };
  t.deepEqual((await discover({ efi })).efi, efi);
});

test('tables are listed as Linux does: root, its order, DSDT and both FACS after FACP', async (t) => {
  const apic = acpiTable('APIC', Uint8Array.of(1, 2, 3));
  const dsdt = acpiTable('DSDT', new Uint8Array(1000).fill(7));
  const facp = fadt(276, { facs: 0x7ff00000, dsdt: 0xbad, xFacs: 0x7ff00000n, xDsdt: 0x7ff10008n });
  const xsdt = rootTable('XSDT', [0x7ff30000, 0, 0x7ff20001]);
  const { acpi } = await discover({
    blobs: [
      { address: 0xe0000, bytes: rsdp2(0x7ff40000n), what: 'RSDP' },
      { address: 0x7ff00000, bytes: facs(), what: 'FACS' },
      { address: 0x7ff10008, bytes: dsdt, what: 'DSDT' },
      { address: 0x7ff20001, bytes: facp, what: 'FACP' },
      { address: 0x7ff30000, bytes: apic, what: 'APIC' },
      { address: 0x7ff40000, bytes: xsdt, what: 'XSDT' },
    ],
  });
  t.is(acpi?.rsdpAddr, 0xe0000);
  t.is(acpi?.rsdpFrom, 'bios-area');
  t.is(acpi?.revision, 2);
  t.is(acpi?.oemId, 'TESTER');
  t.is(acpi?.rsdp.length, 36);
  t.is(acpi?.rootSignature, 'XSDT');
  t.deepEqual(acpi?.problems, []);
  t.deepEqual(
    acpi?.tables.map((table) => [table.signature, table.address, table.bytes, table.checksumOk]),
    [
      ['XSDT', 0x7ff40000, xsdt, true],
      ['APIC', 0x7ff30000, apic, true],
      ['FACP', 0x7ff20001, facp, true],
      ['DSDT', 0x7ff10008, dsdt, true],
      ['FACS', 0x7ff00000, facs(), true],
      ['FACS', 0x7ff00000, facs(), true],
    ],
  );
});

test('an ACPI 1.0 FADT gives 32-bit addresses; a hardware-reduced one has no FACS', async (t) => {
  const tables = async (facp: Uint8Array) => {
    const { acpi } = await discover({
      blobs: [
        { address: 0xffff0 - 0x1000, bytes: rsdp1(0x7ff40000), what: 'RSDP' },
        { address: 0x7ff00000, bytes: facs(), what: 'FACS' },
        { address: 0x7ff10000, bytes: acpiTable('DSDT', new Uint8Array(5)), what: 'DSDT' },
        { address: 0x7ff20000, bytes: facp, what: 'FACP' },
        { address: 0x7ff40000, bytes: rootTable('RSDT', [0x7ff20000]), what: 'RSDT' },
      ],
    });
    return acpi?.tables.map((table) => table.signature).join(' ');
  };
  t.is(await tables(fadt(116, { facs: 0x7ff00000, dsdt: 0x7ff10000 })), 'RSDT FACP DSDT FACS');
  // Fields behind the table's end are not read: one byte short of X_DSDT's end, and all of it.
  t.is(await tables(fadt(147, { xDsdt: 0x7ff10000n })), 'RSDT FACP');
  t.is(await tables(fadt(148, { xDsdt: 0x7ff10000n })), 'RSDT FACP DSDT');
  t.is(await tables(fadt(276, { facs: 0x7ff00000, dsdt: 0x7ff10000, flags: 1 << 20 })), 'RSDT FACP DSDT');
});

test('the RSDP: EBDA before the BIOS area, the last paragraph of each, and an address from the loader', async (t) => {
  const at = async (parts: Partial<BoardConfig>, ...addresses: number[]) => {
    const blobs = addresses.map((address) => ({ address, bytes: rsdp1(0x7ff40000), what: 'RSDP' }));
    const { acpi } = await discover({
      ...parts,
      blobs: [...blobs, { address: 0x7ff40000, bytes: rootTable('RSDT', [0]), what: 'RSDT' }],
    });
    return acpi && [acpi.rsdpAddr, acpi.rsdpFrom];
  };
  t.deepEqual(await at({}, 0xf0000, 0x9fc00), [0x9fc00, 'ebda']);
  t.deepEqual(await at({}, 0xfffe0), [0xfffe0, 'bios-area']);
  // The EBDA's first KiB ends where the video memory begins; the BIOS area starts at 0xe0000.
  const bda = { baseMemKiB: 600, ebdaAddr: 0x96000 };
  t.deepEqual(await at({ bda }, 0x963e0), [0x963e0, 'ebda']);
  t.is(await at({ bda }, 0x96400), null);
  t.is(await at({}, 0xdfff0 - 16), null);
  t.is(await at({}, 0xf0008), null); // not on a 16-byte boundary
  t.deepEqual(await at({ rsdpAddr: 0x7f77d014 }, 0xf0000, 0x7f77d014), [0x7f77d014, 'loader']);
});

test('the MP floating pointer is looked for in the places and the order of Linux', async (t) => {
  const at = async (bda: BoardConfig['bda'], ...addresses: number[]) => {
    const blobs = addresses.map((address) => ({ address, bytes: mpPointer(0xf1000), what: 'MP pointer' }));
    const table = { address: 0xf1000, bytes: mpTable(200), what: 'MP table' };
    const { mp } = await discover({ ...(bda && { bda }), blobs: [...blobs, table] });
    return mp?.mpfAddress;
  };
  const ebda = { baseMemKiB: 600, ebdaAddr: 0x96000 };
  t.is(await at(ebda, 0x3f0, 0x9fc00, 0xf0000, 0x96000), 0x3f0);
  t.is(await at(ebda, 0x9fff0, 0xf0000, 0x96000), 0x9fff0);
  t.is(await at(ebda, 0xffff0, 0x96000), 0xffff0);
  t.is(await at(ebda, 0x963f0), 0x963f0);
  t.is(await at(ebda, 0x96400), undefined);
  t.is(await at(ebda, 0xefff0), undefined);
});

test('the MP table behind the pointer is handed over at its own length', async (t) => {
  const blobs = [
    { address: 0xf5ba0, bytes: mpPointer(0xf5bb0), what: 'MP pointer' },
    { address: 0xf5bb0, bytes: mpTable(200), what: 'MP table' },
  ];
  const { mp } = await discover({ blobs });
  t.deepEqual(mp, {
    mpfAddress: 0xf5ba0,
    mpf: mpPointer(0xf5bb0),
    mpc: { address: 0xf5bb0, bytes: mpTable(200) },
  });
  const { mp: configured } = await discover({
    blobs: [{ address: 0xf5ba0, bytes: mpPointer(0), what: 'MP pointer' }],
  });
  t.is(configured?.mpc, null);
});

test('an MP pointer with a wrong checksum, length or specification is passed over', async (t) => {
  for (const [offset, value] of [
    [10, 0],
    [8, 2],
    [9, 3],
  ] as const) {
    const bad = mpPointer(0);
    bad[offset] = value;
    if (offset !== 10) bad[10] = (256 - ((bad.reduce((a, b) => a + b, 0) - (bad[10] ?? 0)) % 256)) % 256;
    const blobs = [
      { address: 0xf0000, bytes: bad, what: 'bad pointer' },
      { address: 0xf0010, bytes: mpPointer(0), what: 'good pointer' },
    ];
    t.is((await discover({ blobs })).mp?.mpfAddress, 0xf0010, `byte ${offset}`);
  }
});

test('tables may lie in RAM, around its end and in the video hole', async (t) => {
  const dsdt = acpiTable(
    'DSDT',
    Uint8Array.from({ length: 5000 }, (_, i) => i * 3),
  );
  for (const address of [0x100000, 0xa0000 - 100, 0xb0000, 0xc0000 - 2501, 0x1000000 - 2500, 0xffff0000]) {
    const { acpi } = await discover({
      blobs: [
        { address: 0xf0000, bytes: rsdp1(0xf1000), what: 'RSDP' },
        { address: 0xf1000, bytes: rootTable('RSDT', [address]), what: 'RSDT' },
        { address, bytes: dsdt, what: 'DSDT' },
      ],
    });
    t.deepEqual(acpi?.tables[1]?.bytes, dsdt, address.toString(16));
    t.deepEqual(acpi?.problems, []);
  }
});

test('two boots of one machine are the same, byte for byte and instruction for instruction', async (t) => {
  const config = board({ blobs: [{ address: 0xf5ba0, bytes: mpPointer(0), what: 'MP pointer' }] });
  const first = await runBoardOnNode(config);
  const second = await runBoardOnNode(config);
  t.deepEqual(second.handoff, first.handoff);
  t.is(second.instructions, first.instructions);
  t.is(second.serial, first.serial);
  t.is(first.serial, 'earlyboot firmware 1\r\n' + first.debugcon);
  t.regex(
    first.debugcon,
    /^payload: e820 entries 5, beyond 128: 0\r\npayload: MP floating pointer 0x000f5ba0\r\n/,
  );
});

// The payload from a floppy, under Debian's SeaBIOS: the same handoff as under our own ROM.
import test from 'ava';
import { existsSync, readFileSync } from 'node:fs';
import { parseHandoff } from '../../src/arch/x86/boot/handoff.ts';
import { runBoardOnNode, runBoardWithBiosOnNode } from '../../src/board/node.ts';
import { acpiTable, board, mpPointer, mpTable, rootTable, rsdp1 } from './helpers/machines.ts';

const SEABIOS = ['/usr/share/seabios/bios.bin', '/usr/share/seabios/bios-256k.bin'];

const MACHINE = board({
  cmdline: 'console=ttyS0',
  dmi: 'Some Vendor Some Board, BIOS 1.0 11/23/2026',
  ramdisk: { image: 0x7fee4000, size: 0xfc000 },
  blobs: [
    { address: 0xf5ba0, bytes: mpPointer(0xf5bb0), what: 'MP pointer' },
    { address: 0xf5bb0, bytes: mpTable(200), what: 'MP table' },
    { address: 0xf59c0, bytes: rsdp1(0x7ffe2300), what: 'RSDP' },
    { address: 0x7ffe2300, bytes: rootTable('RSDT', [0x7ffe1000, 0x200000]), what: 'RSDT' },
    { address: 0x7ffe1000, bytes: acpiTable('SRAT', new Uint8Array(3000).fill(9)), what: 'SRAT' },
    { address: 0x200000, bytes: acpiTable('SLIT', new Uint8Array(77).fill(10)), what: 'SLIT' },
  ],
});

for (const path of SEABIOS) {
  test(`same result under ${path}`, async (t) => {
    if (!existsSync(path)) {
      t.log('skipped: Debian package seabios is not installed');
      t.pass();
      return;
    }
    const under = await runBoardWithBiosOnNode(MACHINE, readFileSync(path));
    const own = await runBoardOnNode(MACHINE);
    t.deepEqual(parseHandoff(under.handoff), parseHandoff(own.handoff));
    t.is(parseHandoff(own.handoff).acpi?.tables.length, 3);
    t.false(under.serial.includes('earlyboot firmware'));
    t.true(under.instructions > own.instructions);
  });
}

test('what is no BIOS is refused, and one that does nothing ends by the watchdog', async (t) => {
  await t.throwsAsync(runBoardWithBiosOnNode(MACHINE, new Uint8Array(1000)), {
    name: 'InputError',
    message: /^the BIOS has 1000 bytes; expected 64, 128 or 256 KiB/,
  });
  const looping = new Uint8Array(0x10000);
  looping.set([0xeb, 0xfe], 0xfff0);
  await t.throwsAsync(runBoardWithBiosOnNode(MACHINE, looping, { maxMs: 50 }), {
    name: 'InputError',
    message:
      /^the guest gave no signal within 50 ms under this BIOS; no diagnostic code, it never said anything$/,
  });
});

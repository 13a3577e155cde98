// The ROM on a second machine: under QEMU it must find the memory that SeaBIOS reports for the same machine.
import test from 'ava';
import type { BootE820Entry } from '../../src/arch/x86/boot/params.ts';
import { bootUnderQemu, haveQemu } from './helpers/qemu.ts';

const RAM = 1;
const RESERVED = 2;

/** RAM, and RAM that SeaBIOS keeps for its tables right behind it, as ranges [start, end) without gaps. */
function memory(
  entries: readonly BootE820Entry[],
  own: (entry: BootE820Entry) => boolean,
): [bigint, bigint][] {
  const ranges: [bigint, bigint][] = [];
  for (const entry of entries) {
    const last = ranges.at(-1);
    const end = entry.addr + entry.size;
    if (entry.type === RAM && last?.[1] !== entry.addr) ranges.push([entry.addr, end]);
    else if (last && last[1] === entry.addr && (entry.type === RAM || own(entry))) last[1] = end;
  }
  return ranges;
}

/** SeaBIOS takes less than a MiB off the end of memory below 4 GiB. */
function tablesAtTheEnd(entry: BootE820Entry): boolean {
  return entry.type === RESERVED && entry.addr >= 0x100000n && entry.size < 0x100000n;
}

for (const [machine, ranges] of [
  [['-M', 'pc', '-m', '100M'], 2],
  [['-M', 'pc', '-m', '5G'], 3], // low, to 3 GiB, from 4 GiB on
  [['-M', 'q35', '-m', '3G'], 3],
  [['-M', 'pc', '-m', '64M', '-global', 'fw_cfg_io.dma_enabled=off'], 2],
] as const) {
  test(`our ROM finds what SeaBIOS reports: ${machine.join(' ')}`, (t) => {
    if (!haveQemu()) {
      t.log('skipped: qemu-system-i386 is not installed');
      t.pass();
      return;
    }
    const ours = bootUnderQemu('rom', machine);
    const seabios = bootUnderQemu('seabios', machine);
    t.is(ours.e820End, 'last');
    // The first MiB is divided in the same way, entry by entry.
    t.deepEqual(ours.e820.slice(0, 3), seabios.e820.slice(0, 3));
    t.deepEqual(ours.bda, seabios.bda);
    const found = memory(ours.e820, () => false);
    t.deepEqual(found, memory(seabios.e820, tablesAtTheEnd));
    t.is(found.length, ranges);
    t.deepEqual(ours.cpuid, seabios.cpuid);
    // QEMU's tables are brought into memory by its own firmware alone.
    t.is(ours.acpi, null);
    t.is(seabios.acpi?.rootSignature, 'RSDT');
    t.deepEqual(seabios.acpi?.problems, []);
    t.deepEqual(
      seabios.acpi?.tables.slice(0, 5).map((table) => table.signature),
      ['RSDT', 'FACP', 'DSDT', 'FACS', 'APIC'],
    );
    t.is(seabios.mp?.mpc?.bytes[0], 'P'.charCodeAt(0));
  });
}

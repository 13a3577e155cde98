// The MP configuration table and its floating pointer, laid out as SeaBIOS lays them out (Intel MP specification 1.4, chapter 4;
// seabios src/fw/mptable.c): its length is what Linux reserves.
import type { PhysAddr } from '../../lib/units.ts';
import { ByteWriter, fixChecksum } from './bytes.ts';

export const MP_POINTER_SIZE = 16;
const MP_HEADER_SIZE = 44;
const MP_CPU_ENTRY_SIZE = 20;
const MP_OTHER_ENTRY_SIZE = 8;
/** Of the 16 ISA interrupts, those that PCI links use (5, 9, 10, 11) and the cascade (2) have no entry. */
const ISA_INTERRUPTS = [0, 1, 3, 4, 6, 7, 8, 12, 13, 14, 15];
/** Two buses, one I/O APIC, one PCI interrupt (an empty q35 or i440fx board), the ISA ones, two local interrupts. */
const SEABIOS_OTHER_ENTRIES = 2 + 1 + 1 + ISA_INTERRUPTS.length + 2;

/** Bytes of the table that lists `cpus` CPUs. */
export function mpTableSize(cpus: number): number {
  return MP_HEADER_SIZE + cpus * MP_CPU_ENTRY_SIZE + SEABIOS_OTHER_ENTRIES * MP_OTHER_ENTRY_SIZE;
}

/**
 * SeaBIOS lists the first CPU of each package only, and packages start on multiples of a power of two.
 * The number of entries for a table whose size is at most `room` bytes and more than `room` - 16; null where none fits.
 */
export function mpCpusThatFill(room: number): number | null {
  for (let cpus = 1; mpTableSize(cpus) <= room; cpus++) {
    if (mpTableSize(cpus) > room - 16) return cpus;
  }
  return null;
}

/** Usable CPUs of a table; how long it and its entries are is not trusted further than its bytes. */
export function cpusOfMpTable(table: Uint8Array): number {
  let usable = 0;
  for (let at = MP_HEADER_SIZE; at + 4 <= table.length;) {
    const isCpu = table[at] === 0;
    if (isCpu && ((table[at + 3] ?? 0) & 1) === 1) usable += 1;
    at += isCpu ? MP_CPU_ENTRY_SIZE : MP_OTHER_ENTRY_SIZE;
  }
  return usable;
}

/** The table with an entry for each of `apicIds`, the first being the boot CPU. */
export function buildMpTable(apicIds: readonly number[]): Uint8Array {
  const size = mpTableSize(apicIds.length);
  const w = new ByteWriter().ascii('PCMP', 4).u16(size).u8(4).u8(0);
  w.ascii('BOCHSCPU', 8).ascii('0.1', 12, 0x20).u32(0).u16(0);
  w.u16(apicIds.length + SEABIOS_OTHER_ENTRIES)
    .u32(0xfee00000)
    .u32(0);
  apicIds.forEach((id, i) =>
    w
      .raw([0, id, 0x14, i === 0 ? 3 : 1])
      .u32(0x600)
      .u32(0x201)
      .zeros(8),
  );
  w.raw([1, 0]).ascii('PCI', 6, 0x20).raw([1, 1]).ascii('ISA', 6, 0x20);
  w.raw([2, 0, 0x11, 1]).u32(0xfec00000);
  w.raw([3, 0])
    .u16(1)
    .raw([0, (31 << 2) | 0, 0, 10]);
  for (const irq of ISA_INTERRUPTS)
    w.raw([3, 0])
      .u16(0)
      .raw([1, irq, 0, irq === 0 ? 2 : irq]);
  w.raw([4, 3]).u16(0).raw([1, 0, 0, 0]);
  w.raw([4, 1]).u16(0).raw([0, 0, 0xff, 1]);
  const bytes = w.finish();
  fixChecksum(bytes, 7);
  return bytes;
}

/** The 16 bytes that Linux scans for; `table` is the address of the configuration table. */
export function buildMpPointer(table: PhysAddr): Uint8Array {
  const bytes = new ByteWriter().ascii('_MP_', 4).u32(table).raw([1, 4, 0]).zeros(5).finish();
  fixChecksum(bytes, 10);
  return bytes;
}

// The tables that say little here and yet must be there: FADT, FACS, DSDT, HPET, MCFG, WAET (ACPI 6.5, 5.2.9 to 5.2.11).
import { hex } from '../../lib/units.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { ByteWriter, fixChecksum } from './bytes.ts';
import { ACPI_HEADER_SIZE, acpiTable, type AcpiMaker } from './header.ts';

const PM_TIMER_PORT = 0x608;
const PM1_EVENT_PORT = 0x600;
const PM1_CONTROL_PORT = 0x604;
const SCI_INTERRUPT = 9;
/** WBINVD works, C1 is supported, the power button is a control method, the timer has 32 bits. */
const FADT_FLAGS = 0x1 | 0x4 | 0x10 | 0x100;
/** Legacy devices and an 8042 keyboard controller. */
const BOOT_ARCH_FLAGS = 0x3;
const HPET_ADDRESS = 0xfed00000;

/** Revision 3, 244 bytes. The FACS in the 32-bit field alone, as QEMU does it: Linux lists a FACS for each field that is set. */
export function buildFadt(facs: PhysAddr, dsdt: PhysAddr, maker: AcpiMaker): Uint8Array {
  const w = new ByteWriter().zeros(ACPI_HEADER_SIZE);
  w.u32(facs).u32(dsdt).raw([0, 0]).u16(SCI_INTERRUPT).u32(0).zeros(4);
  w.u32(PM1_EVENT_PORT).u32(0).u32(PM1_CONTROL_PORT).u32(0).u32(0).u32(PM_TIMER_PORT).u32(0).u32(0);
  w.raw([4, 2, 0, 4, 0, 0, 0, 0]).u16(0xfff).u16(0xfff).u16(0).u16(0).raw([0, 0, 0, 0, 0x32]);
  w.u16(BOOT_ARCH_FLAGS).u8(0).u32(FADT_FLAGS).zeros(12).u8(0).zeros(3).u64(0).u64(dsdt);
  ioRegister(w, 32, PM1_EVENT_PORT);
  ioRegister(w, 0, 0);
  ioRegister(w, 16, PM1_CONTROL_PORT);
  for (let i = 0; i < 2; i++) ioRegister(w, 0, 0);
  ioRegister(w, 32, PM_TIMER_PORT);
  for (let i = 0; i < 2; i++) ioRegister(w, 0, 0);
  return acpiTable('FACP', 3, maker, w.finish().subarray(ACPI_HEADER_SIZE));
}

/** A generic address structure of 12 bytes in I/O space. */
function ioRegister(w: ByteWriter, bits: number, port: number): void {
  w.raw([1, bits, 0, 0]).u64(port);
}

/** 64 bytes without a header in the usual sense, and without a checksum. */
export function buildFacs(): Uint8Array {
  return new ByteWriter().ascii('FACS', 4).u32(64).zeros(56).finish();
}

/** A DSDT without a single device: its header alone. */
export function buildDsdt(maker: AcpiMaker): Uint8Array {
  return acpiTable('DSDT', 2, maker, new Uint8Array(0));
}

/** What a kernel reads of an HPET's table, and what the table is besides. */
export interface HpetFacts {
  readonly id: number;
  readonly address: PhysAddr;
  readonly revision: number;
  /** Of the whole table, in bytes: HPET_SIZE at least. */
  readonly length: number;
}

/** Bytes of an HPET's table at least. */
export const HPET_SIZE = 56;
const HPET: HpetFacts = { id: 0x8086a201, address: HPET_ADDRESS, revision: 1, length: HPET_SIZE };

/** An HPET in memory. */
export function buildHpet(maker: AcpiMaker, { id, address, revision, length } = HPET): Uint8Array {
  const body = new ByteWriter().u32(id).raw([0, 0, 0, 0]).u64(address).u8(0).u16(0).u8(0);
  return acpiTable('HPET', revision, maker, body.zeros(length - HPET_SIZE).finish());
}

/** One PCI segment with 256 buses. */
export function buildMcfg(base: PhysAddr, maker: AcpiMaker): Uint8Array {
  const body = new ByteWriter().zeros(8).u64(base).u16(0).raw([0, 255]).u32(0);
  return acpiTable('MCFG', 1, maker, body.finish());
}

export function buildWaet(maker: AcpiMaker): Uint8Array {
  return acpiTable('WAET', 1, maker, new ByteWriter().u32(2).finish());
}

/**
 * A table of which only signature, revision and length are known: header, zeros, right checksum.
 * `length` below the header's 36 bytes (8 for a FACS) is a caller's mistake.
 */
export function buildStub(signature: string, revision: number, length: number, maker: AcpiMaker): Uint8Array {
  if (signature === 'FACS') {
    return new ByteWriter()
      .ascii('FACS', 4)
      .u32(length)
      .zeros(length - 8)
      .finish();
  }
  if (length < ACPI_HEADER_SIZE) throw new RangeError(`${signature} of ${hex(length)} bytes has no header`);
  return acpiTable(signature, revision, maker, new Uint8Array(length - ACPI_HEADER_SIZE));
}

/** Points a FADT's pointers at FACS and DSDT and sums it anew; fields beyond its length stay away. */
export function patchFadt(fadt: Uint8Array, facs: PhysAddr | null, dsdt: PhysAddr | null): Uint8Array {
  const bytes = Uint8Array.from(fadt);
  const view = new DataView(bytes.buffer);
  for (const [address, short] of [
    [facs, 36],
    [dsdt, 40],
  ] as const) {
    if (address !== null && short + 4 <= bytes.length) view.setUint32(short, address, true);
  }
  fixChecksum(bytes, 9);
  return bytes;
}

// Where the tables say that local APICs stand.
import test from 'ava';
import { lapicAddress } from '../../../src/arch/x86/lapic_address.ts';
import type { BootParams } from '../../../src/arch/x86/boot/params.ts';

/** A MADT with an address in its header, and subtables. */
function madt(address: number, subtables: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(44 + subtables.length);
  bytes.set(new TextEncoder().encode('APIC'));
  new DataView(bytes.buffer).setUint32(36, address, true);
  bytes.set(subtables, 44);
  return bytes;
}

/** What the payload would hand over: of it only the tables matter here. */
function params(table: Uint8Array | null, mpc: Uint8Array | null = null): BootParams {
  const acpi = table && { tables: [{ signature: 'APIC', address: 0, bytes: table, checksumOk: true }] };
  const mp = mpc && { mpfAddress: 0, mpf: new Uint8Array(16), mpc: { address: 0, bytes: mpc } };
  return { acpi, mp } as BootParams;
}

/** Type 5, 12 bytes, two reserved, then the address. */
const OVERRIDE = [5, 12, 0, 0, 0, 0, 0xd0, 0xfe, 0, 0, 0, 0];

test("the MADT's header, or its override wherever that stands", (t) => {
  t.is(lapicAddress(params(madt(0xfee00000)), false), 0xfee00000);
  t.is(lapicAddress(params(madt(0xfee00000, OVERRIDE)), false), 0xfed00000);
  t.is(lapicAddress(params(madt(0xfee00000, [0, 8, 0, 0, 1, 0, 0, 0, ...OVERRIDE])), false), 0xfed00000);
  // too short to hold an address
  t.is(lapicAddress(params(madt(0xfee00000, [5, 11, 0, 0, 0, 0, 0xd0, 0xfe, 0, 0, 0])), false), 0xfee00000);
});

test('with acpi=off, or without a MADT, the MP table', (t) => {
  const mpc = new Uint8Array(44);
  new DataView(mpc.buffer).setUint32(36, 0xfec10000, true);
  t.is(lapicAddress(params(null, mpc), false), 0xfec10000);
  t.is(lapicAddress(params(madt(0xfee00000), mpc), false), 0xfee00000);
  t.is(lapicAddress(params(madt(0xfee00000), mpc), true), 0xfec10000);
  t.is(lapicAddress(params(madt(0xfee00000)), true), null);
  t.is(lapicAddress(params(null, mpc.subarray(0, 39)), false), null);
  t.is(lapicAddress(params(null), false), null);
});

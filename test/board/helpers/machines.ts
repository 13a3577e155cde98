// Small machines for the board's tests, laid out by hand: tables with right checksums, and a PC's usual map.
import type { BoardConfig } from '../../../src/board/config.ts';

/** A PC with 2 GiB: base memory, EBDA, memory from 1 MiB, ACPI data at its end. */
export const PC_MAP: BoardConfig['e820'] = [
  { addr: 0n, size: 0x9fc00n, type: 1 },
  { addr: 0x9fc00n, size: 0x400n, type: 2 },
  { addr: 0xf0000n, size: 0x10000n, type: 2 },
  { addr: 0x100000n, size: 0x7fdf0000n, type: 1 },
  { addr: 0x7fef0000n, size: 0x110000n, type: 3 },
];

/** A board with this map and these bytes, nothing else. */
export function board(parts: Partial<BoardConfig> = {}): BoardConfig {
  return {
    e820: PC_MAP,
    blobs: [],
    rsdpAddr: null,
    cmdline: '',
    ramdisk: null,
    cpuid: null,
    ...parts,
  };
}

/** The byte that makes `bytes` sum to 0, where the byte at `at` stands for it. */
export function checksum(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (const [i, byte] of bytes.entries()) if (i !== at) sum += byte;
  return (256 - (sum % 256)) % 256;
}

/** An ACPI table: 36 bytes of header, then `body`. */
export function acpiTable(signature: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(36 + body.length);
  bytes.set(new TextEncoder().encode(signature));
  new DataView(bytes.buffer).setUint32(4, bytes.length, true);
  bytes[8] = 1;
  bytes.set(new TextEncoder().encode('TESTERTESTTABL'), 10);
  bytes.set(body, 36);
  bytes[9] = checksum(bytes, 9);
  return bytes;
}

/** An RSDT (4-byte entries) or XSDT (8). */
export function rootTable(signature: 'RSDT' | 'XSDT', addresses: readonly (number | bigint)[]): Uint8Array {
  const width = signature === 'XSDT' ? 8 : 4;
  const body = new Uint8Array(width * addresses.length);
  const view = new DataView(body.buffer);
  for (const [i, address] of addresses.entries()) {
    if (width === 8) view.setBigUint64(8 * i, BigInt(address), true);
    else view.setUint32(4 * i, Number(address), true);
  }
  return acpiTable(signature, body);
}

/** A revision 0 RSDP that names an RSDT. */
export function rsdp1(rsdt: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(new TextEncoder().encode('RSD PTR _TESTER'));
  bytes[8] = 0;
  bytes[15] = 0;
  new DataView(bytes.buffer).setUint32(16, rsdt, true);
  bytes[8] = checksum(bytes, 8);
  return bytes;
}

/** A revision 2 RSDP that names an XSDT, and an RSDT that must not be looked at. */
export function rsdp2(xsdt: bigint, rsdt = 0xdead0000): Uint8Array {
  const bytes = new Uint8Array(36);
  bytes.set(rsdp1(rsdt));
  bytes[15] = 2;
  const view = new DataView(bytes.buffer);
  view.setUint32(20, 36, true);
  view.setBigUint64(24, xsdt, true);
  bytes[8] = checksum(bytes.subarray(0, 20), 8);
  bytes[32] = checksum(bytes, 32);
  return bytes;
}

/** A FADT of `length` bytes with these fields; the rest is 0. */
export function fadt(
  length: number,
  fields: { facs?: number; dsdt?: number; flags?: number; xFacs?: bigint; xDsdt?: bigint },
): Uint8Array {
  const whole = new Uint8Array(276);
  const view = new DataView(whole.buffer);
  view.setUint32(36, fields.facs ?? 0, true);
  view.setUint32(40, fields.dsdt ?? 0, true);
  view.setUint32(112, fields.flags ?? 0, true);
  view.setBigUint64(132, fields.xFacs ?? 0n, true);
  view.setBigUint64(140, fields.xDsdt ?? 0n, true);
  return acpiTable('FACP', whole.subarray(36, length));
}

/** A FACS: signature and length alone, no checksum. */
export function facs(): Uint8Array {
  const bytes = new Uint8Array(64).fill(0xa5);
  bytes.set(new TextEncoder().encode('FACS'));
  new DataView(bytes.buffer).setUint32(4, 64, true);
  return bytes;
}

/** An MP floating pointer (specification 1.4). */
export function mpPointer(table: number): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode('_MP_'));
  new DataView(bytes.buffer).setUint32(4, table, true);
  bytes[8] = 1;
  bytes[9] = 4;
  bytes[10] = checksum(bytes, 10);
  return bytes;
}

/** An MP configuration table that claims and has `length` bytes. */
export function mpTable(length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => i & 0xff);
  bytes.set(new TextEncoder().encode('PCMP'));
  new DataView(bytes.buffer).setUint16(4, length, true);
  return bytes;
}

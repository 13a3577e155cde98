// A bzImage without a kernel: header, setup code of the caller's, a protected part of zeros.

/** Fields that a test may want otherwise. */
export interface FakeImage {
  /** Machine code at setup's entry, behind the header's fields; default: signal 0x10 and stop. */
  readonly setup?: readonly number[];
  readonly version?: number;
  readonly xloadflags?: number;
  readonly initSize?: number;
  readonly release?: string;
  /** Machine code at the begin of the protected part, which is its 32-bit entry. */
  readonly entry?: readonly number[];
  /** Bytes of the protected part. */
  readonly protectedBytes?: number;
}

const SETUP_SECTS = 2;
const SETUP_BYTES = (SETUP_SECTS + 1) * 512;
/** Behind the header's last field. */
const CODE_AT = 0x270;
const VERSION_AT = 0x400;
/** mov al, 0x10; out 0xf4, al; hlt. */
export const SIGNAL_AND_STOP: readonly number[] = [0xb0, 0x10, 0xe6, 0xf4, 0xf4];

export function fakeBzImage(fake: FakeImage = {}): Uint8Array {
  const protectedBytes = fake.protectedBytes ?? 4096;
  const bytes = new Uint8Array(SETUP_BYTES + protectedBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0x1f1, SETUP_SECTS);
  view.setUint32(0x1f4, protectedBytes / 16, true);
  view.setUint16(0x1fe, 0xaa55, true);
  bytes.set(new TextEncoder().encode('HdrS'), 0x202);
  view.setUint8(0x200, 0xeb);
  view.setUint8(0x201, CODE_AT - 0x202); // jmp short
  view.setUint16(0x206, fake.version ?? 0x20f, true);
  view.setUint16(0x20e, VERSION_AT - 0x200, true);
  view.setUint8(0x211, 1);
  view.setUint16(0x236, fake.xloadflags ?? 1, true);
  view.setUint32(0x238, 2047, true);
  view.setBigUint64(0x258, 0x1000000n, true);
  view.setUint32(0x260, fake.initSize ?? 0x100000, true);
  bytes.set(fake.setup ?? SIGNAL_AND_STOP, CODE_AT);
  bytes.set(fake.entry ?? [], SETUP_BYTES);
  bytes.set(new TextEncoder().encode(`${fake.release ?? '6.1.0-56-amd64'} (a@b) #1 SMP\0`), VERSION_AT);
  return bytes;
}

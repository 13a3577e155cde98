// The described tables in the guest's physical memory: copied to RAM where RAM is, behind a window elsewhere.
import { InputError } from '../lib/input-error.ts';
import { hex } from '../lib/units.ts';
import type { PhysAddr } from '../lib/units.ts';
import type { MemorySpace } from './core.ts';
import * as layout from './layout.ts';

/** Bytes at a physical address; `what` names them in errors. */
export interface Blob {
  readonly address: PhysAddr;
  readonly bytes: Uint8Array;
  readonly what: string;
}

/** A table that cannot lie where it is to lie. */
export class BlobError extends InputError {
  readonly blob: Blob;

  constructor(blob: Blob, message: string) {
    super('acpi', `${blob.what} at ${hex(blob.address)}, ${blob.bytes.length} bytes, ${message}`);
    this.blob = blob;
  }
}

const FOUR_GIB = 2 ** 32;
const OPEN_BUS = 0xff;

/**
 * The blobs in order of address.
 * @throws BlobError where one reaches 4 GiB, lies on the firmware's own memory, or overlaps another.
 */
export function checkBlobs(blobs: readonly Blob[]): Blob[] {
  const sorted = blobs.filter((blob) => blob.bytes.length > 0).sort((a, b) => a.address - b.address);
  for (const [i, blob] of sorted.entries()) {
    const end = blob.address + blob.bytes.length;
    if (!Number.isSafeInteger(blob.address) || blob.address < 0 || end > FOUR_GIB) {
      throw new BlobError(blob, "lies above 4 GiB, where the payload's 32 bits do not reach");
    }
    for (const [from, to] of layout.FIRMWARE_OWN) {
      if (blob.address < to && end > from) {
        throw new BlobError(
          blob,
          `lies on the emulated firmware's own memory (${hex(from)} to ${hex(to)}); expected elsewhere`,
        );
      }
    }
    const next = sorted[i + 1];
    if (next && next.address < end) {
      throw new BlobError(blob, `overlaps ${next.what} at ${hex(next.address)}`);
    }
  }
  return sorted;
}

/** Calls `place` with each part of the blobs that falls into RAM. */
export function placeInRam(
  blobs: readonly Blob[],
  place: (address: PhysAddr, bytes: Uint8Array) => void,
): void {
  for (const blob of blobs) {
    const end = blob.address + blob.bytes.length;
    for (const [from, to] of [
      [0, layout.VIDEO_HOLE],
      [layout.VIDEO_HOLE_END, layout.RAM_BYTES],
    ] as const) {
      const start = Math.max(from, blob.address);
      const stop = Math.min(to, end);
      if (start < stop) place(start, blob.bytes.subarray(start - blob.address, stop - blob.address));
    }
  }
}

/**
 * The largest gap of [from, to) that no blob touches, in whole 64 KiB.
 * @throws InputError 'acpi' where there is none of `least` bytes.
 */
export function largestGap(blobs: readonly Blob[], from: PhysAddr, to: PhysAddr, least: number) {
  const unit = 0x10000;
  let best = { address: from, bytes: 0 };
  let at = from;
  const close = (end: PhysAddr) => {
    const start = Math.ceil(at / unit) * unit;
    const bytes = Math.floor(end / unit) * unit - start;
    if (bytes > best.bytes) best = { address: start, bytes };
  };
  for (const blob of blobs) {
    if (blob.address >= to || blob.address + blob.bytes.length <= at) continue;
    close(blob.address);
    at = blob.address + blob.bytes.length;
  }
  if (at < to) close(to);
  if (best.bytes < least) {
    throw new InputError(
      'acpi',
      `the tables leave ${best.bytes} bytes in one piece below ${hex(to)}, the payload needs ${least}`,
    );
  }
  return best;
}

/** The window: what stands outside RAM. Reads of nothing give ones; writes are lost, as with a ROM. */
export class BlobWindow implements MemorySpace {
  readonly #blobs: readonly { start: number; end: number; view: DataView }[];
  #last: { start: number; end: number; view: DataView } | undefined;

  constructor(blobs: readonly Blob[]) {
    this.#blobs = blobs.map(({ address, bytes }) => ({
      start: address,
      end: address + bytes.length,
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    }));
  }

  read8(address: number): number {
    const blob = this.#find(address);
    return blob ? blob.view.getUint8(address - blob.start) : OPEN_BUS;
  }

  read32(address: number): number {
    const blob = this.#find(address);
    if (blob && address + 4 <= blob.end) return blob.view.getInt32(address - blob.start, true);
    return (
      this.read8(address) |
      (this.read8(address + 1) << 8) |
      (this.read8(address + 2) << 16) |
      (this.read8(address + 3) << 24)
    );
  }

  write8(): void {}

  /** The blob that holds `address`; most accesses go on where the last one was. */
  #find(address: number) {
    const last = this.#last;
    if (last && address >= last.start && address < last.end) return last;
    const found = this.#blobs.find((blob) => address >= blob.start && address < blob.end);
    if (found) this.#last = found;
    return found;
  }
}

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

/** What is at [start, end): a blob's bytes, or nothing. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly view?: DataView;
}

/** The window: what stands outside RAM. Reads of nothing give ones; writes are lost, as with a ROM. */
export class BlobWindow implements MemorySpace {
  /** In order of address, gaps between blobs included: a guest that sums up a table that is not there reads megabytes of nothing. */
  readonly #spans: readonly Span[];
  #last: Span;

  /** `blobs` in order of address, as `checkBlobs` gives them. */
  constructor(blobs: readonly Blob[]) {
    const spans: Span[] = [];
    let at = 0;
    for (const { address, bytes } of blobs) {
      if (at < address) spans.push({ start: at, end: address });
      at = address + bytes.length;
      spans.push({
        start: address,
        end: at,
        view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      });
    }
    this.#last = { start: at, end: Infinity };
    this.#spans = [...spans, this.#last];
  }

  read8(address: number): number {
    const { start, view } = this.#at(address);
    return view ? view.getUint8(address - start) : OPEN_BUS;
  }

  read32(address: number): number {
    const { start, end, view } = this.#at(address);
    if (address + 4 <= end) return view ? view.getInt32(address - start, true) : -1;
    return (
      this.read8(address) |
      (this.read8(address + 1) << 8) |
      (this.read8(address + 2) << 16) |
      (this.read8(address + 3) << 24)
    );
  }

  write8(): void {}

  /** What is at `address`; most accesses go on where the last one was. */
  #at(address: number): Span {
    const last = this.#last;
    if (address >= last.start && address < last.end) return last;
    const found = this.#spans.find((span) => address < span.end) ?? last;
    this.#last = found;
    return found;
  }
}

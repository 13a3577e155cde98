// Little-endian reads that end where the bytes end: an image is input, and may be cut off anywhere.
import { InputError } from '../../lib/input-error.ts';

/** What is wrong with an image, without its name: whoever knows the name puts it in front. */
export function badImage(text: string): InputError {
  return new InputError('image', text);
}

/** Bytes of a pointer: 4 on i386, 8 on x86-64. */
export type WordBytes = 4 | 8;

/** A part of an image. Reads past its end throw InputError 'image' with `what` in the text. */
export class Bytes {
  readonly data: Uint8Array;
  readonly what: string;
  readonly #view: DataView;

  constructor(data: Uint8Array, what: string) {
    this.data = data;
    this.what = what;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get length(): number {
    return this.data.length;
  }

  /** @throws InputError 'image' where `size` bytes from `at` are not all there */
  #check(at: number, size: number): void {
    if (at >= 0 && at + size <= this.data.length && Number.isInteger(at)) return;
    throw badImage(
      `${this.what}: ${this.data.length} bytes: expected ${size} more at ${at} (the image is cut off or damaged)`,
    );
  }

  u8(at: number): number {
    this.#check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, true);
  }

  i32(at: number): number {
    this.#check(at, 4);
    return this.#view.getInt32(at, true);
  }

  /** Kernel addresses need all 64 bits: a bigint. */
  u64(at: number): bigint {
    this.#check(at, 8);
    return this.#view.getBigUint64(at, true);
  }

  /** A 64-bit size or offset as a number. @throws InputError 'image' from 2^53 on */
  size(at: number): number {
    const value = this.u64(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw badImage(`${this.what}: ${value} at ${at}: expected a size below 2^53`);
    return Number(value);
  }

  /** A pointer of a kernel whose pointers have `bytes` bytes. */
  word(at: number, bytes: WordBytes): bigint {
    return bytes === 4 ? BigInt(this.u32(at)) : this.u64(at);
  }

  /** An offset or size as wide as a pointer. @throws InputError 'image' from 2^53 on */
  wordSize(at: number, bytes: WordBytes): number {
    return bytes === 4 ? this.u32(at) : this.size(at);
  }

  /** The bytes themselves, not a copy. */
  part(at: number, size: number, what: string = this.what): Bytes {
    this.#check(at, size);
    return new Bytes(this.data.subarray(at, at + size), what);
  }

  /** A C string of at most `max` bytes; one without an end is cut there. */
  text(at: number, max = 4096): string {
    this.#check(at, 1);
    const end = this.data.indexOf(0, at);
    return latin1(this.data.subarray(at, Math.min(end === -1 ? this.data.length : end, at + max)));
  }
}

/** Bytes as text, one character each. */
export function latin1(data: Uint8Array): string {
  let text = '';
  for (let at = 0; at < data.length; at += 4096) text += String.fromCharCode(...data.subarray(at, at + 4096));
  return text;
}

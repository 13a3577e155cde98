// A little-endian byte writer for firmware tables, and their checksum.

/** Appends fields one after the other; `offset` is where the next goes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get offset(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value).u8(value >>> 8);
  }

  u32(value: number): this {
    return this.u16(value).u16(value >>> 16);
  }

  /** Exact to 2^53. */
  u64(value: number): this {
    return this.u32(value % 2 ** 32).u32(Math.floor(value / 2 ** 32));
  }

  /** `text` cut or padded with `fill` (NUL) to `length` bytes. */
  ascii(text: string, length: number, fill = 0): this {
    for (let i = 0; i < length; i++) this.u8(i < text.length ? text.charCodeAt(i) : fill);
    return this;
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.u8(byte);
    return this;
  }

  zeros(count: number): this {
    this.#room(count);
    this.#length += count;
    return this;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** A table of a log can have 16 MiB: as a list of numbers it would take eight times that. */
  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#length + count, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** The sum of `bytes` modulo 256: 0 in a table whose checksum is right. */
export function byteSum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}

/** Sets the byte at `at` so that the first `length` bytes sum to 0. */
export function fixChecksum(bytes: Uint8Array, at: number, length = bytes.length): void {
  bytes[at] = 0;
  bytes[at] = (0x100 - byteSum(bytes.subarray(0, length))) & 0xff;
}

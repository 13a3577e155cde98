// LZ4's legacy frame, as the kernel's build makes it: blocks of up to 8 MiB, each with its compressed size in front.
import { badImage, Bytes } from './bytes.ts';

export const LZ4_LEGACY_MAGIC = [0x02, 0x21, 0x4c, 0x18] as const;
const MIN_MATCH = 4;
const LONG = 15;

/**
 * The `size` bytes of a legacy frame.
 * @throws InputError 'image' where a block is damaged, or there is more or less
 */
export function unlz4(data: Uint8Array, size: number): Uint8Array {
  const frame = new Bytes(data, 'lz4 frame');
  const out = new Uint8Array(size);
  let filled = 0;
  for (let at = LZ4_LEGACY_MAGIC.length; filled < size;) {
    const length = frame.u32(at);
    filled = block(frame.part(at + 4, length, 'lz4 block'), out, filled);
    at += 4 + length;
  }
  return out;
}

/** One block into `out` from `at` on; returns where it ends. */
function block({ data }: Bytes, out: Uint8Array, at: number): number {
  const damaged = (): Error => badImage('lz4 block: damaged: it leaves its bounds');
  let from = 0;
  const more = (start: number): number => {
    let length = start;
    if (start === LONG) {
      let byte = 255;
      while (byte === 255) {
        byte = data[from++] ?? NaN;
        length += byte;
      }
    }
    if (Number.isNaN(length)) throw damaged();
    return length;
  };
  for (;;) {
    const token = data[from++];
    if (token === undefined) return at;
    const literals = more(token >> 4);
    if (from + literals > data.length || at + literals > out.length) throw damaged();
    out.set(data.subarray(from, from + literals), at);
    from += literals;
    at += literals;
    if (from === data.length) return at;
    const distance = (data[from] as number) | ((data[from + 1] ?? NaN) << 8);
    from += 2;
    const length = more(token & 15) + MIN_MATCH;
    if (from > data.length || distance === 0 || distance > at || at + length > out.length) throw damaged();
    // the two may overlap: what was just written is read again
    if (distance >= length) out.copyWithin(at, at - distance, at - distance + length);
    else for (let i = 0; i < length; i++) out[at + i] = out[at + i - distance] as number;
    at += length;
  }
}

// One xz stream with an x86 filter, as the kernel's build makes it. The library decodes LZMA2 and no filter, so it gets a stream
// that names none, and the filter and the checksum are ours.
import xz from 'xz-decompress';
import { undoX86Filter } from './bcj.ts';
import { badImage, Bytes } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { concatBytes } from '../../lib/bytes.ts';

export const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const STREAM_HEADER = 12;
const FILTER_X86 = 4;
const FILTER_LZMA2 = 0x21;
/** Check types: none, CRC-32. Others have sizes that are not read here. */
const CHECK_NONE = 0;
const CHECK_CRC32 = 1;
const PIECE = 64 * 1024;

/** What the first block's header says. */
interface Block {
  readonly check: number;
  readonly x86: boolean;
  /** LZMA2's one property byte: the dictionary's size. */
  readonly dictionary: number;
  /** The compressed data, with what follows the block. */
  readonly data: Uint8Array;
}

function firstBlock(stream: Bytes): Block {
  const check = stream.u8(7) & 0x0f;
  const header = stream.part(STREAM_HEADER, (stream.u8(STREAM_HEADER) + 1) * 4, 'xz block header');
  if (crc32(header.data.subarray(0, -4)) !== header.u32(header.length - 4))
    throw badImage('xz block header: wrong checksum: the image is damaged');
  const flags = header.u8(1);
  let at = 2;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = header.u8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw badImage('xz block header: a number of more than 49 bits');
  };
  if (flags & 0x40) varint(); // the compressed size
  if (flags & 0x80) varint(); // the uncompressed size
  let x86 = false;
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = varint();
    const properties = varint();
    if (id === FILTER_LZMA2) {
      const data = stream.data.subarray(STREAM_HEADER + header.length);
      return { check, x86, dictionary: header.u8(at), data };
    }
    if (id !== FILTER_X86 || properties !== 0)
      throw badImage(`xz block header: filter 0x${id.toString(16)}: expected x86 and LZMA2`);
    x86 = true;
  }
  throw badImage('xz block header: no LZMA2 filter');
}

/** A stream header and block header that name LZMA2 alone and no check, in front of the same data. */
function plainStream(block: Block): ReadableStream<Uint8Array> {
  const checked = (data: readonly number[]): Uint8Array => {
    const sum = new DataView(new ArrayBuffer(4));
    sum.setUint32(0, crc32(Uint8Array.from(data)), true);
    return concatBytes([data, new Uint8Array(sum.buffer)]);
  };
  const header = concatBytes([
    XZ_MAGIC,
    checked([0, CHECK_NONE]),
    checked([2, 0, FILTER_LZMA2, 1, block.dictionary, 0, 0, 0]),
  ]);
  let at = -1;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at === -1) controller.enqueue(header);
      else if (at < block.data.length) controller.enqueue(block.data.subarray(at, at + PIECE));
      else controller.error(badImage('xz stream: ends early: the image is cut off'));
      at = at === -1 ? 0 : at + PIECE;
    },
  });
}

/**
 * The first `size` bytes that `data` decompresses to, all of them checked where the stream carries a CRC-32.
 * @throws InputError 'image' where the stream is damaged, cut off or shorter
 */
export async function unxz(data: Uint8Array, size: number): Promise<Uint8Array> {
  const block = firstBlock(new Bytes(data, 'xz stream'));
  const out = new Uint8Array(size);
  let filled = 0;
  const reader = new xz.XzReadableStream(plainStream(block)).getReader();
  try {
    while (filled < size) {
      const { done, value } = await reader.read();
      if (done) throw badImage(`xz stream: ${filled} bytes: expected ${size}`);
      const fits = value.subarray(0, size - filled);
      out.set(fits, filled);
      filled += fits.length;
    }
  } catch (error) {
    throw error instanceof Error && error.name === 'InputError'
      ? error
      : badImage(`xz stream: damaged after ${filled} of ${size} bytes`);
  } finally {
    await reader.cancel().catch(() => undefined); // it has failed already
  }
  if (block.x86) undoX86Filter(out);
  // the check stands behind the data and its padding: before the index, whose size the footer gives
  if (block.check === CHECK_CRC32 && crc32(out) !== checkOf(data))
    throw badImage('xz stream: wrong checksum: the image is damaged');
  return out;
}

/** The CRC-32 of the last block. */
function checkOf(data: Uint8Array): number {
  const stream = new Bytes(data, 'xz stream');
  const backward = (stream.u32(stream.length - 8) + 1) * 4;
  return stream.u32(stream.length - STREAM_HEADER - backward - 4);
}

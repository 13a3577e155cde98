// The kernel inside a bzImage: which compressor, how large, and the ELF file that comes out.
import { decompress as unzstd } from 'fzstd';
import { badImage, Bytes } from './bytes.ts';
import { LZ4_LEGACY_MAGIC, unlz4 } from './lz4.ts';
import { unxz, XZ_MAGIC } from './xz.ts';

/** No x86-64 kernel is larger without its debug information; a size beyond is a damaged header. */
export const MAX_KERNEL_SIZE = 256 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
/** Compressors that the kernel's build knows and this does not read. */
const OTHERS: readonly (readonly [string, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lzma', [0x5d, 0x00, 0x00]],
  ['lzo', [0x89, 0x4c, 0x5a, 0x4f]],
];

/** What a host has of its own and does faster: the `size` bytes of a zstd frame. May throw what it likes on damaged data. */
export type HostZstd = (data: Uint8Array, size: number) => Uint8Array;

export type Compressor = 'gzip' | 'xz' | 'zstd' | 'lz4' | 'none';

/** An uncompressed kernel. */
export interface Payload {
  readonly compressor: Compressor;
  readonly elf: Uint8Array;
}

const begins = (data: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => data[at] === byte);

/** The size that the build appends to the compressed kernel (gzip carries it in the same place). */
function uncompressedSize(payload: Bytes): number {
  const size = payload.u32(payload.length - 4);
  if (size >= 64 && size <= MAX_KERNEL_SIZE) return size;
  throw badImage(
    `payload: uncompressed size ${size}: expected 64 to ${MAX_KERNEL_SIZE} bytes (the image is damaged)`,
  );
}

/**
 * Decompresses the payload of a bzImage; memory is bounded by the size that it names.
 * @throws InputError 'image' where it is damaged, cut off, of a compressor that is not read, or no ELF file
 */
export async function decompressPayload(payload: Bytes, hostZstd?: HostZstd): Promise<Payload> {
  const found = await decompressed(payload, hostZstd);
  if (!begins(found.elf, ELF_MAGIC))
    throw badImage(`payload: ${found.compressor}: expected an ELF file in it (the image is damaged)`);
  return found;
}

async function decompressed(payload: Bytes, hostZstd: HostZstd | undefined): Promise<Payload> {
  const { data } = payload;
  if (begins(data, ELF_MAGIC)) return { compressor: 'none', elf: data };
  if (begins(data, GZIP_MAGIC))
    return { compressor: 'gzip', elf: await gunzip(data, uncompressedSize(payload)) };
  const body = data.subarray(0, -4);
  if (begins(data, XZ_MAGIC)) return { compressor: 'xz', elf: await unxz(body, uncompressedSize(payload)) };
  if (begins(data, LZ4_LEGACY_MAGIC))
    return { compressor: 'lz4', elf: unlz4(body, uncompressedSize(payload)) };
  if (begins(data, ZSTD_MAGIC))
    return { compressor: 'zstd', elf: zstd(body, uncompressedSize(payload), hostZstd) };
  const other = OTHERS.find(([, magic]) => begins(data, magic));
  const first = [...data.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw badImage(
    other
      ? `payload: compressed with ${other[0]}: expected gzip, xz, zstd or lz4 (use the kernel's vmlinux)`
      : `payload: begins with ${first}: expected gzip, xz, zstd, lz4 or ELF (wrong payload, or encrypted)`,
  );
}

function zstd(data: Uint8Array, size: number, hostZstd: HostZstd | undefined): Uint8Array {
  let out: Uint8Array;
  try {
    out = hostZstd ? hostZstd(data, size) : unzstd(data, new Uint8Array(size));
  } catch {
    // both say only that: neither knows where
    throw badImage('zstd frame: damaged or cut off');
  }
  if (out.length !== size) throw badImage(`zstd frame: ${out.length} bytes: expected ${size}`);
  return out;
}

/** The `size` bytes of a gzip stream. @throws InputError 'image' where it is damaged or of another size */
export async function gunzip(data: Uint8Array, size: number): Promise<Uint8Array> {
  const out = new Uint8Array(size);
  let filled = 0;
  const source = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(new Uint8Array(data));
      controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size) throw badImage(`gzip stream: more than the ${size} bytes it names`);
      out.set(value, filled);
      filled += value.length;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'InputError') throw error;
    throw badImage(`gzip stream: damaged or cut off after ${filled} of ${size} bytes`);
  }
  if (filled !== size) throw badImage(`gzip stream: ${filled} bytes: expected ${size}`);
  return out;
}

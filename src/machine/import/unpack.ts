// Logs as they lie in /var/log: gzip, xz or zstd. Memory is bounded by what a log may have, whatever a file claims.
import { gunzipSync } from 'node:zlib';
import { concatBytes } from '../../lib/bytes.ts';
import { InputError } from '../../lib/input-error.ts';
import { INPUT_LIMITS, tooLarge, type InputKind } from './input-limits.ts';

const MAGIC = {
  gzip: [0x1f, 0x8b],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
} as const;
export type Compression = keyof typeof MAGIC;

/** By the first bytes; null for what is none of them. */
export function compressionOf(bytes: Uint8Array): Compression | null {
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  return begins(MAGIC.gzip) ? 'gzip' : begins(MAGIC.xz) ? 'xz' : begins(MAGIC.zstd) ? 'zstd' : null;
}

/**
 * What `bytes` decompress to; they themselves where they are not compressed.
 * @throws InputError 'file' where they are damaged, cut off, or hold more than the kind may
 */
export async function unpacked(bytes: Uint8Array, path: string, kind: InputKind): Promise<Uint8Array> {
  const compression = compressionOf(bytes);
  if (compression === null) {
    refusePacked(bytes, path);
    return bytes;
  }
  const most = INPUT_LIMITS[kind];
  try {
    const whole =
      compression === 'gzip'
        ? gunzipSync(bytes, { maxOutputLength: most })
        : await collect(compression === 'xz' ? unxz(bytes) : unzstd(bytes), path, kind);
    refusePacked(whole, path);
    return whole;
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof RangeError) throw tooLarge(path, kind, `more than ${most} bytes uncompressed`);
    throw new InputError(
      'file',
      `${path}: ${compression} data that is damaged or cut off: expected a whole file`,
    );
  }
}

/** What else people have, and what makes a text of it. */
const OTHERS: readonly (readonly [number, readonly number[], string])[] = [
  [0, [0x42, 0x5a, 0x68], 'bzip2 data: expected gzip, xz, zstd or the text itself (bunzip2 makes it)'],
  [0, [0x04, 0x22, 0x4d, 0x18], 'lz4 data: expected gzip, xz, zstd or the text itself (lz4 -d makes it)'],
  [0, [0x50, 0x4b, 0x03, 0x04], 'a zip archive: expected a text, or the folder that it unpacks to'],
  [257, [0x75, 0x73, 0x74, 0x61, 0x72], 'a tar archive: expected a text, or the folder that it unpacks to'],
  [
    0,
    [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48],
    'a journal: expected what journalctl -k --file prints of it',
  ],
];

/** @throws InputError 'file' for what is packed as no log is read */
export function refusePacked(bytes: Uint8Array, path: string): void {
  const found = OTHERS.find(([at, magic]) => magic.every((byte, index) => bytes[at + index] === byte));
  if (found) throw new InputError('file', `${path}: ${found[2]}`);
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  kind: InputKind,
): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > INPUT_LIMITS[kind])
      throw tooLarge(path, kind, `more than ${INPUT_LIMITS[kind]} bytes uncompressed`);
    all.push(chunk);
  }
  return concatBytes(all);
}

async function* unxz(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
  let at = 0;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += PIECE)));
    },
  });
  const reader = new xz.XzReadableStream(source).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

const PIECE = 64 * 1024;

/** A piece at a time: what comes out of one is handed on before the next goes in. */
async function* unzstd(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const out: Uint8Array[] = [];
  let ended = false;
  const stream = new Decompress((chunk, last) => {
    out.push(Uint8Array.from(chunk));
    ended ||= last === true;
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    yield* out.splice(0);
  }
}

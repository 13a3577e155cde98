// Raw struct pages of the captures, packed small: 64-bit words by column, each less the one before it (neighbouring struct
// pages differ by little), then brotli. tools/pack-memmap.ts writes the file.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** One memmap/*.bin of a capture. */
export interface RawPages {
  readonly capture: string;
  readonly firstPfn: number;
  /** `note` of the capture's index.txt. */
  readonly note: string;
  /** 64 bytes a page. */
  readonly bytes: Buffer;
}

const WORDS_PER_PAGE = 8;

export function packRawPages(list: readonly RawPages[]): Buffer {
  const header = JSON.stringify(list.map(({ bytes, ...rest }) => ({ ...rest, length: bytes.length })));
  const parts = [Buffer.from(`${header}\n`), ...list.map(({ bytes }) => toColumns(bytes))];
  return brotliCompressSync(Buffer.concat(parts), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

export function unpackRawPages(packed: Buffer): RawPages[] {
  const all = brotliDecompressSync(packed);
  const end = all.indexOf('\n');
  const header: unknown = JSON.parse(all.toString('utf8', 0, end));
  let at = end + 1;
  // packRawPages() wrote this.
  return (header as (Omit<RawPages, 'bytes'> & { length: number })[]).map(({ length, ...rest }) => {
    const bytes = fromColumns(all.subarray(at, at + length));
    at += length;
    return { ...rest, bytes };
  });
}

function toColumns(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  const pages = bytes.length / (8 * WORDS_PER_PAGE);
  for (let column = 0; column < WORDS_PER_PAGE; column += 1) {
    let before = 0n;
    for (let page = 0; page < pages; page += 1) {
      const word = bytes.readBigUInt64LE(8 * (page * WORDS_PER_PAGE + column));
      out.writeBigUInt64LE(BigInt.asUintN(64, word - before), 8 * (column * pages + page));
      before = word;
    }
  }
  return out;
}

function fromColumns(columns: Buffer): Buffer {
  const out = Buffer.alloc(columns.length);
  const pages = columns.length / (8 * WORDS_PER_PAGE);
  for (let column = 0; column < WORDS_PER_PAGE; column += 1) {
    let word = 0n;
    for (let page = 0; page < pages; page += 1) {
      word = BigInt.asUintN(64, word + columns.readBigUInt64LE(8 * (column * pages + page)));
      out.writeBigUInt64LE(word, 8 * (page * WORDS_PER_PAGE + column));
    }
  }
  return out;
}

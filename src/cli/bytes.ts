// Text as bytes for a file descriptor, piece by piece: a large result is not held twice.
import { writeSync } from 'node:fs';

/** In UTF-16 code units. */
const PIECE = 1 << 20;

/** `text` as UTF-8. No piece ends between the halves of a character. */
export function* encoded(text: string): Generator<Uint8Array> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = Math.min(start + PIECE, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    yield Buffer.from(text.slice(start, end));
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/**
 * Writes what `fd` takes now; returns how many bytes that were, 0 where its reader has to catch up.
 * @throws what the system says
 */
export function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}

// The RAM that a starting CPU gets: a copy of the sender's.
import type { Core } from '../../board/core.ts';

const PAGE_BYTES = 0x1000;

/** Copies RAM, leaving pages alone that are all zero on both sides: most are, and the host then gives them no memory. */
export function copyPages(from: Uint8Array, core: Core): void {
  const source = new Uint32Array(from.buffer, from.byteOffset, from.length / 4);
  const to = core.ram;
  const target = new Uint32Array(to.buffer, to.byteOffset, to.length / 4);
  const perPage = PAGE_BYTES / 4;
  for (let at = 0; at < source.length; at += perPage) {
    if (isZero(source, at, at + perPage) && isZero(target, at, at + perPage)) continue;
    target.set(source.subarray(at, at + perPage), at);
    core.forgetCode(at * 4, PAGE_BYTES);
  }
}

function isZero(words: Uint32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (words[i] !== 0) return false;
  return true;
}

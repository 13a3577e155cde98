// Undoes xz's x86 filter: call and jump targets were made absolute before compression, and are made relative again here.
// The format is in the xz file format specification 1.2.1, 5.3.2; the choice of what counts as a call is the LZMA SDK's.

/** A target's top byte: only those within 16 MiB were converted. */
const isTop = (byte: number): boolean => byte === 0x00 || byte === 0xff;

/** By the last three bytes, which of them looked like an opcode: whether a further conversion is possible, and where to look. */
const POSSIBLE = [true, true, true, false, true, false, false, false] as const;
const LOOK_BACK = [0, 1, 2, 2, 3, 3, 3, 3] as const;

/** Converts `data`, which begins at offset 0 of the filtered stream, in place. */
export function undoX86Filter(data: Uint8Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const end = data.length - 4;
  let last = -1;
  let seen = 0;
  for (let at = 0; at < end; at++) {
    if (((data[at] as number) & 0xfe) !== 0xe8) continue;
    const distance = at - last;
    last = at;
    if (distance > 3) seen = 0;
    else {
      seen = (seen << (distance - 1)) & 7;
      const top = data[at + 4 - (LOOK_BACK[seen] as number)] as number;
      if (seen !== 0 && (POSSIBLE[seen] === false || isTop(top))) {
        seen = (seen << 1) | 1;
        continue;
      }
    }
    if (!isTop(data[at + 4] as number)) {
      seen = (seen << 1) | 1;
      continue;
    }
    view.setUint32(at + 1, relative(view.getUint32(at + 1, true), at + 5, seen), true);
    at += 4;
  }
}

/** The relative target of one call whose next instruction is at `next`. */
function relative(absolute: number, next: number, seen: number): number {
  let from = absolute;
  for (;;) {
    const to = (from - next) >>> 0;
    const shift = (LOOK_BACK[seen] as number) * 8;
    if (seen === 0 || !isTop((to >>> (24 - shift)) & 0xff)) return signExtended(to);
    from = (to ^ ((shift === 0 ? 0 : 2 ** (32 - shift)) - 1)) >>> 0;
  }
}

/** 25 bits, the sign into the top byte. */
function signExtended(value: number): number {
  const low = value & 0x01ffffff;
  return (low | -(low & 0x01000000)) >>> 0;
}

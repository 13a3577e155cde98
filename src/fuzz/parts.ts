// An input as parts that can be left out one by one.

/** Words and bytes of larger inputs are too many. */
const LARGEST_FOR_WORDS = 40_000;

export function linesOf(bytes: Uint8Array): Uint8Array[] {
  return cutWhere(bytes, (byte) => byte === 0x0a);
}

/** At blanks and what stands between values. */
export function wordsOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > LARGEST_FOR_WORDS) return [bytes];
  return cutWhere(bytes, (byte) => ' \n,;=:&'.includes(String.fromCharCode(byte)));
}

export function bytesOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > LARGEST_FOR_WORDS) return [bytes];
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

function cutWhere(bytes: Uint8Array, ends: (byte: number) => boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  bytes.forEach((byte, at) => {
    if (!ends(byte)) return;
    parts.push(bytes.subarray(start, at + 1));
    start = at + 1;
  });
  if (start < bytes.length) parts.push(bytes.subarray(start));
  return parts;
}

// Kallsyms' token table: the 256 pieces that names are put together from (scripts/kallsyms.c). It is what can be recognised.
import { latin1, type Bytes } from './bytes.ts';

const TOKENS = 256;

/** Tables are aligned to 8 bytes, from 7.x on to 4. */
export const ALIGNMENTS = [8, 4] as const;
/** The first multiple of `to` from `at` on. */
export const aligned = (at: number, to: number): number => Math.ceil(at / to) * to;

/** Where `0` to `9` stand as tokens of their own: digits occur in names, so their codes stay theirs. */
const DIGITS = [...'0123456789'].flatMap((digit) => [digit.charCodeAt(0), 0]);

/** What each code of a name stands for, and where the table is. */
export interface TokenTable {
  readonly start: number;
  readonly tokens: readonly string[];
  /** Behind the index. */
  readonly end: number;
}

/** The table whose tokens `0` to `9` begin at `digits`, where its index says the same. */
function tokenTable(rodata: Bytes, digits: number): TokenTable | null {
  const { data } = rodata;
  let start = digits;
  for (let token = 0x30; token > 0; token--) {
    start -= 1; // the end of the token before
    while (start > 0 && data[start - 1] !== 0) start -= 1;
    if (start === 0) return null;
  }
  const tokens: string[] = [];
  const starts: number[] = [];
  let at = start;
  for (let token = 0; token < TOKENS; token++) {
    const end = data.indexOf(0, at);
    if (end === -1 || end - at > 512) return null;
    starts.push(at - start);
    tokens.push(latin1(data.subarray(at, end)));
    at = end + 1;
  }
  for (const alignment of ALIGNMENTS) {
    const index = aligned(at, alignment);
    if (index + 2 * TOKENS > data.length) return null;
    if (starts.every((offset, token) => rodata.u16(index + 2 * token) === offset))
      return { start, tokens, end: index + 2 * TOKENS };
  }
  return null;
}

/** The token table in `rodata`: where its ten digits are, and an index behind it that agrees. */
export function findTokenTable(rodata: Bytes): TokenTable | null {
  const { data } = rodata;
  for (let at = data.indexOf(0x30); at !== -1; at = data.indexOf(0x30, at + 1)) {
    if (data[at + 1] !== 0 || data[at + 2] !== 0x31 || !DIGITS.every((byte, i) => data[at + i] === byte))
      continue;
    const found = tokenTable(rodata, at);
    if (found) return found;
  }
  return null;
}

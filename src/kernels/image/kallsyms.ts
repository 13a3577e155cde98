// The symbols that a kernel carries for its own %pS: scripts/kallsyms.c writes them, kernel/kallsyms.c reads them. Nothing in the
// image says where they are; the token table can be recognised, and everything else lies around it:
//   to 6.3: offsets, relative base, count, names, markers, [order of names], token table, token index
//   from 6.4 on: count, names, markers, token table, token index, offsets, relative base, order of names;
//   in 7.x an offset can count from where it stands, and then there is no base
// From 6.2 on (and in stable 6.1) a name of 128 bytes and more has a length of two bytes; the order of names is not needed here.
import type { Bytes, WordBytes } from './bytes.ts';
import { physical } from './elf.ts';
import { aligned, ALIGNMENTS, findTokenTable, type TokenTable } from './kallsyms_tokens.ts';

/** A marker is the place of each 256th name. */
const NAMES_PER_MARKER = 256;
const MAX_SYMBOLS = 4_000_000;
const MAX_NAMES_SIZE = 32 * 1024 * 1024;

/** Symbols in the order of their addresses, as the kernel searches them. */
export interface RawSymbols {
  readonly names: readonly string[];
  /** nm's letter. */
  readonly types: string;
  /** Physical without relocation; NaN for per-CPU and other absolute symbols. */
  readonly addresses: Float64Array;
  /** The values of absolute symbols, by index. */
  readonly absolute: ReadonlyMap<number, number>;
}

interface Names {
  /** Where the count is. */
  readonly count: number;
  readonly starts: Uint32Array;
}

/** Where each of `count` names from `at` on begins, when they agree with the markers and end at them; null otherwise. */
function nameStarts(rodata: Bytes, at: number, count: number, markers: number): Uint32Array | null {
  const { data } = rodata;
  // most candidates fail within the first 257 names: memory for all of them comes after those
  let starts = new Uint32Array(NAMES_PER_MARKER + 1);
  let place = at;
  for (let i = 0; i < count; i++) {
    if (i % NAMES_PER_MARKER === 0 && rodata.u32(markers + (4 * i) / NAMES_PER_MARKER) !== place - at)
      return null;
    if (i === starts.length) {
      const all = new Uint32Array(count);
      all.set(starts);
      starts = all;
    }
    starts[i] = place;
    const first = data[place] as number;
    place += first < 0x80 ? first + 1 : (first & 0x7f) + ((data[place + 1] as number) << 7) + 2;
    if (place > markers) return null;
  }
  return markers - place < 16 ? starts.subarray(0, count) : null;
}

/** The names in front of `markers`: their own count stands before them. */
function namesBefore(rodata: Bytes, markers: number, end: number, step: number): Names | null {
  const first = rodata.u32(markers + 4);
  for (
    let at = Math.floor((markers - first) / step) * step;
    at >= 8 && at > markers - MAX_NAMES_SIZE;
    at -= step
  ) {
    for (const alignment of ALIGNMENTS) {
      const count = rodata.u32(at - alignment);
      if (count <= NAMES_PER_MARKER || count > MAX_SYMBOLS) continue;
      if (markers + 4 * Math.ceil(count / NAMES_PER_MARKER) > end) continue;
      const starts = nameStarts(rodata, at, count, markers);
      if (starts) return { count: at - alignment, starts };
    }
  }
  return null;
}

/** Whether markers may begin at `at`: 0, and then steps of the size that 256 names have. Looks at the first few. */
function looksLikeMarkers(rodata: Bytes, at: number, end: number): boolean {
  let last = rodata.u32(at);
  if (last !== 0) return false;
  for (let i = 1; i <= 8 && (i === 1 || at + 4 * i + 4 <= end - 8); i++) {
    const value = rodata.u32(at + 4 * i);
    if (value - last < NAMES_PER_MARKER || value - last > NAMES_PER_MARKER * 512) return false;
    last = value;
  }
  return last <= at;
}

/** The names: before their markers, which come before the token table. */
function findNames(rodata: Bytes, table: TokenTable): Names | null {
  const end = table.start;
  for (const step of ALIGNMENTS) {
    for (let at = Math.floor(end / step) * step - 8; at >= 8 && at > end - MAX_NAMES_SIZE; at -= step) {
      const found = looksLikeMarkers(rodata, at, end) ? namesBefore(rodata, at, end, step) : null;
      if (found) return found;
    }
  }
  return null;
}

interface Addresses {
  readonly addresses: Float64Array;
  readonly absolute: ReadonlyMap<number, number>;
}

/** Addresses: the one reading of the offsets in which they rise from symbol to symbol, as the kernel's search needs them. */
function addressesOf(
  rodata: Bytes,
  names: Names,
  table: TokenTable,
  start: number,
  wordBytes: WordBytes,
): Addresses | null {
  const count = names.starts.length;
  const before = names.count - wordBytes;
  const relative = (offsets: number, base: number): Addresses | null => {
    if (offsets < 0 || offsets + 4 * count > rodata.length || base + wordBytes > rodata.length) return null;
    const from = physical(rodata.word(base, wordBytes));
    return from === null ? null : fromBase(rodata, offsets, count, from);
  };
  const old = relative(before - aligned(4 * count, wordBytes), before);
  if (old && rising(old)) return old;
  for (const alignment of ALIGNMENTS) {
    const offsets = aligned(table.end, alignment);
    if (offsets + 4 * count > rodata.length) continue;
    for (const found of [
      relative(offsets, aligned(offsets + 4 * count, wordBytes)),
      relative(offsets, offsets + 4 * count),
      fromPlaces(rodata, offsets, count, start),
    ])
      if (found && rising(found)) return found;
  }
  return null;
}

function rising({ addresses }: Addresses): boolean {
  let last = -1;
  for (const address of addresses) {
    if (address < last) return false;
    if (!Number.isNaN(address)) last = address;
  }
  return true;
}

/** A negative offset counts down from the base less one; beside those, positive ones are absolute (per-CPU). */
function fromBase(rodata: Bytes, at: number, count: number, base: number): Addresses {
  const addresses = new Float64Array(count);
  const absolute = new Map<number, number>();
  let negative = false;
  for (let i = 0; i < count && !negative; i++) negative = rodata.i32(at + 4 * i) < 0;
  for (let i = 0; i < count; i++) {
    const offset = rodata.i32(at + 4 * i);
    if (negative && offset >= 0) absolute.set(i, offset);
    addresses[i] = !negative ? base + offset : offset < 0 ? base - 1 - offset : NaN;
  }
  return { addresses, absolute };
}

/** Each offset counts from where it stands (7.x). */
function fromPlaces(rodata: Bytes, at: number, count: number, start: number): Addresses {
  const addresses = Float64Array.from({ length: count }, (_, i) => {
    const place = at + 4 * i;
    return start + place + rodata.i32(place);
  });
  return { addresses, absolute: new Map() };
}

/** The symbols in `rodata`, a section that begins at `start` (physical without relocation); null where there are none. */
export function kallsyms(rodata: Bytes, start: number, wordBytes: WordBytes = 8): RawSymbols | null {
  const table = findTokenTable(rodata);
  const names = table && findNames(rodata, table);
  const found = table && names && addressesOf(rodata, names, table, start, wordBytes);
  if (!table || !names || !found) return null;
  const { data } = rodata;
  const types: string[] = [];
  const texts: string[] = [];
  for (const start of names.starts) {
    const first = data[start] as number;
    const long = first >= 0x80;
    let at = start + (long ? 2 : 1);
    const end = at + (long ? (first & 0x7f) + ((data[start + 1] as number) << 7) : first);
    let text1 = '';
    for (; at < end; at++) text1 += table.tokens[data[at] as number] as string;
    types.push(text1[0] ?? '?');
    texts.push(text1.slice(1));
  }
  return { names: texts, types: types.join(''), ...found };
}

// Holds `missing` against a record's map, counted here byte by byte from the raw entries.
import { missingMemory } from '../../../../src/ask/missing/missing.ts';
import type { Missing } from '../../../../src/ask/missing/types.ts';
import type { RunRecord } from '../../../../src/init/record.ts';

type Range = readonly [start: number, end: number];

/** Bytes of the union of ranges, whatever their order. */
function unionBytes(ranges: readonly Range[]): number {
  let bytes = 0;
  let at = -1;
  for (const [start, end] of [...ranges].filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0])) {
    bytes += Math.max(0, end - Math.max(start, at));
    at = Math.max(at, end);
  }
  return bytes;
}

const HOLE: Range = [0xa0000, 0x100000];

/** Every byte that the map lists or Linux takes for memory, and the hole below 1 MiB where there is memory around it. */
export function bytesOfMap(record: RunRecord): number {
  const listed = record.e820.map(({ start, end }): Range => [start, end + 1]);
  const memory = record.memblockLate.memory.map(({ base, size }): Range => [base, base + size]);
  const ram = record.e820.filter(({ type, start, end }) => type === 1 && end > start);
  const around = ram.some(({ start }) => start < HOLE[0]) && ram.some(({ end }) => end >= HOLE[1]);
  return unionBytes([...listed, ...memory, ...(around ? [HOLE] : [])]);
}

/** Each figure of `missing` beside what it must be: rows, MemTotal and devices' windows are the map, without a byte left over. */
export function accountsOf(record: RunRecord): {
  readonly missing: Missing;
  readonly wrong: readonly string[];
} {
  const missing = missingMemory(record);
  const { rows, taken, memTotalBytes, installedBytes, deviceBytes, freeAtInitBytes } = missing;
  const sum = (items: readonly { readonly bytes: number }[]): number =>
    items.reduce((all, { bytes }) => all + bytes, 0);
  const managed = record.zones.reduce((pages, zone) => pages + zone.managedPages, 0) * 4096;
  const equal: readonly (readonly [string, number, number])[] = [
    ['rows', memTotalBytes + sum(rows), installedBytes],
    ['the map', installedBytes + deviceBytes, bytesOfMap(record)],
    ['MemTotal', memTotalBytes, managed],
    ['free', freeAtInitBytes, Math.max(0, memTotalBytes - sum(taken))],
  ];
  const wrong = equal.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what}: ${a}, not ${b}`);
  // no row of nothing, and no books that do not add up
  const odd = rows.filter(({ bytes }) => bytes <= 0 || !Number.isSafeInteger(bytes));
  return { missing, wrong: [...wrong, ...odd.map(({ owner, bytes }) => `${owner}: ${bytes} bytes`)] };
}

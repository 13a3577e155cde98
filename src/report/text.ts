// Numbers and ranges as the report, the trace and the terminal say them. Pure; no locale.
import { noun } from '../lib/plural.ts';
import { GiB, hex, KiB, MiB, TiB, type PhysAddr } from '../lib/units.ts';

const BYTE_UNITS = [
  [TiB, 'TiB'],
  [GiB, 'GiB'],
  [MiB, 'MiB'],
  [KiB, 'KiB'],
] as const;

/** Bytes in the largest unit that leaves at least 1, at most one decimal: `382 GiB`, `1.5 MiB`, `64 bytes`. */
export function bytesText(bytes: number): string {
  for (const [unit, name] of BYTE_UNITS) {
    // 1023.96 MiB would be rounded to 1024: it is 1 GiB, nearly
    if (bytes < unit && Math.round((bytes / unit) * 10_240) < 10_240) continue;
    const value = bytes / unit;
    return `${Number.isInteger(value) ? value : trimmed(value, 1)} ${name}`;
  }
  return `${bytes} ${noun(bytes, 'byte')}`;
}

const MICROSECOND = 1_000;
const MILLISECOND = 1_000_000;
const SECOND = 1_000_000_000;

/** A duration: `143.3 ms`, `1.779 s`, `12.5 µs`, `0 ms`. */
export function durationText(ns: number): string {
  if (ns >= SECOND) return `${trimmed(ns / SECOND, 3)} s`;
  if (ns >= MILLISECOND) return `${trimmed(ns / MILLISECOND, ns >= 100 * MILLISECOND ? 1 : 2)} ms`;
  if (ns === 0) return '0 ms';
  return ns >= MICROSECOND ? `${trimmed(ns / MICROSECOND, 1)} µs` : `${ns} ns`;
}

/** Milliseconds with three decimals, for tables whose figures are compared with the record. */
export function msText(ns: number): string {
  return (ns / MILLISECOND).toFixed(3);
}

/** [start, end) as the kernel prints it: first and last byte. */
export function addressRange(start: PhysAddr, end: PhysAddr): string {
  return `${hex(start)}-${hex(end - 1)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

/** Whole numbers as ranges: `0-25, 52-77`. */
export function rangesText(sorted: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let last = i;
    while (sorted[last + 1] === (sorted[last] ?? 0) + 1) last += 1;
    parts.push(last === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[last]}`);
    i = last + 1;
  }
  return parts.join(', ');
}

function trimmed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/\.?0+$/, '');
}

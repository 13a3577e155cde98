// Spans of physical memory with something said about each: sorted, apart, cut and overlaid.
import type { PhysAddr } from './units.ts';

/** [start, end) in bytes and what is said of it. */
export interface Span<T> {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly value: T;
}

/** [start, end) in bytes. */
export interface Bounds {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
}

/** Spans that never overlap, in order. Who is put first keeps the place: `fill` only takes what is free. */
export class SpanMap<T> {
  #spans: Span<T>[] = [];

  /** Gives what is still free of [start, end) to `value`. */
  fill(start: PhysAddr, end: PhysAddr, value: T): void {
    if (start >= end) return;
    const from = this.#firstEndingAfter(start);
    const added: Span<T>[] = [];
    let at = start;
    let i = from;
    for (; i < this.#spans.length; i++) {
      const span = this.#spans[i];
      if (!span || span.start >= end) break;
      if (at < span.start) added.push({ start: at, end: span.start, value });
      added.push(span);
      at = Math.max(at, span.end);
    }
    if (at < end) added.push({ start: at, end, value });
    this.#spans.splice(from, i - from, ...added);
  }

  /** Frees [start, end), whoever had it. */
  clear(start: PhysAddr, end: PhysAddr): void {
    if (start >= end) return;
    const from = this.#firstEndingAfter(start);
    const kept: Span<T>[] = [];
    let i = from;
    for (; i < this.#spans.length; i++) {
      const span = this.#spans[i];
      if (!span || span.start >= end) break;
      if (span.start < start) kept.push({ ...span, end: start });
      if (span.end > end) kept.push({ ...span, start: end });
    }
    this.#spans.splice(from, i - from, ...kept);
  }

  /** In ascending order. */
  list(): readonly Span<T>[] {
    return this.#spans;
  }

  #firstEndingAfter(address: PhysAddr): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What `spans` say of [start, end), cut to it; both sorted and apart. */
export function clip<T>(spans: readonly Span<T>[], start: PhysAddr, end: PhysAddr): Span<T>[] {
  const out: Span<T>[] = [];
  for (const span of spans) {
    if (span.end <= start) continue;
    if (span.start >= end) break;
    out.push({ ...span, start: Math.max(span.start, start), end: Math.min(span.end, end) });
  }
  return out;
}

/** Touching spans of the same value become one; `same` compares values. */
export function joined<T>(spans: readonly Span<T>[], same: (a: T, b: T) => boolean): Span<T>[] {
  const out: Span<T>[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && last.end === span.start && same(last.value, span.value))
      out[out.length - 1] = { ...last, end: span.end };
    else out.push(span);
  }
  return out;
}

/** [start, end) without `holes`, which are sorted. */
export function without(
  start: PhysAddr,
  end: PhysAddr,
  holes: readonly { readonly start: PhysAddr; readonly end: PhysAddr }[],
): { start: PhysAddr; end: PhysAddr }[] {
  const out: { start: PhysAddr; end: PhysAddr }[] = [];
  let at = start;
  for (const hole of holes) {
    if (hole.end <= at) continue;
    if (hole.start >= end) break;
    if (at < hole.start) out.push({ start: at, end: hole.start });
    at = Math.max(at, hole.end);
  }
  if (at < end) out.push({ start: at, end });
  return out;
}

/** In ascending order, ranges that touch or overlap made one. */
export function merged(ranges: readonly Bounds[]): Bounds[] {
  const out: Bounds[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && range.start <= last.end)
      out[out.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else out.push(range);
  }
  return out;
}

/** How many bytes of `range` lie in `ranges`, which are apart. */
export function bytesIn(range: Bounds, ranges: readonly Bounds[]): number {
  return ranges.reduce(
    (sum, other) => sum + Math.max(0, Math.min(range.end, other.end) - Math.max(range.start, other.start)),
    0,
  );
}

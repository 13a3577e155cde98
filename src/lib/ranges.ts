// Half-open ranges [start, end) of numbers, kept sorted and apart: the set arithmetic that kernel/range.c does.

/** [start, end): end exclusive, start < end in a stored range. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A sorted list of ranges that neither overlap nor touch. Cost grows with the number of ranges, not with what they span. */
export class RangeSet {
  #ranges: Range[] = [];

  /** Unites [start, end) with the set; touching ranges become one (add_range_with_merge, clean_sort_range). */
  add(start: number, end: number): void {
    if (start >= end) return;
    const kept: Range[] = [];
    for (const range of this.#ranges) {
      if (range.end < start || range.start > end) kept.push(range);
      else {
        start = Math.min(start, range.start);
        end = Math.max(end, range.end);
      }
    }
    kept.push({ start, end });
    this.#ranges = kept.sort((a, b) => a.start - b.start);
  }

  /** Whether one stored range holds all of [start, end). */
  covers(start: number, end: number): boolean {
    return this.#ranges.some((range) => start >= range.start && end <= range.end);
  }

  /** How much of [start, end) the set holds. */
  overlap(start: number, end: number): number {
    let sum = 0;
    for (const range of this.#ranges)
      sum += Math.max(0, Math.min(range.end, end) - Math.max(range.start, start));
    return sum;
  }

  /** The ranges in ascending order. */
  list(): readonly Range[] {
    return this.#ranges;
  }
}

/** `value` moved into [low, high] (clamp). */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

// The longest common subsequence of two lists of lines, and the difference that follows from it.
import { diff } from 'fast-myers-diff';

/** One line of a difference: in both lists, in the first alone, or in the second alone; indices into the lists. */
export type DiffEntry =
  | { readonly kind: 'same'; readonly left: number; readonly right: number }
  | { readonly kind: 'left'; readonly left: number }
  | { readonly kind: 'right'; readonly right: number };

/**
 * The entries of a shortest difference in order; between two common lines those of the first list come before those of the second.
 * By Myers in linear space, without guesses: time grows with the length times the number of differences of those lines that both have.
 */
export function diffLines(left: readonly string[], right: readonly string[]): DiffEntry[] {
  const entries: DiffEntry[] = [];
  let nextLeft = 0;
  let nextRight = 0;
  const apart = (leftEnd: number, rightEnd: number): void => {
    for (; nextLeft < leftEnd; nextLeft++) entries.push({ kind: 'left', left: nextLeft });
    for (; nextRight < rightEnd; nextRight++) entries.push({ kind: 'right', right: nextRight });
  };
  // a line that only one list has is in no common subsequence
  const [ofLeft, ofRight] = [placesIn(left, new Set(right)), placesIn(right, new Set(left))];
  let i = 0;
  let j = 0;
  const common = (end: number): void => {
    while (i < end) {
      apart(ofLeft[i++] as number, ofRight[j++] as number);
      entries.push({ kind: 'same', left: nextLeft++, right: nextRight++ });
    }
  };
  const lines = (all: readonly string[], places: readonly number[]): string[] =>
    places.map((at) => all[at] as string);
  for (const [start, end, , rightEnd] of diff(lines(left, ofLeft), lines(right, ofRight))) {
    common(start);
    i = end;
    j = rightEnd;
  }
  common(ofLeft.length);
  apart(left.length, right.length);
  return entries;
}

/** Where `lines` has lines that are in `others` too. */
function placesIn(lines: readonly string[], others: ReadonlySet<string>): number[] {
  return lines.flatMap((line, at) => (others.has(line) ? [at] : []));
}

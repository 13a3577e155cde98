// The longest common subsequence of two lists of lines, and the difference that follows from it.

/** One line of a difference: in both lists, in the first alone, or in the second alone; indices into the lists. */
export type DiffEntry =
  | { readonly kind: 'same'; readonly left: number; readonly right: number }
  | { readonly kind: 'left'; readonly left: number }
  | { readonly kind: 'right'; readonly right: number };

/** The entries of a shortest difference in order. Cost grows with the product of what lies between common ends. */
export function diffLines(left: readonly string[], right: readonly string[]): DiffEntry[] {
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (
    tail < left.length - head &&
    tail < right.length - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  )
    tail += 1;
  const entries: DiffEntry[] = [];
  for (let i = 0; i < head; i++) entries.push({ kind: 'same', left: i, right: i });
  entries.push(...diffMiddle(left, right, head, left.length - tail, right.length - tail));
  for (let i = tail; i > 0; i--)
    entries.push({ kind: 'same', left: left.length - i, right: right.length - i });
  return entries;
}

function diffMiddle(
  left: readonly string[],
  right: readonly string[],
  from: number,
  leftEnd: number,
  rightEnd: number,
): DiffEntry[] {
  const n = leftEnd - from;
  const m = rightEnd - from;
  const width = m + 1;
  const lcs = new Uint32Array((n + 1) * width);
  const at = (i: number, j: number): number => lcs[i * width + j] as number;
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      lcs[i * width + j] =
        left[from + i] === right[from + j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const entries: DiffEntry[] = [];
  for (let i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && left[from + i] === right[from + j])
      entries.push({ kind: 'same', left: from + i++, right: from + j++ });
    else if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1)))
      entries.push({ kind: 'left', left: from + i++ });
    else entries.push({ kind: 'right', right: from + j++ });
  }
  return entries;
}

// Which numbers of threads a curve is computed for: all of few, then ever wider steps; the last is all CPUs.

/** Ascending, from 1 to `most`, at most about twenty. */
export function capsTo(most: number): number[] {
  const caps: number[] = [];
  for (let cap = 1; cap < most; cap = Math.max(cap + 1, Math.round(cap * 1.25))) caps.push(cap);
  return [...caps, Math.max(most, 1)];
}

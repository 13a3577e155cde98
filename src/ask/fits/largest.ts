// The most that fits, said by the model itself: a guess from the holes, and boots that prove it.
import { MiB } from '../../lib/units.ts';

/**
 * The most units for which `fits` holds, at most `most`; `guess` is tried first. What fits is taken to stop fitting once only, which
 * the last boots prove around the answer.
 */
export function largestThatFits(guess: number, most: number, fits: (units: number) => boolean): number {
  const tried = new Map<number, boolean>();
  const ask = (units: number): boolean => {
    const known = tried.get(units) ?? fits(units);
    tried.set(units, known);
    return known;
  };
  let low = 0;
  let high = most + 1;
  for (const units of [guess, guess + 1]) {
    if (units <= low || units >= high) continue;
    if (ask(units)) low = units;
    else high = units;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (ask(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Whole MiB, as sizes are written on a command line. */
export const wholeMiB = (bytes: number): number => Math.floor(bytes / MiB);

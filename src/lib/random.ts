// A small seeded generator of random numbers (mulberry32): the same seed gives the same run on every machine.

/** Numbers in [0, 1). */
export type Random = () => number;

const TWO_32 = 2 ** 32;

/** The generator of a seed; any whole number. */
export function random(seed: number): Random {
  // kept as a signed number: those are never boxed
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_32;
  };
}

// Assertions for runners whose tests end by an exception: node:test, vitest and most others.
import { AssertionError } from 'node:assert';
import { assertions, type BootAssertions } from './assertions.ts';
import type { SharedBoots } from './boots.ts';

/** Assertions that throw node:assert's AssertionError where one does not hold, and return true where it does. */
export function throwingAssertions(boots: SharedBoots): BootAssertions {
  return assertions((finding) => {
    // what was found is the message: there are no two values that a runner could draw better
    if (finding !== null) throw new AssertionError({ message: finding, operator: 'earlyboot' });
    return true;
  }, boots);
}

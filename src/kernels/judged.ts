// How well each built-in kernel is judged: boots of that very build that were captured, and how many of their memory lines the
// prediction had exact in the worst of them, in percent. Measured with `earlyboot verify`; a test holds 6.1's captures to it.
import type { BuiltinName } from './builds.ts';

/** Captured boots of a build; `worst` in percent, rounded down. */
export interface Judged {
  readonly captures: number;
  readonly worst: number;
}

/** Kernels without captures are left out. */
export const JUDGED: Partial<Readonly<Record<BuiltinName, Judged>>> = {
  '6.1': { captures: 47, worst: 100 },
};

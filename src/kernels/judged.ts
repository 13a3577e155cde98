// How well each built-in kernel is judged: boots of that very build that were captured, and how many of their memory lines the
// prediction had exact in the worst of them, in percent. Measured with `earlyboot verify CAPTURE…`; tests hold 6.1's to it. To be
// measured again whenever a version's rules change.
import type { BuiltinName } from './builds.ts';

/** Captured boots of a build; `worst` in percent, rounded down. */
export interface Judged {
  readonly captures: number;
  readonly worst: number;
}

/** Kernels without captures are left out. */
export const JUDGED: Partial<Readonly<Record<BuiltinName, Judged>>> = {
  '5.10': { captures: 12, worst: 100 },
  '6.1': { captures: 47, worst: 100 },
  '6.1-cloud': { captures: 2, worst: 100 },
  '6.12': { captures: 12, worst: 100 },
  '6.16': { captures: 4, worst: 100 },
  '6.18': { captures: 4, worst: 100 },
  '6.19': { captures: 4, worst: 100 },
  '7.0': { captures: 4, worst: 100 },
  '7.1': { captures: 4, worst: 100 },
  '7.2': { captures: 11, worst: 100 },
  '7.3': { captures: 4, worst: 100 },
};

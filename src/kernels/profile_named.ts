// The rules of a kernel by their name, on 6.1's image: what padata needs without a machine.
import { cut } from '../lib/cut.ts';
import { InputError } from '../lib/input-error.ts';
import { didYouMean } from '../machine/closest.ts';
import { PROFILE_NAMES, PROFILES, type BootProfile } from './list.ts';

/** The profile of that name. @throws InputError 'usage' with the name that was probably meant */
export function profileNamed(name: string): BootProfile {
  const profile = PROFILES.find((p) => p.name === name);
  if (profile) return profile;
  // what is a number is a version without rules of its own, not a slip
  const meant = /^\d/.test(name) ? '' : didYouMean(name, PROFILE_NAMES);
  const expected = meant || ': expected a name that docs/kernels.md tells, such as 6.1 or v2';
  throw new InputError('usage', `kernel "${cut(name)}"${expected}`);
}

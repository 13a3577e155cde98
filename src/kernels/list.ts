// The kernels that --kernel takes: an image's facts, and the version's rules for padata and deferred init.
import type { KernelProfile } from '../kernel/profile.ts';
import { padataRules } from '../kernel/padata/profiles.ts';
import { PADATA_KTASK_V4, PADATA_RFC_2022, PADATA_RFC_2022_CANCEL } from '../kernel/padata/rfc2022/rules.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import { deferredRules } from '../mm/deferred/profiles.ts';
import type { DeferredRules } from '../mm/deferred/rules.ts';
import { DEBIAN_6_1_0_56 } from './builtin.ts';
import { foldChanges, rulesOf, type Change } from './history.ts';

/** One kernel as `boot --kernel` names it. */
export interface BootProfile {
  readonly name: string;
  /** What it is, in one line. */
  readonly about: string;
  readonly kernel: KernelProfile;
  readonly padata: PadataRules;
  readonly deferred: DeferredRules;
}

/** A kernel with the functions that its rules choose. */
export function bootProfile(kernel: KernelProfile, about: string): BootProfile {
  const { name, rules } = kernel;
  return { name, about, kernel, padata: padataRules(rules), deferred: deferredRules(rules) };
}

/** A profile whose name the compiler knows. */
type Named<Name extends string> = BootProfile & { readonly name: Name };

function named<Name extends string>(name: Name, profile: BootProfile): Named<Name> {
  return { ...profile, name };
}

/** A version's rules on an image whose own facts are not known: those of 6.1's. */
function rulesOnly<Name extends string>(name: Name, about: string): Named<Name> {
  return named(name, bootProfile({ ...DEBIAN_6_1_0_56, name, version: name, rules: rulesOf(name) }, about));
}

/** A posting that was not merged: jobs of its own, the deferral of a posting or version that takes them, 6.1's image. */
function unmerged<Name extends string>(
  name: Name,
  about: string,
  padata: PadataRules,
  deferral = '5.8',
): Named<Name> {
  const { kernel, deferred } = rulesOnly(deferral, about);
  return { name, about, kernel: { ...kernel, name }, padata, deferred };
}

const ALL = [
  rulesOnly('4.17', 'growth on demand, interrupts off all the while: jiffies stand still on the boot CPU'),
  rulesOnly('base', '5.7, before the series: one thread a node'),
  rulesOnly('v1', 'the first posting: a job for each free range'),
  rulesOnly('v2', 'the second posting, 20 May 2020: whole sections, the rest serial'),
  rulesOnly('5.8', 'the series as it was merged'),
  unmerged('rfc-2022', 'the RFC of January 2022: errors, undo, priorities', PADATA_RFC_2022),
  unmerged('rfc-2022-cancel', 'the same with renice_or_cancel', PADATA_RFC_2022_CANCEL),
  unmerged(
    'ktask-v4',
    'ktask of November 2018: its jobs, one for each free range as in v1',
    PADATA_KTASK_V4,
    'v1',
  ),
  rulesOnly('5.10', "Debian 11's 5.10.223"),
  named('6.1', bootProfile(DEBIAN_6_1_0_56, "Debian 12's 6.1.0-56-amd64 (6.1.192)")),
  rulesOnly('6.4', 'thread count by alignment, frees whole blocks'),
  rulesOnly('6.9', 'works can be spread over nodes'),
  rulesOnly('6.12', "Debian 13's 6.12.117"),
  rulesOnly('6.16', "Debian's 6.16.12: the range iterator keeps its place"),
  rulesOnly('6.18', "Debian's 6.18.15: one job a zone, one pass"),
  rulesOnly('6.19', "Debian's 6.19.14"),
  rulesOnly('7.0', "Debian's 7.0.13: the map in other words, zones after setup_arch"),
  rulesOnly('7.1', "Debian's 7.1.13"),
  rulesOnly('7.2', "Debian's 7.2.13: memory of the memmap comes after the command line"),
  rulesOnly('7.3', "Debian's 7.3.4"),
] as const;

/** In the order of their versions: each version's rules, on 6.1's image; named.ts has the images of the others. */
export const PROFILES: readonly BootProfile[] = ALL;
export type ProfileName = (typeof ALL)[number]['name'];
/** The names of PROFILES. */
export const PROFILE_NAMES: readonly ProfileName[] = ALL.map(({ name }) => name);

/** The kernel with other changes than its release has: the same image and configuration. */
export function withChanges({ kernel, about }: BootProfile, changes: readonly Change[]): BootProfile {
  return bootProfile({ ...kernel, rules: foldChanges(changes) }, about);
}
